/** Spanish texts of errors; see ../../error-texts.ts and ../../error-words.ts. */
export const errors = {
  'This network with this batch needs more memory than the GPU gives the page. Take a smaller batch, or narrower layers':
    'Esta red con este lote necesita más memoria de la que la GPU da a la página. Toma un lote más pequeño o capas más estrechas',
  'Take a smaller learning rate, or look for odd values in the data':
    'Toma una tasa de aprendizaje menor, o busca valores raros en los datos',
  'The loss is no longer a finite number.': 'La pérdida ya no es un número finito.',
  'At step {step}, the loss is no longer a finite number.':
    'En el paso {step} la pérdida ya no es un número finito.',
  'The browser took the GPU away from this page': 'El navegador ha quitado la GPU a esta página',
  'The browser took the GPU away from this page, and gives it no other now':
    'El navegador ha quitado la GPU a esta página y ahora no le da otra',
  'The browser took the GPU away from this page, and gave it one of another kind, whose results may differ: the trial does not go on with it':
    'El navegador ha quitado la GPU a esta página y le ha dado una de otro tipo, cuyos resultados pueden diferir: la prueba no sigue con ella',
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
  '{file} has no text as its {field}. Give a run that this page saved as JSON':
    '{file} no tiene un texto en {field}. Da un entrenamiento que esta página guardó como JSON',
  '{file} has a query of {count} characters; {most} are the most. Give a run that this page saved as JSON':
    '{file} tiene ajustes de {count} caracteres; se admiten {most}. Da un entrenamiento que esta página guardó como JSON',
  '{file} has no date as its begun. Give a run that this page saved as JSON':
    '{file} no dice la fecha en que empezó. Da un entrenamiento que esta página guardó como JSON',
  '{file} has a history that is not a list of epochs. Give a run that this page saved as JSON':
    '{file} tiene un historial que no es una lista de épocas. Da un entrenamiento que esta página guardó como JSON',
  '{file} has networks that are not a list of at most {most} networks. Give a run that this page saved as JSON':
    '{file} tiene redes que no son una lista de {most} como máximo. Da un entrenamiento que esta página guardó como JSON',
  '{file} has two networks of the same place, run {run}: those of the seeds {one} and {other}. Give a run that this page saved as JSON':
    '{file} tiene dos redes con el mismo lugar, run {run}: las de las semillas {one} y {other}. Da un entrenamiento que esta página guardó como JSON',
  'there is no network yet; start a run first':
    'todavía no hay ninguna red; empieza antes un entrenamiento',
  'there are no weights yet; start a run first':
    'todavía no hay pesos; empieza antes un entrenamiento',
  '{path} could not be fetched: the server answered {status}':
    'no se pudo obtener {path}: el servidor respondió {status}',
  '{path} could not be fetched: {error}': 'no se pudo obtener {path}: {error}',
  '{name} has {class} of {count} characters; the name of a class may have {most}. Choose another column, or shorten it':
    '{name} tiene {class}, de {count} caracteres; el nombre de una clase puede tener {most}. Elige otra columna o acórtalo',
  'this table is not here any more; give its file again':
    'esta tabla ya no está aquí; da su archivo otra vez',
  'augment={value} was given; it is for images, so use none':
    'se dio augment={value}, que es para imágenes; elige ninguno',
  'loss={value} was given; {target} is learned as a number, so use mse':
    'se dio loss={value}, pero {target} se aprende como número; elige el error cuadrático (mse)',
  'the folder {name} has a name of {count} characters; a class may have {most}. Rename it':
    'la carpeta {name} tiene un nombre de {count} caracteres; una clase puede tener {most}. Cámbiale el nombre',
  '{name} has {size} GiB; at most 1 GiB is read. Make the images smaller, or give the folder':
    '{name} tiene {size} GiB; se lee como mucho 1 GiB. Reduce las imágenes o da la carpeta',
  'zip archive has {name} encrypted. Save it without a password':
    'el archivo zip tiene {name} cifrado. Guárdalo sin contraseña',
  'zip archive has {name} packed by method {method}; read are 0 (stored) and 8 (deflate). Save it again':
    'el archivo zip tiene {name} comprimido con el método {method}; se leen el 0 (sin comprimir) y el 8 (deflate). Guárdalo de nuevo',
  '{names} could each be the same file of a data set. Give four files: images and labels to train on, and fewer to test on':
    '{names} podrían ser el mismo archivo de un conjunto de datos. Da cuatro archivos: imágenes y etiquetas para entrenar, y menos para probar',
  '{one} has images of {size}, and {other} of {second}; give two files of images of the same size':
    '{one} tiene imágenes de {size}, y {other}, de {second}; da dos archivos de imágenes del mismo tamaño',
  '{name} is not text in UTF-8. Convert it to UTF-8 first':
    '{name} no es texto en UTF-8. Conviértelo antes a UTF-8',
  'prompt has {character}, which is not in {name}; use its characters':
    'el comienzo tiene {character}, que no está en {name}; usa sus caracteres',
  '{count} images of {size}, but {bytes} bytes instead of {needed}':
    '{count} imágenes de {size}, pero {bytes} bytes en lugar de {needed}',
  '{count} labels, but {bytes} bytes instead of {needed}':
    '{count} etiquetas, pero {bytes} bytes en lugar de {needed}',
  '{count} items of {size}, but {bytes} bytes instead of {needed}':
    '{count} elementos de {size}, pero {bytes} bytes en lugar de {needed}',
  '{count} items of {size}': '{count} elementos de {size}',
  "the filter '{filter}' matches no check. Leave it out to run all {count}, or give a part of a name, such as {names}":
    'el filtro «{filter}» no corresponde a ninguna comprobación. Déjalo vacío para ejecutar las {count}, o da parte de un nombre, como {names}',
  'sizes={sizes} was given; use integers from 1 to 8192 with commas between, or auto':
    'se dio sizes={sizes}; usa enteros de 1 a 8192 separados por comas, o auto',
  "only={parts} was given; '{part}' is not a part of the bench. Use {all}, with commas between":
    'se dio only={parts}; «{part}» no es una parte de la medición. Usa {all}, separadas por comas',
  'the server {origin} does not answer: {error}. Is it running, and can this machine reach it?':
    'el servidor {origin} no responde: {error}. ¿Está en marcha, y llega a él esta máquina?',
  'the server {origin} refuses the token ({text}). Give the one that it printed when it started':
    'el servidor {origin} rechaza la clave ({text}). Da la que mostró al arrancar',
  'the server {origin} refuses: {text}': 'el servidor {origin} lo rechaza: {text}',
  'the answer is not one of a sweep’s server. Is the address that of gradweave sweep?':
    'la respuesta no es la del servidor de un barrido. ¿Es la dirección la de gradweave sweep?',
  '{origin} sends to another address; give that of the server itself':
    '{origin} remite a otra dirección; da la del propio servidor',
  "worker '{server}' was given; a page on https:// may only speak to a server on https://. Open the server’s own page, or use npx gradweave worker":
    'se dio worker «{server}»; una página con https:// solo puede hablar con un servidor con https://. Abre la página del propio servidor o usa npx gradweave worker',
  'This zip archive cannot be read. Give the folder of its images instead':
    'Este archivo zip no se puede leer. Da en su lugar la carpeta de sus imágenes',
  '{title} cannot learn from images this small. Give larger ones, or choose Model 2':
    '{title} no puede aprender de imágenes tan pequeñas. Da otras más grandes o elige el modelo 2',
  '{title} shifts images in training, and these are too small for that. Choose no augmentation, or give larger ones':
    '{title} desplaza las imágenes al entrenar, y estas son demasiado pequeñas. Elige ningún aumento de datos o da otras más grandes',
  'This zip archive is damaged. Get the file again':
    'Este archivo zip está dañado. Consigue el archivo de nuevo',
  'This is no safetensors file, or it is damaged. Get the file again':
    'Esto no es un archivo safetensors, o está dañado. Consigue el archivo de nuevo',
  'too large once it is unpacked': 'demasiado grande una vez descomprimido',
  'damaged: it cannot be unpacked. Get it again':
    'dañado: no se puede descomprimir. Consíguelo de nuevo',
  'This is no token. One has 8 to 512 letters, digits and . ~ + / = _ -. The server prints it, or the file that holds it, when it starts':
    'Esto no es una clave. Tiene de 8 a 512 letras, cifras y . ~ + / = _ -. El servidor la muestra al arrancar, o el archivo que la guarda',
  '“{server}” is no address of a server. Give it as http://127.0.0.1:8791 or https://sweep.example.org':
    '«{server}» no es la dirección de un servidor. Dala como http://127.0.0.1:8791 o https://sweep.example.org',
  '{name}: “{value}” was given; it must be {need}':
    '{name}: se dio «{value}»; tiene que ser {need}',
  '{all}. {count} files could not be read, as {one}: {why}':
    '{all}. No se pudieron leer {count} archivos, como {one}: {why}',
  empty: 'vacío',
  'This link does not lead to a sweep': 'Este enlace no lleva a ningún barrido',
  '{one} and {other} have {count} images each: which are to train on cannot be told. Give fewer to test on':
    '{one} y {other} tienen {count} imágenes cada uno: no se sabe cuáles son para entrenar. Da menos para probar',
} as const;
