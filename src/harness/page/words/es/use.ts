/** Spanish texts of what a trained model is used with. */
export const use = {
  'Use this model': 'Usar este modelo',
  'Use {run}': 'Usar {run}',
  'gradweave in a page': 'gradweave en una página',
  'gradweave in Node': 'gradweave en Node',
  'ONNX Runtime in a page': 'ONNX Runtime en una página',
  'ONNX Runtime in Python': 'ONNX Runtime en Python',
  'PyTorch has no module for some of its layers. ONNX has operators for all of them.':
    'PyTorch no tiene un módulo para algunas de sus capas. ONNX tiene operadores para todas.',
  'Copied.': 'Copiado.',
  'The browser does not allow copying. Select the text instead.':
    'El navegador no permite copiar. Selecciona el texto.',
  'Saved as {file}.': 'Guardado como {file}.',
  'The model file of this run does not tell of the columns of its table: an earlier version of this page wrote it. Train it again.':
    'El archivo del modelo de este entrenamiento no describe las columnas de su tabla: lo escribió una versión anterior de esta página. Entrénalo de nuevo.',
  'the weights': 'los pesos',
  'the weights of epoch {epoch}': 'los pesos de la época {epoch}',
  'The model file has the layers, {weights}, and the character of each token.':
    'El archivo del modelo tiene las capas, {weights} y el carácter de cada token.',
  'The model file has the layers, {weights}, how images are prepared, and the names of the classes.':
    'El archivo del modelo tiene las capas, {weights}, cómo se preparan las imágenes y los nombres de las clases.',
  'The model file has the layers, {weights}, the columns with their means and deviations, and the classes of {target}. The ONNX file standardises rows itself.':
    'El archivo del modelo tiene las capas, {weights}, las columnas con su media y su desviación, y las clases de {target}. El archivo ONNX estandariza las filas por sí mismo.',
  'The model file has the layers, {weights}, and the columns and {target} with their means and deviations. The ONNX file takes rows as they are, and gives {target} in its own unit.':
    'El archivo del modelo tiene las capas, {weights}, y las columnas y {target} con su media y su desviación. El archivo ONNX recibe las filas tal como están y da {target} en su propia unidad.',
  'Save the model file': 'Guardar el archivo del modelo',
  'Save as ONNX': 'Guardar como ONNX',
  'Program for': 'Programa para',
  Copy: 'Copiar',
  'The middle of a photo, made {height} × {width}; what is transparent becomes white.':
    'El centro de una foto, llevado a {height} × {width}; lo transparente pasa a blanco.',
  'as its camera was held': 'según se sostuvo la cámara',
  'Row by row; 0 is black. If it learned light on dark and the photo is dark on light, take 255 minus each.':
    'Fila a fila; 0 es negro. Si aprendió de claro sobre oscuro y la foto es oscura sobre claro, usa 255 menos cada valor.',
  'Row by row; 0 is black. It learned light on dark: a photo with a light edge is inverted.':
    'Fila a fila; 0 es negro. Aprendió de claro sobre oscuro: una foto de borde claro se invierte.',
  'Row by row; 0 is black. Inverted, as those that it learned from.':
    'Fila a fila; 0 es negro. Invertida, como las imágenes de las que aprendió.',
  'Row by row; 0 is black.': 'Fila a fila; 0 es negro.',
  'A module of a page, for a bundler such as Vite; the model’s file lies beside the page.':
    'Un módulo de una página, para un empaquetador como Vite; el archivo del modelo va junto a la página.',
  'Row by row: red, green and blue of each pixel, 0 to 255.':
    'Fila a fila: rojo, verde y azul de cada píxel, de 0 a 255.',
  'The class of the largest output.': 'La clase de la salida mayor.',
  'Numbers of characters: their places in the vocabulary, a text in the file’s metadata.':
    'Números de caracteres: sus lugares en el vocabulario, un texto de los metadatos del archivo.',
  'for each place, a number for each character that may come next':
    'en cada lugar, un número por cada carácter que puede seguir',
  '{nothing}: there is no value': '{nothing}: no hay valor',
  'what it continues, of characters that it knows': 'lo que continúa, con caracteres que conoce',
  'the image, reconstructed: from 0 to 1': 'la imagen, reconstruida: de 0 a 1',
  'the outputs': 'las salidas',
  'in a list, it gives this module no weight of its own':
    'en una lista, no da a este módulo un peso propio',
  '0 always takes the most likely character': '0 toma siempre el carácter más probable',
  'it sees the last {count} characters': 've los últimos {count} caracteres',
} as const;
