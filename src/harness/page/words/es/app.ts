/** Spanish texts of the page's frame: its head, its errors, what is said of browsers and numbers. */
export const app = {
  'What to do': 'Qué hacer',
  Train: 'Entrenar',
  'Look inside': 'Mirar dentro',
  Verify: 'Verificar',
  Benchmark: 'Medir',
  'Looking for a GPU…': 'Buscando una GPU…',
  'a GPU': 'una GPU',
  '{name} (software)': '{name} (por software)',
  'Save the weights': 'Guardar los pesos',
  Close: 'Cerrar',
  'Ready.': 'Listo.',
  'Failed.': 'Ha fallado.',
  'The page cannot train here.': 'La página no puede entrenar aquí.',
  'Nothing leaves this page: data, networks and results stay in your browser.':
    'Nada sale de esta página: los datos, las redes y los resultados se quedan en tu navegador.',
  'Starting…': 'Empezando…',
  'If this message stays, the page’s script could not be loaded. Open the page directly at https:// or http://localhost, or in a frame with sandbox="allow-scripts allow-same-origin".':
    'Si este mensaje no desaparece, no se pudo cargar el programa de la página. Ábrela directamente en https:// o http://localhost, o en un marco con sandbox="allow-scripts allow-same-origin".',
  'This page is in a sandboxed frame and cannot start its workers. Open it directly, or give the frame sandbox="allow-scripts allow-same-origin"':
    'Esta página está en un marco aislado y no puede iniciar sus procesos. Ábrela directamente, o da al marco sandbox="allow-scripts allow-same-origin"',
  'Browsers offer WebGPU only on HTTPS and on localhost. Open the page with https:// or http://localhost':
    'Los navegadores ofrecen WebGPU solo con HTTPS y en localhost. Abre la página con https:// o http://localhost',
  'This browser has no WebGPU. Use a current version of Chrome, Edge, Safari or Firefox':
    'Este navegador no tiene WebGPU. Usa una versión actual de Chrome, Edge, Safari o Firefox',
  'No GPU available': 'No hay ninguna GPU disponible',
  'On Linux or with an old GPU, WebGPU may have to be enabled. See chrome://gpu, or about:support in Firefox.':
    'En Linux o con una GPU antigua puede que haya que activar WebGPU. Mira chrome://gpu, o about:support en Firefox.',
  'The GPU was lost': 'Se ha perdido la GPU',
  'This happens if a driver restarts or the computer sleeps. Start again: the page requests it again.':
    'Ocurre si se reinicia un controlador o se suspende el equipo. Empieza de nuevo: la página vuelve a pedirla.',
  'After crashes, a browser may give none until it is restarted. Save what you need, and restart it.':
    'Tras varios fallos, puede que el navegador no dé ninguna hasta que se reinicie. Guarda lo que necesites y reinícialo.',
  'Start again: the page then works on trials with the GPU that there is now.':
    'Empieza de nuevo: la página trabajará en pruebas con la GPU que hay ahora.',
  'No worker to train with': 'No hay ningún proceso con el que entrenar',
  'Not enough GPU memory': 'La GPU no tiene memoria suficiente',
  'Training diverged': 'El entrenamiento ha divergido',
  'These settings do not work': 'Estos ajustes no funcionan',
  'These layers do not fit together': 'Estas capas no encajan entre sí',
  'The data are not here': 'Los datos no están aquí',
  'This file cannot be used': 'Este archivo no se puede usar',
  'A kernel does not compile on this GPU': 'Un programa no compila en esta GPU',
  'Please report this text with the name of your GPU and browser.':
    'Comunica este texto, por favor, con el nombre de tu GPU y de tu navegador.',
  'Something went wrong': 'Algo ha salido mal',
  'this page may not start a worker: {error}. Open it directly, outside of a frame':
    'esta página no puede iniciar un proceso: {error}. Ábrela directamente, fuera de un marco',
  'its script could not be loaded': 'no se pudo cargar su programa',
  'the worker failed: {why}. Reload the page': 'el proceso ha fallado: {why}. Recarga la página',
  'The GPU': 'La GPU',
  'The worker': 'El proceso',
  '{who} has not answered for {time}. Reload the page; if that does not help, restart the browser':
    '{who} no responde desde hace {time}. Recarga la página; si no sirve, reinicia el navegador',
  'it was stopped': 'se ha detenido',
  minute: 'minuto',
  minutes: 'minutos',
  epoch: 'época',
  epochs: 'épocas',
  'A part of the page is missing': 'Falta una parte de la página',
  'It could not be loaded. See whether you are online, then try again':
    'No se ha podido cargar. Mira si tienes conexión y vuelve a intentarlo',
} as const;
