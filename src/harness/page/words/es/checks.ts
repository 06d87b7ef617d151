/** Spanish texts of the panels that verify and measure a GPU. */
export const checks = {
  'Does this GPU compute correctly?': '¿Calcula bien esta GPU?',
  'Runs every operation, chains of operations and whole training steps on your GPU, under both plans, and compares each element with the same computation in float64. The bound comes from error analysis. More than 100% of it is a failure.':
    'Ejecuta en tu GPU cada operación, cadenas de operaciones y pasos de entrenamiento completos, con ambos planes, y compara cada elemento con el mismo cálculo en float64. La cota viene del análisis de errores. Superarla, más del 100 %, es un fallo.',
  'Filter by name': 'Filtrar por nombre',
  all: 'todas',
  Seed: 'Semilla',
  Stop: 'Parar',
  'Copy report': 'Copiar el informe',
  'Not run yet.': 'Aún no se ha ejecutado.',
  'How fast is this GPU?': '¿Cómo de rápida es esta GPU?',
  'Contenders alternate, round by round, after a warm-up. The table shows medians with the lowest and highest values. “Of peak” is the share of the arithmetic peak, measured by a kernel that only multiplies and adds.':
    'Los contendientes se alternan, ronda a ronda, tras un calentamiento. La tabla muestra medianas con los valores mínimo y máximo. «Del máximo» es la parte del máximo aritmético, medido con un programa que solo multiplica y suma.',
  Measure: 'Medir',
  'training steps': 'pasos de entrenamiento',
  'dispatches of a step': 'llamadas de un paso',
  'bit-identical repeats': 'repeticiones idénticas bit a bit',
  'wide networks': 'redes anchas',
  'GEMM sizes': 'Tamaños de GEMM',
  auto: 'automático',
  Rounds: 'Rondas',
  'One training step, dispatch by dispatch': 'Un paso de entrenamiento, llamada a llamada',
  'Median times between timestamps, 784–128–64–10, batch 100, Adam. Browsers may round timestamps to 0.1 ms.':
    'Medianas de los tiempos entre marcas, 784–128–64–10, lote 100, Adam. Los navegadores pueden redondear las marcas a 0,1 ms.',
  '{contender}: {count} dispatches, {time} ms': '{contender}: {count} llamadas, {time} ms',
  'Requesting the GPU…': 'Pidiendo la GPU…',
  'Measuring: {part}. Kernels are compiled first.':
    'Midiendo: {part}. Antes se compilan los programas.',
  'the arithmetic peak': 'el máximo aritmético',
  'The benchmark runs at the same time: each slows the other down.':
    'La medición está en marcha a la vez: cada una frena a la otra.',
  'The verification runs at the same time: each slows the other down.':
    'La comprobación está en marcha a la vez: cada una frena a la otra.',
  'A network is trained at the same time: each slows the other down.':
    'Se entrena una red a la vez: cada cosa frena a la otra.',
  'Choose what to measure.': 'Elige qué medir.',
  '{given} is not a list of sizes from 1 to {most} with commas between, such as 256,512, or nothing for those that suit the GPU.':
    '{given} no es una lista de tamaños de 1 a {most} separados por comas, como 256,512, o vacío para los adecuados a la GPU.',
  'Nothing was checked.': 'No se comprobó nada.',
  'Nothing was checked: no name contains {filter}. Give a part of a name, such as {names}, or nothing for all {count}.':
    'No se comprobó nada: ningún nombre contiene {filter}. Da una parte de un nombre, como {names}, o nada para los {count}.',
  'Stopped after {rows}.': 'Detenido tras {rows}.',
  'Running: {rows} so far, last: {last}.': 'En marcha: {rows} hasta ahora, la última: {last}.',
  'Report copied to the clipboard.': 'El informe está en el portapapeles.',
  'The browser does not allow copying: {error}': 'El navegador no permite copiar: {error}',
  'Done in {seconds} s: nothing was done.': 'Hecho en {seconds} s: no se hizo nada.',
  'Done in {seconds} s: {rows}, all ok.': 'Hecho en {seconds} s: {rows}, todo bien.',
  'Done in {seconds} s: {rows}, {failed} FAILED.':
    'Hecho en {seconds} s: {rows}, {failed} HAN FALLADO.',
  '✓ ok': '✓ bien',
  '✗ failed': '✗ fallo',
  verdict: 'veredicto',
  op: 'operación',
  cases: 'casos',
  'of bound': 'de la cota',
  'first failure': 'primer fallo',
  contender: 'contendiente',
  'ms/step': 'ms/paso',
  'samples/s': 'muestras/s',
  'of peak': 'del máximo',
  dispatches: 'llamadas',
  submits: 'envíos',
  writes: 'escrituras',
  'first step, ms': 'primer paso, ms',
  'encode, µs': 'codificar, µs',
  'test accuracy': 'exactitud en la prueba',
  'test loss': 'pérdida en la prueba',
  'writes, maps, buffers made': 'escrituras, lecturas, búferes creados',
  'bytes of buffers before and after': 'bytes de búferes antes y después',
  family: 'familia',
  first: 'primera',
  second: 'segunda',
  layout: 'disposición',
  'time/FLOP vs narrowest': 'tiempo/FLOP frente a la más estrecha',
  dispatch: 'llamada',
  share: 'parte',
  'ms/epoch': 'ms/época',
  'writes in the loop': 'escrituras en el bucle',
  'maps in the loop': 'lecturas en el bucle',
  'buffers made': 'búferes creados',
  'maps at the end': 'lecturas al final',
  product: 'producto',
  'in a step': 'en un paso',
  'plain, ms': 'simple, ms',
  'share of its rate': 'parte de su ritmo',
  'ms of all dispatches': 'ms de todas las llamadas',
  networks: 'redes',
  'ms each': 'ms cada una',
  '× alone': '× sola',
  guarded: 'protegida',
  'extra time': 'tiempo extra',
  row: 'fila',
  rows: 'filas',
  verify: 'comprobación',
  'weights after {steps} steps, twice from one seed':
    'pesos tras {steps} pasos, dos veces con una semilla',
  'training step by width, 784–W–W–10, batch 100, Adam, cross-entropy':
    'paso de entrenamiento según el ancho, 784–W–W–10, lote 100, Adam, entropía cruzada',
  'training step of several networks at once, 784–128–64–10, batch 100':
    'paso de entrenamiento de varias redes a la vez, 784–128–64–10, lote 100',
  'training step of {network}, batch {batch}: {optimizer}, {loss} loss':
    'paso de entrenamiento de {network}, lote {batch}: {optimizer}, pérdida {loss}',
  'loop of {steps} steps of {network}, for each step':
    'bucle de {steps} pasos de {network}, por paso',
  'dispatches of a step, {contender}': 'llamadas de un paso, {contender}',
  'epoch of Model 2 (Adam, cross-entropy)': 'época del modelo 2 (Adam, entropía cruzada)',
  'epoch of Model 2, guarded': 'época del modelo 2, protegida',
  'products of {network}, with what is fused into them, against plain products of the same sizes':
    'productos de {network}, con lo que se funde en ellos, frente a productos simples de los mismos tamaños',
  'gradweave {plan} {family}': 'gradweave {plan} {family}',
  '{result} after {steps} steps': '{result} tras {steps} pasos',
  'cannot tell: timestamps are rounded': 'no se sabe: las marcas de tiempo se redondean',
  'all products': 'todos los productos',
  neither: 'ninguna de las dos',
  'copies to the CPU (the default)': 'copias a la CPU (lo habitual)',
  'checks for NaN and infinity': 'comprobación de NaN e infinito',
  both: 'ambas',
  'Measuring {network}, {optimizer}, {loss}: {contenders}':
    'Midiendo {network}, {optimizer}, {loss}: {contenders}',
  'Arithmetic peak: {before} GFLOP/s before, {after} after.':
    'Máximo aritmético: {before} GFLOP/s antes, {after} después.',
  'Arithmetic peak: {before} GFLOP/s before, {after} after. JavaScript heap: at most {heap} MB.':
    'Máximo aritmético: {before} GFLOP/s antes, {after} después. Memoria de JavaScript: como mucho {heap} MB.',
  'This device has no timestamps, so single dispatches cannot be timed.':
    'Este dispositivo no tiene marcas de tiempo, así que no se puede medir cada llamada.',
  'This device has no timestamps, so single products cannot be timed.':
    'Este dispositivo no tiene marcas de tiempo, así que no se puede medir cada producto.',
  '{contender} cannot train {network} with {optimizer} and {loss}: {error}':
    '{contender} no puede entrenar {network} con {optimizer} y {loss}: {error}',
  '{name} cannot multiply {layout} {size}: {error}':
    '{name} no puede multiplicar {layout} {size}: {error}',
} as const;
