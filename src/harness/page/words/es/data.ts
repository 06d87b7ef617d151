/** Spanish texts. */
export const data = {
  '{name}: {numbers} of {all} values are numbers. The others ({count}), such as “{text}” in row {row}, count as missing.':
    '{name}: {numbers} de {all} valores son números. Los demás ({count}), como «{text}» en la fila {row}, cuentan como faltantes.',
  '{name}: {numbers} of {all} values are numbers, but row {row} has “{text}”. So all are taken as texts.':
    '{name}: {numbers} de {all} valores son números, pero la fila {row} tiene «{text}». Por eso todos se toman como textos.',
  'Take {name} as texts': 'Tomar {name} como textos',
  'Take {name} as numbers': 'Tomar {name} como números',
  'Take it as texts': 'Tomarla como textos',
  'Take it as numbers, such values as missing':
    'Tomarla como números, y esos valores como faltantes',
  '{name} (own data)': '{name} (datos propios)',
  'own data': 'datos propios',
  'built-in garments (synthetic)': 'prendas incluidas (sintéticas)',
  'Learns from': 'Aprende de',
  'Fashion-MNIST, if found': 'Fashion-MNIST, si está',
  'Built-in garments (synthetic)': 'Prendas incluidas (sintéticas)',
  'Your own data': 'Tus propios datos',
  'A folder of images': 'Una carpeta de imágenes',
  Camera: 'Cámara',
  'Size of pictures': 'Tamaño de imagen',
  Colour: 'Color',
  'size of pictures': 'tamaño de las imágenes',
  colour: 'color',
  'as they are': 'como sean',
  grey: 'grises',
  'colour (RGB)': 'color (RGB)',
  RGB: 'RGB',
  'left out or grey: the images that were given are grey':
    '«como sean» o «grises»: las imágenes dadas son grises',
  'left out or rgb: the images that were given have colours':
    '«como sean» o «color (RGB)»: las imágenes dadas tienen color',
  'Drop your own data here, or choose files: a table (CSV), a zip of images by class, or IDX files such as Fashion-MNIST’s':
    'Suelta aquí tus datos, o elige archivos: una tabla (CSV), un zip de imágenes por clase, o archivos IDX como los de Fashion-MNIST',
  'Reading…': 'Leyendo…',
  'Read {done} of {total} images…': 'Leídas {done} de {total} imágenes…',
  'one file at a time': 'un archivo cada vez',
  '{images} of the class {folder}. Give another class, too.':
    '{images} de la clase {folder}. Añade otra clase.',
  image: 'imagen',
  images: 'imágenes',
  file: 'archivo',
  files: 'archivos',
  input: 'entrada',
  inputs: 'entradas',
  column: 'columna',
  columns: 'columnas',
  value: 'valor',
  values: 'valores',
  Change: 'Cambiar',
  'These settings learn from data of your own, and there are none here: they are kept in memory only, until the page is closed. Give them again.':
    'Estos ajustes aprenden de datos tuyos, y aquí no hay ninguno: solo se guardan en memoria, hasta que se cierra la página. Dalos otra vez.',
  'images and labels to test on': 'imágenes y etiquetas de prueba',
  'the {count} labels of {file}': 'las {count} etiquetas de {file}',
  'the {count} images of {file}': 'las {count} imágenes de {file}',
  '{files}; still missing: {missing}': '{files}; aún falta: {missing}',
  'and {count} more': 'y {count} más',
  '{files} could not be used. {list}. The page takes tables (.csv, .tsv), images by class in folders or a zip, IDX files, weights (.safetensors), runs that it saved (.json), and for a transformer a text':
    'No se pudo usar {files}. {list}. La página acepta tablas (.csv, .tsv), imágenes por clase en carpetas o en un zip, archivos IDX, pesos (.safetensors), entrenamientos que guardó (.json) y, para un transformer, un texto',
  '{train} rows to train on, {test} to test on.':
    '{train} filas de entrenamiento, {test} de prueba.',
  '{train} images to train on, {test} to test on.':
    '{train} imágenes de entrenamiento, {test} de prueba.',
  'They stay in this tab’s memory: after a reload, give them again.':
    'Se quedan en la memoria de esta pestaña: si la recargas, dalos otra vez.',
  'Learns {target} from {inputs}.': 'Aprende {target} a partir de {inputs}.',
  '{rows} left out: values are missing.': '{rows} sin usar: faltan valores.',
  'It is standardised: a loss of 1 is what always saying the mean, {mean}, gives; the square root of the loss, times {deviation}, is the usual error.':
    'Está estandarizado: decir siempre la media, {mean}, da una pérdida de 1; la raíz de la pérdida, por {deviation}, es el error habitual.',
  'Made {height} × {width} and grey, from the square in the middle.':
    'Reducidas a {height} × {width} y a grises, del cuadrado central.',
  'Made {height} × {width} in colour, from the square in the middle.':
    'Reducidas a {height} × {width} en color, del cuadrado central.',
  'Red, green and blue of each pixel are {count} numbers.':
    'El rojo, el verde y el azul de cada píxel son {count} números.',
  'The folders said which ones are tested.': 'Las carpetas dicen cuáles son de prueba.',
  'Light and dark were exchanged: networks here see light on dark.':
    'Se intercambiaron claro y oscuro: aquí las redes ven claro sobre oscuro.',
  Classes: 'Clases',
  'Always saying “{name}” is right for {share} of the test data.':
    'Decir siempre «{name}» acierta en el {share} de los datos de prueba.',
  'The classes are unbalanced: {most} of “{name}”, {least} of “{rare}”. Compare accuracies with the share above, and look at each class in the confusion matrix.':
    'Las clases están desequilibradas: {most} de «{name}», {least} de «{rare}». Compara la exactitud con ese porcentaje, y mira cada clase en la matriz de confusión.',
  'a spreadsheet: save it as CSV': 'una hoja de cálculo: guárdala como CSV',
  'a document, and no data. To learn from its text, save that as a .txt file, and give it to the preset Transformer':
    'un documento, que no tiene datos. Para aprender de su texto, guárdalo como archivo .txt y dalo al modelo Transformer',
  'a text. To learn from it, choose the preset Transformer, and give it in the field Text':
    'un texto. Para aprender de él, elige el modelo Transformer y dalo en el campo Texto',
  'an image of no class. Put the images of each class into a folder of their own, and give the folder above; to see what a network takes it for, choose it under Look inside':
    'una imagen sin clase. Pon las imágenes de cada clase en su propia carpeta y da la carpeta de encima; para ver por qué la toma una red, elígela en «Mirar dentro»',
  'no file of weights that is read: save them as safetensors':
    'un archivo de pesos que no se lee: guárdalos como safetensors',
  'a zip archive of another kind. If it has images by class, let its name end in .zip':
    'un archivo zip de otro tipo. Si tiene imágenes por clase, haz que su nombre acabe en .zip',
  '{file} and {count} more': '{file} y {count} más',
  '{files} could not be used': 'No se pudo usar {files}',
  'Learn from {file}': 'Aprender de {file}',
  'Learn from it': 'Aprender',
  Cancel: 'Cancelar',
  'Column to learn': 'Columna que aprender',
  'Learn it as': 'Aprenderla como',
  'a class': 'una clase',
  'a number': 'un número',
  'Missing values': 'Valores que faltan',
  'leave the row out': 'omitir la fila',
  'take the mean': 'usar la media',
  'The first line has the names': 'La primera línea tiene los nombres',
  'Numbers are standardised with the mean and the deviation of the training rows; of a column of categories, each becomes an input.':
    'Los números se estandarizan con la media y la desviación de las filas de entrenamiento; cada categoría de una columna es una entrada.',
  'A fifth of the rows, of each class its share, is held out to test on.':
    'La quinta parte de las filas, repartida entre las clases, se reserva para la prueba.',
  'A fifth of the rows is held out to test on.':
    'La quinta parte de las filas se reserva para la prueba.',
  'Rows left out for missing values: {lost} of {count}.':
    'Filas omitidas por valores ausentes: {lost} de {count}.',
  'Learn from {name}': 'Aprender de {name}',
  learned: 'se aprende',
  '{count} missing': 'faltan {count}',
  'First rows': 'Primeras filas',
  numbers: 'números',
  'always the same: left out': 'siempre igual: se omite',
  'too many different texts: left out': 'demasiados textos distintos: se omite',
  'Learn from the camera': 'Aprender de la cámara',
  'Add a class': 'Añadir una clase',
  'Close the camera': 'Cerrar la cámara',
  'Train on these frames': 'Entrenar con estas imágenes',
  'Name each class, hold its button (or the space bar on it) while you show it, then train. Frames are {side} × {side}, in colour or grey as chosen under Data. They stay in this tab, and are not sent anywhere.':
    'Pon nombre a cada clase, mantén pulsado su botón (o la barra espaciadora sobre él) mientras la muestras, y entrena. Las imágenes son de {side} × {side}, en color o en grises según lo elegido en Datos. Se quedan en esta pestaña y no se envían a ningún sitio.',
  'What the camera sees': 'Lo que ve la cámara',
  'Class {number}': 'Clase {number}',
  'Two classes are needed.': 'Hacen falta dos clases.',
  'Each class needs a name.': 'Cada clase necesita un nombre.',
  'Each class needs a name of its own.': 'Cada clase necesita un nombre distinto.',
  'Each class needs {count} frames or more.': 'Cada clase necesita {count} imágenes o más.',
  camera: 'cámara',
  'Name of the class': 'Nombre de la clase',
  'Hold to take frames': 'Mantén para tomar imágenes',
  'Remove the class': 'Quitar la clase',
  'The camera cannot be used': 'No se puede usar la cámara',
  'The camera was taken away. The frames are still here: train on them, or press Camera to go on.':
    'La cámara se ha desconectado. Las imágenes siguen aquí: entrena con ellas, o pulsa Cámara para continuar.',
  'The camera sends no picture at the moment.': 'La cámara no envía imagen en este momento.',
  'A run goes on. Stop it, then train on these frames.':
    'Hay un entrenamiento en curso. Detenlo y después entrena con estas imágenes.',
  'Delete frame {number}': 'Borrar la imagen {number}',
  frame: 'imagen',
  frames: 'imágenes',
  'This page has no camera: it needs https:// or http://localhost, outside of a frame.':
    'Esta página no tiene cámara: necesita https:// o http://localhost, fuera de un marco.',
  'This browser has no 2D canvas.': 'Este navegador no tiene lienzo 2D.',
  'The camera may not be used. Allow it for this page, by the sign in the address bar, and try again.':
    'No se permite usar la cámara. Permítela para esta página, con el icono de la barra de direcciones, e inténtalo otra vez.',
  'No camera was found. Connect one and try again, or give images in folders.':
    'No se encontró ninguna cámara. Conecta una e inténtalo otra vez, o da imágenes en carpetas.',
  'The camera cannot be used: another program may have it. Close that, and try again.':
    'No se puede usar la cámara: quizá la tiene otro programa. Ciérralo e inténtalo otra vez.',
} as const;
