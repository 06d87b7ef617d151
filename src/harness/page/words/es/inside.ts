/** Spanish texts of what is inside of a network. */
export const inside = {
  'Colour of the pen:': 'Color del lápiz:',
  white: 'blanco',
  'medium grey': 'gris medio',
  black: 'negro',
  red: 'rojo',
  orange: 'naranja',
  yellow: 'amarillo',
  green: 'verde',
  blue: 'azul',
  purple: 'morado',
  brown: 'marrón',
  Network: 'Red',
  '{run}, trained now or last': '{run}, en curso o el último',
  'The one trained now or last': 'La que se entrena o la última',
  'None yet: choose one': 'Ninguna todavía: elige una',
  'Opening {run}…': 'Abriendo {run}…',
  'The stored weights of {run}.': 'Los pesos guardados de {run}.',
  'The stored weights of {run}. What is trained goes on.':
    'Los pesos guardados de {run}. Lo que se entrena sigue.',
  'It cannot be looked into.': 'No se puede mirar dentro.',
  '{run} cannot be looked into. Shown is the network of the run.':
    'No se puede mirar dentro de {run}. Se muestra la red del entrenamiento.',
  'There is no network yet. Start a run under Train, and watch here what it learns.':
    'Todavía no hay ninguna red. Empieza un entrenamiento en «Entrenar» y mira aquí lo que aprende.',
  'As of {epochs} of training.': 'Tras {epochs} de entrenamiento.',

  'First layer': 'Primera capa',
  Kernels: 'Núcleos',
  linear: 'lineal',
  flatten: 'aplanar',
  padding: 'relleno',
  'no bias': 'sin sesgo',
  Layer: 'Capa',
  'Positive weights are blue, negative ones red.':
    'Los pesos positivos son azules; los negativos, rojos.',
  'The first {shown} of {count} are shown.': 'Se muestran los primeros {shown} de {count}.',
  'A column for each of {outputs} output channels, a row for each of {inputs} input channels: kernels of {square}.':
    'Una columna por cada uno de los {outputs} canales de salida y una fila por cada uno de los {inputs} canales de entrada: núcleos de {square}.',
  'Each column has its own scale.': 'Cada columna tiene su propia escala.',
  'A kernel of {square} for each of {outputs} output channels.':
    'Un núcleo de {square} por cada uno de los {outputs} canales de salida.',
  'Each has its own scale.': 'Cada uno tiene su propia escala.',
  'One picture for each unit, with its weight of each pixel.':
    'Una imagen por neurona, con su peso para cada píxel.',
  'Each picture has its own scale.': 'Cada imagen tiene su propia escala.',
  'One picture for red, one for green, one for blue.':
    'Una imagen para el rojo, otra para el verde y otra para el azul.',
  'A kernel of {square} for each of {outputs} output channels, in colour.':
    'Un núcleo de {square} por cada uno de los {outputs} canales de salida, en color.',
  'One picture in colour for each unit, with its three weights of each pixel.':
    'Una imagen en color por neurona, con sus tres pesos para cada píxel.',
  'Red, green and blue are the weights of red, green and blue: medium grey is 0, lighter is positive, darker negative.':
    'Rojo, verde y azul son los pesos del rojo, el verde y el azul: el gris medio es 0; más claro, positivo; más oscuro, negativo.',
  '{title}, {layer}.': '{title}, {layer}.',
  'output channel {output}, input channel {input}':
    'canal de salida {output}, canal de entrada {input}',
  'unit {unit}': 'neurona {unit}',
  'Click a picture to enlarge it.': 'Haz clic en una imagen para ampliarla.',
  'Weights as pictures': 'Los pesos como imágenes',
  'Weights of the first layer': 'Pesos de la primera capa',
  'Look at one unit': 'Mirar una neurona',

  'Feature maps': 'Mapas de características',
  'What each layer makes of one image: positive values are blue, negative ones red. Each layer has its own scale. Click a map to enlarge it.':
    'Lo que cada capa hace de una imagen: los valores positivos son azules; los negativos, rojos. Cada capa tiene su propia escala. Haz clic en un mapa para ampliarlo.',
  'Feature maps by layer.': 'Mapas de características por capa.',
  '{layer}, map {number}': '{layer}, mapa {number}',
  '{channels} maps of {size}': '{channels} mapas de {size}',
  'of {count}': 'de {count}',
  'Test image': 'Imagen de prueba',
  'Test image {number}': 'Imagen de prueba {number}',
  'Test image {number}: {name}': 'Imagen de prueba {number}: {name}',
  'Your own image': 'Tu propia imagen',
  'Layers inside of blocks': 'Capas dentro de los bloques',
  'Or choose one of the test images below, or draw your own.':
    'O elige una de las imágenes de prueba de abajo, o dibuja la tuya.',
  Reconstructions: 'Reconstrucciones',
  'Test images, their reconstructions, and the codes in the hidden layer.':
    'Imágenes de prueba, sus reconstrucciones y los códigos de la capa oculta.',
  'Sixteen test images, below them their reconstructions, below those the codes of the hidden layer':
    'Dieciséis imágenes de prueba, debajo sus reconstrucciones y, debajo de estas, los códigos de la capa oculta',

  Unit: 'Neurona',
  'Previous unit': 'Neurona anterior',
  'Next unit': 'Neurona siguiente',
  'Layer {layer}, unit {unit}': 'Capa {layer}, neurona {unit}',
  'Layer {layer}, channel {unit}': 'Capa {layer}, canal {unit}',
  'Looking through the test images…': 'Buscando entre las imágenes de prueba…',
  'Its weights.': 'Sus pesos.',
  'It has no weights of its own.': 'No tiene pesos propios.',
  'The weights of layer {layer}, which it follows.':
    'Los pesos de la capa {layer}, a la que sigue.',
  'A cell for each of {count} inputs, line by line.':
    'Una celda por cada una de las {count} entradas, línea a línea.',
  'A picture for each of {count} input channels.':
    'Una imagen por cada uno de los {count} canales de entrada.',
  'Bias {bias}.': 'Sesgo {bias}.',
  '{image}. What the unit makes of it: at most {value}.':
    '{image}. Lo que la neurona hace de ella: como máximo {value}.',
  '{image}. The unit’s value: {value}.': '{image}. El valor de la neurona: {value}.',
  'The chosen image': 'La imagen elegida',
  'What the unit makes of the chosen image': 'Lo que la neurona hace de la imagen elegida',
  'Weights of the unit': 'Pesos de la neurona',
  'What excites it most': 'Lo que más la activa',
  'Test images that excite the unit most, the largest value first':
    'Imágenes de prueba que más activan la neurona, empezando por el valor mayor',
  'Of {count} test images, by the largest value of the map. Mean {mean}.':
    'De {count} imágenes de prueba, según el mayor valor del mapa. Media {mean}.',
  'Of {count} test images, by the value of the unit. Mean {mean}.':
    'De {count} imágenes de prueba, según el valor de la neurona. Media {mean}.',
  '{share} of the images give a value above 0.':
    'El {share} de las imágenes da un valor mayor que 0.',

  'Test images': 'Imágenes de prueba',
  'Test images with the network’s predictions': 'Imágenes de prueba con las predicciones de la red',
  Show: 'Mostrar',
  all: 'todas',
  'mistakes, the most confident first': 'errores, primero los más seguros',
  'the most unsure first': 'primero las más dudosas',
  'Previous images': 'Imágenes anteriores',
  'Next images': 'Imágenes siguientes',
  'Previous image': 'Imagen anterior',
  'Next image': 'Imagen siguiente',
  'Classify again': 'Clasificar de nuevo',
  'Classifying…': 'Clasificando…',
  'Drawing…': 'Dibujando…',
  '{from}–{to} of {count}': '{from}–{to} de {count}',
  '{truth}, classified as {said}.': '{truth}, clasificadas como {said}.',
  'Enlarge test image {number}, {name}': 'Ampliar la imagen de prueba {number}, {name}',
  'is: {name}': 'es: {name}',
  'Right: {said}, {share}.': 'Correcto: {said}, {share}.',
  'Wrong: {said}, {share}. It is {name}.': 'Error: {said}, {share}. Es {name}.',
  'Probability of each class': 'Probabilidad de cada clase',
  'Output for each class': 'Salida para cada clase',
  'Output for each class. With the mean squared error, outputs are no probabilities and need not sum to 1.':
    'Salida para cada clase. Con el error cuadrático medio, las salidas no son probabilidades y no tienen por qué sumar 1.',
  'Show its feature maps': 'Ver sus mapas de características',
  'Draw on it': 'Dibujar sobre ella',
  'The arrow keys go on to the next image.': 'Las flechas pasan a la imagen siguiente.',
  'By class': 'Por clase',
  'Precision: of all that it says is of a class, the share that is. Recall: of all that is of a class, the share that it finds. F1 is their harmonic mean. In the mean of the classes, a class that it never says counts as 0.':
    'Precisión: de todo lo que asigna a una clase, la parte que lo es. Sensibilidad: de todo lo que es de una clase, la parte que encuentra. F1 es su media armónica. En la media de las clases, una clase que nunca asigna cuenta como 0.',
  'Precision and recall by class': 'Precisión y sensibilidad por clase',
  Class: 'Clase',
  Images: 'Imágenes',
  Precision: 'Precisión',
  Recall: 'Sensi\u00adbilidad',
  F1: 'F1',
  'Mean of the classes': 'Media de las clases',
  'Confusion matrix': 'Matriz de confusión',
  'Rows are true classes, columns are predictions.':
    'Las filas son las clases verdaderas; las columnas, las predicciones.',
  'Click a cell to see its images.': 'Haz clic en una celda para ver sus imágenes.',
  'Click a cell to try one of its rows.': 'Haz clic en una celda para probar una de sus filas.',
  predicted: 'predicha',
  true: 'verdadera',
  '{count} of {truth} classified as {said}': '{count} de {truth} clasificadas como {said}',

  'Drawing pad': 'Tablero de dibujo',
  Tools: 'Herramientas',
  Pen: 'Lápiz',
  Eraser: 'Goma',
  Fill: 'Rellenar',
  Undo: 'Deshacer',
  Clear: 'Borrar todo',
  'Width of the pen': 'Grosor del lápiz',
  'Begin with': 'Empezar con',
  'any class': 'cualquier clase',
  'Another test image': 'Otra imagen de prueba',
  'Choose an image': 'Elegir una imagen',
  'Inverted: light is the background': 'Invertida: el fondo es claro',
  'Trimmed, scaled and centred': 'Recortada, escalada y centrada',
  'Draw with the mouse or a finger, drop an image here, or begin with a test image. With the keyboard, arrows move the cursor, Space uses the tool, Shift with an arrow draws on, Ctrl+Z takes back.':
    'Dibuja con el ratón o con un dedo, suelta una imagen aquí o empieza con una imagen de prueba. Con el teclado, las flechas mueven el cursor, Espacio usa la herramienta, Mayús con una flecha sigue dibujando y Ctrl+Z deshace.',
  'What the network sees: {size}': 'Lo que ve la red: {size}',
  'Your image as the network sees it': 'Tu imagen como la ve la red',
  'Draw, or drop an image.': 'Dibuja o suelta una imagen.',
  'This browser cannot read {name} as an image. Use a PNG, JPEG or WebP':
    'Este navegador no puede leer {name} como imagen. Usa un PNG, JPEG o WebP',

  Writing: 'Escritura',
  'The network continues what you begin, character by character, also while it trains. A low temperature takes what is likely, a high one dares more.':
    'La red continúa lo que empiezas, carácter a carácter, también mientras se entrena. Una temperatura baja elige lo probable; una alta se atreve a más.',
  'a few words, or nothing': 'unas palabras, o nada',
  Temperature: 'Temperatura',
  Characters: 'Caracteres',
  Write: 'Escribir',
  'Writing…': 'Escribiendo…',
  character: 'carácter',
  characters: 'caracteres',
  'What it wrote while it trained': 'Lo que escribió mientras se entrenaba',
  'Texts, the last first': 'Textos, primero el último',
  'Nothing yet: it writes after each epoch.': 'Nada todavía: escribe tras cada época.',
  'Epoch {epoch}': 'Época {epoch}',

  Attention: 'Atención',
  'How much each character (row) looks at those up to it (columns), by layer and head: the stronger the blue, the more. Choose a head, then point at a cell or move with the arrow keys.':
    'Cuánto mira cada carácter (fila) a los anteriores y a sí mismo (columnas), por capa y cabeza: cuanto más azul, más. Elige una cabeza y señala una celda o muévete con las flechas.',
  Text: 'Texto',
  'a piece of the held-out text': 'un trozo del texto reservado',
  Look: 'Mirar',
  'Looking at the text…': 'Mirando el texto…',
  'Layers and heads': 'Capas y cabezas',
  'Weights of attention': 'Pesos de atención',
  'Characters that the network does not know are left out.':
    'Se omiten los caracteres que la red no conoce.',
  'Layer {layer}': 'Capa {layer}',
  'Layer {layer}, head {head}': 'Capa {layer}, cabeza {head}',
  'Layer {layer}, head {head}: {query}, character {row}, looks at {key}, character {column}: {share}':
    'Capa {layer}, cabeza {head}: {query}, carácter {row}, mira a {key}, carácter {column}: {share}',
  'Weights of attention, {count} by {count}. Arrow keys move to other characters.':
    'Pesos de atención, {count} por {count}. Las flechas pasan a otros caracteres.',
  space: 'espacio',
  'new line': 'salto de línea',
  tab: 'tabulador',
} as const;
