/** Spanish texts of the view that lends a GPU to a sweep. */
export const join = {
  'no limit': 'sin límite',
  'the server that this page comes from.': 'el servidor del que viene esta página.',
  'a server of': 'un servidor de',
  'another address': 'otra dirección',
  'than this page’s. Go on only if you know it, or whoever sent you the link.':
    'que la de esta página. Sigue solo si lo conoces, o a quien te envió el enlace.',
  'Lend this GPU to a sweep': 'Presta esta GPU a un barrido',
  'If you start, this page trains neural networks for':
    'Si empiezas, esta página entrena redes neuronales para',
  'It uses your GPU as much as it can, and memory as the networks need it. Other programs may become slower, and a battery empties sooner.':
    'Usa tu GPU tanto como puede, y la memoria que necesitan las redes. Otros programas pueden ir más lentos, y la batería se agota antes.',
  'It downloads {size} of scripts, and the data of the sweep once: up to 31 MB for Fashion-MNIST, nothing for built-in images.':
    'Descarga {size} de programas y, una vez, los datos del barrido: hasta 31 MB con Fashion-MNIST, nada con las imágenes incluidas.',
  'It sends losses, accuracies and the networks’ weights to the server, with the names of your GPU and browser. It reads nothing else of yours, and stores nothing.':
    'Envía al servidor pérdidas, exactitudes y los pesos de las redes, con los nombres de tu GPU y de tu navegador. No lee nada más tuyo, ni guarda nada.',
  'Stop, or close the page, at any time: what was begun is given back, and another computer continues it.':
    'Detente o cierra la página cuando quieras: lo empezado se devuelve, y otro equipo lo continúa.',
  'I know this server': 'Conozco este servidor',
  'Token of the sweep': 'Clave del barrido',
  Limits: 'Límites',
  Trials: 'Pruebas',
  Minutes: 'Minutos',
  'Name, shown to others': 'Nombre, que otros ven',
  browser: 'navegador',
  'Pause while this page is hidden': 'Pausar mientras la página no se ve',
  'Pause on battery': 'Pausar con batería',
  Work: 'Trabajo',
  'Work for {server}': 'Trabajo para {server}',
  'Progress of the trial': 'Avance de la prueba',
  Trial: 'Prueba',
  'Trials done': 'Pruebas hechas',
  'Training loss of this trial': 'Pérdida de entrenamiento de esta prueba',
  'gradweave: lend this GPU': 'gradweave: presta esta GPU',
  '{reason}. Or run: npx gradweave worker': '{reason}. O ejecuta: npx gradweave worker',
  'The time is up.': 'Se acabó el tiempo.',
  'Stopped.': 'Detenido.',
  'Paused while the page is hidden.': 'En pausa mientras la página no se ve.',
  'Paused on battery.': 'En pausa con batería.',
  'No loss yet': 'Aún no hay pérdida',
  'Training loss: {first} at first, {now} now':
    'Pérdida de entrenamiento: {first} al principio, {now} ahora',
  'The sweep is over: thank you.': 'El barrido ha terminado: gracias.',
  'That were the trials that you allowed: thank you.':
    'Esas eran las pruebas que permitiste: gracias.',
  'There was nothing to do.': 'No había nada que hacer.',
  'Stopping: the trial is kept and given back…': 'Deteniendo: la prueba se guarda y se devuelve…',
  'Ended by an error.': 'Terminado por un error.',
  '{epoch} of {epochs}': '{epoch} de {epochs}',
  'It continues what another worker began, after epoch {epoch}.':
    'Continúa lo que otro empezó, tras la época {epoch}.',
  'none yet': 'ninguna aún',
  done: 'hechas',
  pruned: 'podadas',
  failed: 'fallidas',
  lost: 'perdidas',
  stopped: 'detenidas',
  'The server does not answer ({why}). Trying again until it does; is its address right?':
    'El servidor no responde ({why}). Se intenta de nuevo hasta que lo haga; ¿es correcta su dirección?',
  'The server answers again.': 'El servidor vuelve a responder.',
  'Waiting for a trial…': 'Esperando una prueba…',
  'resumed after epoch {epoch}': 'continuada tras la época {epoch}',
  'test accuracy {value}': 'exactitud en la prueba {value}',
  'test loss {value}': 'pérdida en la prueba {value}',
  'ANOTHER RESULT OF THIS TRIAL HAS OTHER BITS': 'OTRO RESULTADO DE ESTA PRUEBA TIENE OTROS BITS',
} as const;
