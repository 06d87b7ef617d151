/** Spanish texts of errors; see ../../error-words.ts. */
export const errors = {
  'This network with this batch needs more memory than the GPU gives the page. Take a smaller batch, or narrower layers':
    'Esta red con este lote necesita más memoria de la que la GPU da a la página. Toma un lote más pequeño o capas más estrechas',
  'Take a smaller learning rate, or look for odd values in the data':
    'Toma una tasa de aprendizaje menor, o busca valores raros en los datos',
  'The loss is no longer a finite number.': 'La pérdida ya no es un número finito.',
  'At step {step}, the loss is no longer a finite number.':
    'En el paso {step} la pérdida ya no es un número finito.',
  'The browser took the GPU away from this page': 'El navegador ha quitado la GPU a esta página',
  'The GPU was lost {count} times in one run: its driver crashes':
    'La GPU se ha perdido {count} veces en un entrenamiento: su controlador falla',
  'The browser found no GPU that it lets pages use':
    'El navegador no ha encontrado ninguna GPU que las páginas puedan usar',
  'These weights are those of another network. Choose the settings that they were trained with':
    'Estos pesos son de otra red. Elige los ajustes con los que se entrenaron',
  'Not a safetensors file: got {count} bytes, the header’s length alone takes 8. Get the file again':
    'No es un archivo safetensors: tiene {count} bytes, y solo la longitud de la cabecera ocupa 8. Consigue el archivo de nuevo',
  'safetensors header claims {count} bytes, allowed are {most}. Check that this is a safetensors file':
    'La cabecera safetensors dice tener {count} bytes, y se permiten {most}. Comprueba que es un archivo safetensors',
  'safetensors file is truncated: its header claims {count} bytes, but only {have} follow. Get the file again':
    'El archivo safetensors está cortado: su cabecera dice tener {count} bytes, pero solo siguen {have}. Consigue el archivo de nuevo',
  'the run has no stored weights to go on with; start it again':
    'el entrenamiento no tiene pesos guardados con los que seguir; empiézalo de nuevo',
  'the run was trained on other data than there are now; give the page its data, then go on':
    'el entrenamiento se hizo con otros datos que los de ahora; da sus datos a la página y sigue',
  'this run was trained on other data than the page has now: {data}; give its files to the page again, then choose the run again. If only the size or the colours of its images differ, load its settings':
    'este entrenamiento se hizo con otros datos que los que la página tiene ahora: {data}; da sus archivos a la página y vuelve a elegirlo. Si solo cambian el tamaño o los colores de sus imágenes, carga sus ajustes',
  'this run was trained on other data than the page has now; give its files to the page again, then choose the run again. If only the size or the colours of its images differ, load its settings':
    'este entrenamiento se hizo con otros datos que los que la página tiene ahora; da sus archivos a la página y vuelve a elegirlo. Si solo cambian el tamaño o los colores de sus imágenes, carga sus ajustes',
  'this run was trained on other data than the page has now: {data}; give its files to the page again, then choose the run again':
    'este entrenamiento se hizo con otros datos que los que la página tiene ahora: {data}; da sus archivos a la página y vuelve a elegirlo',
  'this run was trained on other data than the page has now; give its files to the page again, then choose the run again':
    'este entrenamiento se hizo con otros datos que los que la página tiene ahora; da sus archivos a la página y vuelve a elegirlo',
  'these settings learn from data of your own, which are not here: they are kept in memory only, until the page is closed. Give them again, or choose other data':
    'estos ajustes aprenden de tus propios datos, que no están aquí: solo se guardan en memoria, hasta que se cierra la página. Dalos otra vez o elige otros datos',
  'the file is empty': 'el archivo está vacío',
  'the file is no text. Save the table as CSV; no other format of a spreadsheet is read':
    'el archivo no es texto. Guarda la tabla como CSV; no se lee otro formato de hojas de cálculo',
  'there are no rows below the first line': 'no hay filas debajo de la primera línea',
  'line {line} has another number of fields than the first line: {count}, not {first}. Each line needs as many; put a field with a separator in it between quotes':
    'la línea {line} no tiene tantos campos como la primera: {count}, no {first}. Todas necesitan los mismos; pon entre comillas el campo que contenga un separador',
  'line {line} has a quote that is never closed. Close it, or leave it out':
    'la línea {line} tiene unas comillas que no se cierran. Ciérralas o quítalas',
  '{name} has one class only, {class}. Choose a column with two classes or more':
    '{name} tiene una sola clase, {class}. Elige una columna con dos clases o más',
  '{name} does not hold numbers alone. Learn it as a class':
    '{name} no contiene solo números. Apréndela como clase',
  'too few rows can be used: {rows}; at least {least} are needed, some to train on, some to test on':
    'se pueden usar muy pocas filas: {rows}; hacen falta al menos {least}, unas para entrenar y otras para probar',
  'too few rows can be used: {rows}; at least {least} are needed, some to train on, some to test on. Left out for missing values: {left}. Fill them with the mean':
    'se pueden usar muy pocas filas: {rows}; hacen falta al menos {least}, unas para entrenar y otras para probar. Omitidas por valores ausentes: {left}. Rellénalos con la media',
  'there is no column to learn {name} from. Choose columns with different numbers, or with up to {most} different texts':
    'no hay ninguna columna de la que aprender {name}. Elige columnas con números distintos o con hasta {most} textos distintos',
  '{name} has {count} different values; at most {most} classes are learned. Learn it as a number, or choose another column':
    '{name} tiene {count} valores distintos; se aprenden como mucho {most} clases. Apréndela como número o elige otra columna',
  '{name} has {count} different values; at most {most} classes are learned. Choose another column':
    '{name} tiene {count} valores distintos; se aprenden como mucho {most} clases. Elige otra columna',
  'the columns make {inputs} inputs; at most {most} are learned from. Leave columns with many categories out':
    'las columnas dan {inputs} entradas; se aprende como mucho de {most}. Omite las columnas con muchas categorías',
  '{name} has numbers too large to compute with. Divide them first':
    '{name} tiene números demasiado grandes para calcular. Divídelos antes',
  'line {line} has characters behind a closing quote. Double quotes that belong to a field':
    'la línea {line} tiene caracteres detrás de unas comillas de cierre. Duplica las comillas que pertenezcan a un campo',
  'line {line} has {count} fields; at most {most} are read. Leave columns out, or check the separator':
    'la línea {line} tiene {count} campos; se leen como mucho {most}. Omite columnas o comprueba el separador',
  '{name} has {count} MiB; at most {most} are read. Give a part of its rows or columns':
    '{name} tiene {count} MiB; se leen como mucho {most}. Da una parte de sus filas o columnas',
  'the table has more than {most} fields. Leave rows or columns out':
    'la tabla tiene más de {most} campos. Omite filas o columnas',
  '{title} learns from images; choose Model 1, 2 or 3 for a table':
    '{title} aprende de imágenes; elige el modelo 1, 2 o 3 para una tabla',
  '{name} is the same in all rows, {value}. Choose a column with different values':
    '{name} es igual en todas las filas, {value}. Elige una columna con valores distintos',
  'no image lies in a folder. Put the images of each class into a folder of their own, and give the folder above':
    'ninguna imagen está en una carpeta. Pon las imágenes de cada clase en su propia carpeta y da la carpeta de encima',
  'all images lie in one folder, {name}. Put the images of each class into a folder of their own, and give the folder above':
    'todas las imágenes están en una carpeta, {name}. Pon las imágenes de cada clase en su propia carpeta y da la carpeta de encima',
  'too few images were read: {count}; at least {least} are needed, some to train on, some to test on':
    'se leyeron muy pocas imágenes: {count}; hacen falta al menos {least}, unas para entrenar y otras para probar',
  'Not a zip archive: its {count} bytes have no directory at their end. Check that the right file was given, and the whole of it':
    'No es un archivo zip: sus {count} bytes no tienen un directorio al final. Comprueba que es el archivo correcto y que está completo',
  'at most {most}: there are no more samples to train on':
    'como mucho {most}: no hay más muestras con las que entrenar',
  'left out: the images that were given have {height} × {width} pixels':
    'omitido: las imágenes que se dieron tienen {height} × {width} píxeles',
  'left out or {side}: the images that were given have {height} × {width} pixels':
    'omitido o {side}: las imágenes que se dieron tienen {height} × {width} píxeles',
  'not an IDX file of bytes': 'no es un archivo IDX de bytes',
  'a zip archive: unpack it': 'un archivo zip: descomprímelo',
  'a spreadsheet: save it as CSV': 'una hoja de cálculo: guárdala como CSV',
  'no PNG, JPEG, GIF, WebP or BMP, or cut off': 'no es PNG, JPEG, GIF, WebP ni BMP, o está cortado',
  'damaged: this browser cannot decode it': 'dañado: este navegador no puede leerlo',
  'lies in no folder of a class': 'no está en la carpeta de ninguna clase',
  'a run is in progress; stop it before you start another':
    'hay un entrenamiento en curso; páralo antes de empezar otro',
  'the page has the state of these networks no more; start them again with more epochs':
    'la página ya no tiene el estado de estas redes; empiézalas de nuevo con más épocas',
  'a learning rate is being looked for; close its window first':
    'se está buscando una tasa de aprendizaje; cierra antes su ventana',
  '{rows} rows of {inputs} inputs are more than {most} numbers. Leave rows or columns out':
    '{rows} filas de {inputs} entradas son más de {most} números. Quita filas o columnas',
  '{name} has no image. Add some, or leave the class out':
    '{name} no tiene ninguna imagen. Añade alguna o quita la clase',
  'the folders train and test both need images that can be read':
    'las carpetas train y test necesitan imágenes que se puedan leer',
  '{count} files were given; at most {most} images are read. Give fewer':
    'se dieron {count} archivos; se leen como mucho {most} imágenes. Da menos',
  '{count} folders hold files; at most {most} classes are learned. Give fewer folders':
    '{count} carpetas tienen archivos; se aprenden como mucho {most} clases. Da menos carpetas',
  'the images have {height} × {width} pixels; this page trains on up to {most}. The library takes larger ones':
    'las imágenes tienen {height} × {width} píxeles; esta página entrena con hasta {most}. La biblioteca admite mayores',
  '{count} images of {size} in colour are more than {most}; choose a smaller size, or grey':
    '{count} imágenes de {size} en color son más de {most}; elige un tamaño menor, o en gris',
  '{count} images of {size} are more than {most}; choose a smaller size, or give fewer images':
    '{count} imágenes de {size} son más de {most}; elige un tamaño menor o da menos imágenes',
  '{size} MiB, more than the 64 that are read': '{size} MiB, más de los 64 que se leen',
  '{file} is not JSON. Give a run that this page saved as JSON':
    '{file} no es JSON. Da un entrenamiento que esta página guardó como JSON',
  '{file} is not a run of gradweave. Give a run that this page saved as JSON':
    '{file} no es un entrenamiento de gradweave. Da uno que esta página guardó como JSON',
} as const;
