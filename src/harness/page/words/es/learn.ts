/** Spanish texts. The explanations of terms are in ../../learn/terms.ts, in both languages. */
export const learn = {
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
  pixels: 'píxeles',
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
    'Los cambios valen para la próxima ejecución; la que está en curso conserva sus capas.',
} as const;
