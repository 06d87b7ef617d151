/** Spanish texts. The explanations of terms are in ../../learn/terms.ts, in both languages. */
export const learn = {
  'A step takes about {times} times the operations of {network}: training takes longer.':
    'Un paso requiere unas {times} veces las operaciones de {network}: el entrenamiento tarda más.',
  'What is: {term}?': '¿Qué es: {term}?',
  'Use the real GPU': 'Usar la GPU real',
  'How to turn it on': 'Cómo activarla',
  'No WebGPU': 'Sin WebGPU',
  'No GPU found': 'No se encontró una GPU',
  'A GPU for this page': 'Una GPU para esta página',
  'Other browsers': 'Otros navegadores',
  '{browser} on {system}': '{browser} en {system}',
  'As of April 2026: newer versions may need fewer of these steps.':
    'A abril de 2026: las versiones más nuevas pueden necesitar menos pasos.',
  'The browser has WebGPU, but gives this page no GPU. It may be turned off, or the driver is not supported.':
    'El navegador tiene WebGPU, pero no le da una GPU a esta página. Puede estar desactivada, o el controlador no es compatible.',
  'The browser computes on the processor instead of the GPU. The results are right, but slow to come.':
    'El navegador calcula en el procesador en vez de la GPU. Los resultados son correctos, pero tardan.',
  'This page trains networks with WebGPU, which this browser does not have or does not turn on.':
    'Esta página entrena redes con WebGPU, que este navegador no tiene o no activa.',
  'On Linux it is on by default from version 144 with Intel graphics (12th generation or newer), and from 147 with NVIDIA (driver 535.183.01 or newer). Update the browser and the driver.':
    'En Linux viene activado desde la versión 144 con gráficos Intel (12.ª generación o posterior), y desde la 147 con NVIDIA (controlador 535.183.01 o posterior). Actualiza el navegador y el controlador.',
  'With other graphics, such as AMD, start the browser with these options:':
    'Con otros gráficos, como AMD, inicia el navegador con estas opciones:',
  'On Android you need Android 12 and version 121 or newer, with a GPU of ARM, Qualcomm or Intel; with one of Imagination, Android 16 and version 139.':
    'En Android necesitas Android 12 y la versión 121 o posterior, con una GPU de ARM, Qualcomm o Intel; con una de Imagination, Android 16 y la versión 139.',
  'Update the browser: version 113 or newer has WebGPU.':
    'Actualiza el navegador: desde la versión 113 tiene WebGPU.',
  'Turn on “Use graphics acceleration when available” in the settings, and relaunch:':
    'Activa «Usar aceleración gráfica cuando esté disponible» en la configuración y reinicia:',
  'See whether the line WebGPU says “Hardware accelerated” here:':
    'Mira si la línea WebGPU dice «Hardware accelerated» aquí:',
  'Open this page, look for dom.webgpu.enabled, and set it to true:':
    'Abre esta página, busca dom.webgpu.enabled y ponlo en true:',
  'See what Graphics says here:': 'Mira qué dice Gráficos aquí:',
  'Update Firefox: version 141 or newer has WebGPU on Windows.':
    'Actualiza Firefox: desde la versión 141 tiene WebGPU en Windows.',
  'Update Firefox: on a Mac with Apple silicon, version 147 or newer has WebGPU (145 on macOS 26). On a Mac with an Intel processor use Safari or Chrome.':
    'Actualiza Firefox: en una Mac con Apple silicon, tiene WebGPU desde la versión 147 (145 en macOS 26). En una Mac con procesador Intel usa Safari o Chrome.',
  'Here only Firefox Nightly had WebGPU in spring 2026; a newer version may have it, too. Chrome is the safer choice.':
    'Aquí solo Firefox Nightly tenía WebGPU en abril de 2026; una versión más nueva también puede tenerlo. Chrome es lo más seguro.',
  'Update to iOS 26 or iPadOS 26: every browser there has WebGPU.':
    'Actualiza a iOS 26 o iPadOS 26: ahí todo navegador tiene WebGPU.',
  'With iOS 18: Settings › Apps › Safari › Advanced › Feature Flags › WebGPU.':
    'Con iOS 18: Ajustes › Apps › Safari › Avanzado › Opciones de funciones › WebGPU.',
  'Update to Safari 26, which comes with macOS 26.':
    'Actualiza a Safari 26, que viene con macOS 26.',
  'With Safari 18: Settings › Advanced › Show features for web developers; then Feature Flags › WebGPU.':
    'Con Safari 18: Ajustes › Avanzado › Mostrar funciones para desarrolladores web; luego Opciones de funciones › WebGPU.',
  'Then reload this page.': 'Luego recarga esta página.',
  'What is this?': '¿Qué es esto?',
  'Watch a neural network learn': 'Mira cómo aprende una red neuronal',
  'Close the greeting': 'Cerrar el saludo',
  'This page trains a network to tell garments apart, on your own GPU, while you watch and look inside.':
    'Esta página entrena una red para distinguir prendas de ropa, en tu propia GPU, mientras miras y ves por dentro.',
  'This page trains a network to tell images apart, on your own GPU, while you watch and look inside.':
    'Esta página entrena una red para distinguir imágenes, en tu propia GPU, mientras miras y ves por dentro.',
  'This page trains a network to tell images of {count} classes apart, on your own GPU, while you watch and look inside.':
    'Esta página entrena una red para distinguir imágenes de {count} clases, en tu propia GPU, mientras miras y ves por dentro.',
  'This page trains a network to squeeze images through a few numbers and draw them again, on your own GPU, while you watch and look inside.':
    'Esta página entrena una red para reducir imágenes a pocos números y volver a dibujarlas, en tu propia GPU, mientras miras y ves por dentro.',
  'This page trains a network to tell {column} from the rest of a row, on your own GPU, while you watch and look inside.':
    'Esta página entrena una red para deducir {column} del resto de una fila, en tu propia GPU, mientras miras y ves por dentro.',
  'This page trains a network to write like a text, on your own GPU, while you watch and look inside.':
    'Esta página entrena una red para escribir como un texto, en tu propia GPU, mientras miras y ves por dentro.',
  'Nothing is installed, and nothing leaves your browser.':
    'No se instala nada y nada sale de tu navegador.',
  'Classes to tell apart': 'Clases que distingue',
  'Images to learn from': 'Imágenes de las que aprende',
  'The network: a column for each layer, joined by its weights':
    'La red: una columna por capa, unidas por sus pesos',
  'What will happen': 'Qué va a pasar',
  'How long it takes here': 'Cuánto tarda aquí',
  'The data': 'Los datos',
  'Start training': 'Empezar a entrenar',
  'Show me around': 'Muéstrame la página',
  'It sees all training data {epochs} times, {batch} samples at a time, and changes its weights after each of these batches.':
    'Ve todos los datos de entrenamiento {epochs} veces, de a {batch} muestras, y cambia sus pesos después de cada uno de estos lotes.',
  'It sees all training images {epochs} times, {batch} at a time, and after each of these batches changes its {weights} weights a little. After each epoch it is tested on images that it has not seen.':
    'Ve todas las imágenes {epochs} veces, de a {batch}, y tras cada uno de estos lotes cambia un poco sus {weights} pesos. Tras cada época se prueba con imágenes que no ha visto.',
  'It sees all training images {epochs} times, {batch} at a time: it squeezes each through its narrowest layer, of {units} numbers, and draws it again. After each batch it changes its {weights} weights a little.':
    'Ve todas las imágenes {epochs} veces, de a {batch}: reduce cada una a los {units} números de su capa más estrecha y la vuelve a dibujar. Tras cada lote cambia un poco sus {weights} pesos.',
  'The same images, which it is to draw again': 'Las mismas imágenes, que debe volver a dibujar',
  'Timing a few steps on this GPU…': 'Midiendo unos pasos en esta GPU…',
  'Settings are wrong: {names}. Their fields say why.':
    'Hay ajustes no válidos: {names}. Sus campos dicen por qué.',
  'It is timed as soon as the settings are right.': 'Se mide en cuanto los ajustes sean válidos.',
  'Not known while settings are wrong.': 'No se sabe mientras haya ajustes no válidos.',
  'It could not be measured here. The time left is shown once training runs.':
    'No se pudo medir aquí. El tiempo restante se muestra cuando empieza el entrenamiento.',
  'About {time}: an estimate from {steps} steps that were just timed here, in {seconds} s. Tests after each epoch come on top.':
    'Unos {time}: una estimación a partir de {steps} pasos que se acaban de medir aquí, en {seconds} s. A eso se suman las pruebas después de cada época.',
  '{name}: {count} pieces of text to train on.': '{name}: {count} trozos de texto para entrenar.',
  '{name}: {count} rows to train on.': '{name}: {count} filas para entrenar.',
  '{name}: {count} images to train on.': '{name}: {count} imágenes para entrenar.',
  'Watch the curves': 'Mira las curvas',
  'Change something and compare': 'Cambia algo y compara',
  'Start trains a network with the settings of the form. Pause it, look into it, go on: the run stays the same. Below are its numbers.':
    'Empezar entrena una red con los ajustes del formulario. Ponla en pausa, mírala por dentro, sigue: el entrenamiento es el mismo. Debajo están sus números.',
  'The loss falls, epoch by epoch, and with classes the accuracy rises. If the test curve stops improving while the training curve goes on, the network learns the training data by heart.':
    'La pérdida baja, época tras época, y con clases la exactitud sube. Si la curva de prueba deja de mejorar mientras la de entrenamiento sigue, la red aprende los datos de entrenamiento de memoria.',
  'While it trains, see what its units have learned, which images it takes for what, and draw one of your own.':
    'Mientras entrena, mira qué aprendieron sus neuronas, qué confunde con qué, y dibuja una imagen tuya.',
  'Change one thing, such as the learning rate, and start again: the runs are drawn over each other. A question mark explains each word.':
    'Cambia una sola cosa, como la tasa de aprendizaje, y vuelve a empezar: los entrenamientos se dibujan uno sobre otro. Un signo de pregunta explica cada palabra.',
  Done: 'Listo',
  Back: 'Atrás',
  Next: 'Siguiente',
  End: 'Terminar',
  '{step} of {steps}': '{step} de {steps}',
  'from {min} to {max}, mean {mean}': 'de {min} a {max}, media {mean}',
  Activations: 'Activaciones',
  'Dead units': 'Neuronas muertas',
  Gradients: 'Gradientes',
  'Weight norm': 'Norma de los pesos',
  Movement: 'Movimiento',
  'Live values': 'Valores en vivo',
  'While it trains': 'Mientras entrena',
  'Before the first step. Learning rate {rate}. Seen on {samples} training samples, always the same ones, without dropout.':
    'Antes del primer paso. Tasa de aprendizaje {rate}. Visto en {samples} muestras de entrenamiento, siempre las mismas, sin dropout.',
  'After step {step} (epoch {epoch}). Learning rate {rate}. Seen on {samples} training samples, always the same ones, without dropout.':
    'Tras el paso {step} (época {epoch}). Tasa de aprendizaje {rate}. Visto en {samples} muestras de entrenamiento, siempre las mismas, sin dropout.',
  'Of several networks that are trained at once, there is nothing to see here.':
    'De varias redes que se entrenan a la vez, aquí no hay nada que ver.',
  'The last run left nothing to see.': 'El último entrenamiento no dejó nada que ver.',
  'Measuring…': 'Midiendo…',
  'The first look comes in about {time}, or when the run pauses or ends. Beside the run it is prepared in {share} of its time: {done} of {all} programs.':
    'La primera mirada llega en unos {time}, o cuando el entrenamiento se pause o termine. Junto a él se prepara en el {share} de su tiempo: {done} de {all} programas.',
  'There is nothing to see before a run: start one, and the layers come to life.':
    'No hay nada que ver antes de un entrenamiento: inicia uno y las capas cobran vida.',
  'The network': 'La red',
  Output: 'Salida',
  'Hidden layer {number}': 'Capa oculta {number}',
  Layer: 'Capa',
  Layers: 'Capas',
  Shape: 'Forma',
  Parameters: 'Parámetros',
  'FLOP a sample': 'FLOP por muestra',
  'In all': 'En total',
  'Forward, a layer of m inputs and n units takes 2·m·n FLOP for a sample; a training step takes about three times that. A step of {batch} samples: about {flop}.':
    'Hacia adelante, una capa de m entradas y n neuronas necesita 2·m·n FLOP por muestra; un paso de entrenamiento, unas tres veces eso. Un paso de {batch} muestras: cerca de {flop}.',
  inputs: 'entradas',
  outputs: 'salidas',
  units: 'neuronas',
  '{count} units': '{count} neuronas',
  'Remove hidden layer {number}': 'Quitar la capa oculta {number}',
  'Add a layer after layer {number}': 'Añadir una capa después de la capa {number}',
  'Width of hidden layer {number}': 'Ancho de la capa oculta {number}',
  '{parameters} parameters · {flop} a sample': '{parameters} parámetros · {flop} por muestra',
  'Drag a hidden layer to make it wider or narrower, or use the arrow keys. + adds a layer, − removes one.':
    'Arrastra una capa oculta para ensancharla o angostarla, o usa las flechas del teclado. + añade una capa, − la quita.',
  'The layers of this network are given: only those of perceptrons can be edited.':
    'Las capas de esta red están dadas: solo se pueden editar las de los perceptrones.',
  'Changes apply to the next run; the one in progress keeps its layers.':
    'Los cambios valen para el próximo entrenamiento; el que está en curso conserva sus capas.',
} as const;
