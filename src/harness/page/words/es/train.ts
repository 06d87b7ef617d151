/** Spanish texts of training: buttons, numbers, and what is said of a run. */
export const train = {
  '{side} × {side} in colour': '{side} × {side} en color',
  '{side} × {side} in grey': '{side} × {side} en grises',
  '{run} learned from {data}, made {was}; now the images are {now}.':
    '{run} aprendió de {data}, a {was}; ahora las imágenes son de {now}.',
  'Make them so, and repeat it': 'Hacerlas así, y repetirlo',
  Start: 'Empezar',
  Pause: 'Pausar',
  Resume: 'Continuar',
  Stop: 'Parar',
  Reset: 'Reiniciar',
  'kept, of epoch {epoch}, the best': 'guardados, de la época {epoch}, la mejor',
  Then: 'Después',
  '{epochs} more': '{epochs} más',
  '{added}, from stored weights, with a new optimizer':
    '{added}, desde los pesos guardados, con un optimizador nuevo',
  'Find a learning rate': 'Buscar una tasa de aprendizaje',
  'A network of its own is trained while its learning rate rises from 0.000001 to 1. A good rate is where the loss falls most (Smith 2015, arXiv 1506.01186). No run is touched.':
    'Se entrena una red aparte mientras su tasa de aprendizaje sube de 0,000001 a 1. Una buena tasa está donde la pérdida baja más (Smith 2015, arXiv 1506.01186). Ningún entrenamiento cambia.',
  'Looking…': 'Buscando…',
  'Use this rate': 'Usar esta tasa',
  'The loss did not fall at any rate. Look at the other settings.':
    'La pérdida no bajó con ninguna tasa. Mira los otros ajustes.',
  'The loss falls most at a learning rate of {rate}.':
    'La pérdida baja más con una tasa de aprendizaje de {rate}.',
  'It diverges above {rate}.': 'Por encima de {rate} diverge.',
  'It does not diverge up to {rate}.': 'Hasta {rate} no diverge.',
  'Go on for': 'Seguir durante',
  'More epochs': 'Más épocas',
  'The page no longer has the state of the optimizer: it starts anew, from the stored weights.':
    'La página ya no tiene el estado del optimizador: empieza de nuevo, con los pesos guardados.',
  'Import weights': 'Importar pesos',
  'Start from new weights': 'Empezar con pesos nuevos',
  'Progress of the run': 'Avance del entrenamiento',
  Epoch: 'Época',
  'Training loss': 'Pérdida al entrenar',
  'Training accuracy': 'Exactitud al entrenar',
  'Test accuracy': 'Exactitud de prueba',
  'Training error (RMSE)': 'Error al entrenar (RMSE)',
  'Test error (RMSE)': 'Error de prueba (RMSE)',
  'Test loss': 'Pérdida de prueba',
  'Samples per second': 'Muestras/s',
  'Time left': 'Tiempo restante',
  Time: 'Tiempo',
  'GPU memory': 'Memoria de la GPU',
  'Steps in flight': 'Pasos en curso',
  '{epoch} of {epochs}': '{epoch} de {epochs}',
  'What it writes': 'Lo que escribe',
  'After epoch {epoch} of {epochs}:': 'Tras la época {epoch} de {epochs}:',
  'Preparing: data, kernels…': 'Preparando los datos y los programas…',
  'Training.': 'Entrenando.',
  'Pausing…': 'Pausando…',
  'Paused.': 'En pausa.',
  'Stopping…': 'Parando…',
  'Done.': 'Hecho.',
  'Done: {epochs} in {time}': 'Hecho: {epochs} en {time}',
  'Done: {count} networks, {epochs} in {time}': 'Hecho: {count} redes, {epochs} en {time}',
  'Networks that ended early, as the test loss had stopped falling: {count}.':
    'Redes que terminaron antes, porque la pérdida de prueba dejó de bajar: {count}.',
  'Each has the weights of its best epoch.': 'Cada una tiene los pesos de su mejor época.',
  'Stopped early, after {epochs} in {time}: the test loss has not fallen any more':
    'Parada temprana, tras {epochs} en {time}: la pérdida de prueba ya no baja',
  '{how}. Kept are the weights of epoch {kept}: {result}.':
    '{how}. Se guardan los pesos de la época {kept}: {result}.',
  'The stored weights were those of epoch {epoch}: it went on from there. Left out of its curves: {epochs} after that.':
    'Los pesos guardados eran los de la época {epoch}: ha seguido desde ahí. Quedan fuera de sus curvas: {epochs} posteriores.',
  'It learned from {data}. If others are here, give those again.':
    'Aprendió de {data}. Si aquí hay otros datos, vuelve a dar esos.',
  '{run} learned from other data than there are now: {data}. Give those to the page again, then repeat it.':
    '{run} aprendió de otros datos que los que hay ahora: {data}. Vuelve a dárselos a la página y repítelo.',
  'It had stopped early before, so early stopping counted the added epochs anew: {added}.':
    'Ya había parado antes, así que la parada temprana contó desde cero las épocas añadidas: {added}.',
  '{epoch}, kept': '{epoch}, guardada',
  'Kept are the weights of epoch {kept}.': 'Se guardan los pesos de la época {kept}.',
  'Stopped after {count} of {epochs}.': 'Parado tras {count} de {epochs}.',
  'test loss {loss}': 'pérdida de prueba {loss}',
  'test accuracy {accuracy}': 'exactitud de prueba {accuracy}',
  'test loss {loss}, test accuracy {accuracy}':
    'pérdida de prueba {loss}, exactitud de prueba {accuracy}',
  'Lowest mean test loss: {run}': 'La menor pérdida de prueba media: {run}',
  'seed {seed}': 'semilla {seed}',
  'Look inside shows the best one: {network}.': 'Mirar dentro muestra la mejor: {network}.',
  '. The weights of step {step} can still be saved':
    '. Los pesos del paso {step} aún se pueden guardar',
  'Training {count} networks at once. The numbers are their means.':
    'Entrenando {count} redes a la vez. Los números son sus medias.',
  'They are not trained yet: Start trains them.': 'Aún no se han entrenado: «Empezar» los entrena.',
  '{file} was not taken.': 'No se ha tomado {file}.',
  'These weights: test loss {loss}.': 'Estos pesos: pérdida de prueba {loss}.',
  'test loss {loss}, a root mean squared error of {error}':
    'pérdida de prueba {loss}, una raíz del error cuadrático medio de {error}',
  'root mean squared error {error}': 'raíz del error cuadrático medio {error}',
  'These weights: test loss {loss}, a root mean squared error of {error}.':
    'Estos pesos: pérdida de prueba {loss}, una raíz del error cuadrático medio de {error}.',
  'These weights: test loss {loss}, test accuracy {accuracy}.':
    'Estos pesos: pérdida de prueba {loss}, exactitud de prueba {accuracy}.',
  'The next run starts from {name}.': 'El próximo entrenamiento empieza con {name}.',
  'The settings are those of {run}.': 'Los ajustes son los de {run}.',
  'with dropout': 'con dropout',
  'Nothing was started.': 'No se ha empezado nada.',
  'A setting is wrong: {name}. Its field says why.':
    'Un ajuste no es válido: {name}. Su campo dice por qué.',
  '{file} was not taken: a run is in progress. Stop it, then give the file again':
    'No se ha tomado {file}: hay un entrenamiento en curso. Páralo y vuelve a dar el archivo',
  'Resume: the page requests it again, and the run goes on from where it paused.':
    'Pulsa Reanudar: la página la pide de nuevo y el entrenamiento sigue desde donde se pausó.',
  'What is done is not lost: the page requests it again when it needs it.':
    'Lo que está hecho no se pierde: la página la pide de nuevo cuando la necesita.',
  'The GPU was lost. Resuming on a new device from the last copy…':
    'Se ha perdido la GPU. Se continúa en otro dispositivo desde la última copia…',
  'Several networks are trained at once. The best of them can be looked into when they are done.':
    'Se entrenan varias redes a la vez. Al terminar se puede mirar dentro de la mejor.',
  'pasted text': 'texto pegado',
  'Without a text of yours, it learns the built-in fables.':
    'Sin un texto tuyo, aprende las fábulas incluidas.',
  '{name}: {count} characters, {kinds} different ones.':
    '{name}: {count} caracteres, {kinds} distintos.',
  'built-in fables': 'fábulas incluidas',
} as const;
