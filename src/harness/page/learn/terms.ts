/**
 * The page's words, explained where they stand: a sentence or two each, in both languages. Formulas and names are those of the paper
 * and of the papers that are named.
 */
import type { Language } from '../words/words.ts';

export interface Term {
  readonly title: string;
  readonly text: string;
}

interface Entry extends Readonly<Record<Language, Term>> {
  /** As it is computed; the same in both languages. */
  readonly formula?: string;
}

const term = (
  en: readonly [title: string, text: string],
  es: readonly [title: string, text: string],
  formula?: string,
): Entry => ({
  en: { title: en[0], text: en[1] },
  es: { title: es[0], text: es[1] },
  ...(formula === undefined ? {} : { formula }),
});

export const TERMS = {
  epoch: term(
    [
      'Epoch',
      'One pass over all training data. After each epoch the network is tested on data that it was not trained on.',
    ],
    [
      'Época',
      'Una pasada por todos los datos de entrenamiento. Después de cada época se prueba la red con datos con los que no se entrenó.',
    ],
  ),
  loss: term(
    [
      'Loss',
      'How far the network’s outputs are from what they should be: training makes it small. The paper uses the mean squared error; cross-entropy measures how unlikely the right class seemed.',
    ],
    [
      'Pérdida',
      'Qué tan lejos están las salidas de la red de lo que deberían ser: entrenar la hace pequeña. El trabajo usa el error cuadrático medio; la entropía cruzada mide qué tan improbable parecía la clase correcta.',
    ],
    'MSE = (1/n) Σ (O − y)²     CE = −log p(y)',
  ),
  accuracy: term(
    ['Accuracy', 'The share of images for which the largest output is that of the right class.'],
    [
      'Exactitud',
      'La proporción de imágenes en las que la salida más grande es la de la clase correcta.',
    ],
  ),
  'test-accuracy': term(
    [
      'Test accuracy',
      'Accuracy on images that were kept apart and never trained on. If it stays behind the training accuracy, the network overfits: it learns the training images by heart.',
    ],
    [
      'Exactitud de prueba',
      'Exactitud con imágenes que se apartaron y con las que nunca se entrenó. Si queda por debajo de la de entrenamiento, la red se sobreajusta: aprende las imágenes de memoria.',
    ],
  ),
  'training-rmse': term(
    [
      'Training error (RMSE)',
      'How far the network is from the numbers of the rows that it trains on, in their own unit: the root of the mean of the squared errors. Large errors count most.',
    ],
    [
      'Error de entrenamiento (RMSE)',
      'Qué tan lejos está la red de los números de las filas con las que se entrena, en su propia unidad: la raíz de la media de los errores al cuadrado. Los errores grandes son los que más cuentan.',
    ],
    'RMSE = √((1/n) Σ (O − y)²)',
  ),
  rmse: term(
    [
      'Test error (RMSE)',
      'The same for rows that were kept apart and never trained on: how far the network is likely to be from the number of a new row. Compare it with the error of always saying the mean, which is the deviation of the column.',
    ],
    [
      'Error de prueba (RMSE)',
      'Lo mismo para filas que se apartaron y con las que nunca se entrenó: qué tan lejos estará la red, probablemente, del número de una fila nueva. Compáralo con el error de decir siempre la media, que es la desviación de la columna.',
    ],
    'RMSE = √((1/n) Σ (O − y)²)',
  ),
  'learning-rate': term(
    [
      'Learning rate',
      'How large a step the weights take against the gradient. Too large, and the loss jumps or grows; too small, and training takes long.',
    ],
    [
      'Tasa de aprendizaje',
      'De qué tamaño es el paso que dan los pesos en contra del gradiente. Si es muy grande, la pérdida salta o crece; si es muy pequeña, el entrenamiento tarda.',
    ],
    'w ← w − η · ∂L/∂w',
  ),
  'batch-size': term(
    [
      'Batch size',
      'How many samples are averaged for one step. Large batches give steadier gradients and fewer steps in an epoch.',
    ],
    [
      'Tamaño del lote',
      'Cuántas muestras se promedian para un paso. Lotes grandes dan gradientes más estables y menos pasos por época.',
    ],
  ),
  dropout: term(
    [
      'Dropout',
      'The probability with which each output of a hidden layer is set to 0 in a training step, so that the network does not rely on single units. Nothing is dropped in tests.',
    ],
    [
      'Dropout',
      'La probabilidad con la que cada salida de una capa oculta se pone en 0 en un paso de entrenamiento, para que la red no dependa de neuronas sueltas. En las pruebas no se quita nada.',
    ],
    'y = x · m / (1 − p),  m ∈ {0, 1}',
  ),
  seed: term(
    [
      'Seed',
      'The number from which the first weights, the order of the data and dropout follow. The same seed gives the same run, bit for bit, on this GPU; other seeds show how much is chance.',
    ],
    [
      'Semilla',
      'El número del que salen los primeros pesos, el orden de los datos y el dropout. La misma semilla da la misma ejecución, bit por bit, en esta GPU; otras semillas muestran cuánto es azar.',
    ],
  ),
  optimizer: term(
    [
      'Optimizer',
      'The rule that turns gradients into changes of the weights. SGD follows the gradient of the batch; Adam scales each weight’s step by the recent size of its gradient.',
    ],
    [
      'Optimizador',
      'La regla que convierte los gradientes en cambios de los pesos. SGD sigue el gradiente del lote; Adam escala el paso de cada peso según el tamaño reciente de su gradiente.',
    ],
  ),
  momentum: term(
    [
      'Momentum',
      'The share of the last step that the next one keeps, so that steps in one direction add up. With Nesterov, the gradient is taken a step ahead.',
    ],
    [
      'Momento',
      'La parte del último paso que conserva el siguiente, de modo que los pasos en una misma dirección se suman. Con Nesterov, el gradiente se toma un paso más adelante.',
    ],
    'v ← μ · v + g,   w ← w − η · v',
  ),
  betas: term(
    [
      'β₁, β₂',
      'How much of its averages Adam keeps in each step: β₁ of the gradient, β₂ of its square. 0.9 and 0.999 are usual.',
    ],
    [
      'β₁, β₂',
      'Cuánto conserva Adam de sus promedios en cada paso: β₁ del gradiente, β₂ de su cuadrado. Lo usual es 0,9 y 0,999.',
    ],
    'm ← β₁m + (1−β₁)g,  v ← β₂v + (1−β₂)g²,  w ← w − η · m̂ / (√v̂ + ε)',
  ),
  epsilon: term(
    ['ε', 'A small number that keeps Adam from dividing by 0 where gradients vanish.'],
    ['ε', 'Un número pequeño que evita que Adam divida por 0 donde los gradientes desaparecen.'],
  ),
  'weight-decay': term(
    [
      'Weight decay',
      'Pulls every weight a little towards 0 in each step, which keeps the network simple.',
    ],
    [
      'Decaimiento de pesos',
      'Acerca cada peso un poco a 0 en cada paso, lo que mantiene simple la red.',
    ],
    'w ← w − η · λ · w',
  ),
  schedule: term(
    [
      'Schedule',
      'How the learning rate changes during a run. It stays, falls along a curve or in steps, or rises first: large steps find the way, small ones the place.',
    ],
    [
      'Plan de la tasa',
      'Cómo cambia la tasa de aprendizaje durante la ejecución. Queda igual, baja por una curva o por escalones, o sube primero: los pasos grandes encuentran el camino; los pequeños, el lugar.',
    ],
    'cosine: η(t) = η₀ · (1 + cos(π t / T)) / 2',
  ),
  warmup: term(
    [
      'Warm-up',
      'The learning rate rises from nearly 0 over the first epochs, while Adam’s averages are still poor.',
    ],
    [
      'Calentamiento',
      'La tasa de aprendizaje sube desde casi 0 durante las primeras épocas, cuando los promedios de Adam aún son pobres.',
    ],
  ),
  'early-stopping': term(
    [
      'Early stopping',
      'Ends a run once the test loss has not become lower for so many epochs: what follows would mostly be learning by heart.',
    ],
    [
      'Parada temprana',
      'Termina la ejecución cuando la pérdida de prueba no bajó durante tantas épocas: lo que sigue sería sobre todo aprender de memoria.',
    ],
  ),
  'weights-kept': term(
    [
      'Weights kept',
      'Which weights a run ends with: those of its last epoch, or those of the epoch with the lowest test loss.',
    ],
    [
      'Pesos que se conservan',
      'Con qué pesos termina una ejecución: los de su última época, o los de la época con la menor pérdida de prueba.',
    ],
  ),
  augmentation: term(
    [
      'Augmentation',
      'Training images are flipped and shifted at random, so that the network sees more of them than there are.',
    ],
    [
      'Aumento de datos',
      'Las imágenes de entrenamiento se reflejan y desplazan al azar, así la red ve más de las que hay.',
    ],
  ),
  standardise: term(
    [
      'Standardise',
      'Subtracts the mean of the pixels and divides by their standard deviation, so that inputs are around 0.',
    ],
    [
      'Estandarizar',
      'Resta la media de los píxeles y divide por su desviación estándar, para que las entradas estén alrededor de 0.',
    ],
    'x′ = (x − μ) / σ',
  ),
  activation: term(
    [
      'Activation',
      'What a unit makes of its weighted sum. Without it, all layers together would be one linear map.',
    ],
    [
      'Función de activación',
      'Lo que hace una neurona con su suma ponderada. Sin ella, todas las capas juntas serían una sola función lineal.',
    ],
    'O = g(h) = g(Σ wₖ ξₖ)     ReLU: g(h) = max(0, h)',
  ),
  widths: term(
    [
      'Layer widths',
      'How many units each layer has. 784 pixels go in; hidden layers find features; one output for each class comes out.',
    ],
    [
      'Anchos de las capas',
      'Cuántas neuronas tiene cada capa. Entran 784 píxeles; las capas ocultas encuentran rasgos; sale una salida por clase.',
    ],
  ),
  precision: term(
    [
      'Precision',
      'Full: numbers of 32 bits. Mixed: matrix products with numbers of 16 bits, which some GPUs compute faster; the weights stay at 32.',
    ],
    [
      'Precisión',
      'Completa: números de 32 bits. Mixta: productos de matrices con números de 16 bits, que algunas GPU calculan más rápido; los pesos siguen en 32.',
    ],
  ),
  plan: term(
    [
      'Plan',
      'How a training step is cut into programs of the GPU. Fused: few, each doing several operations. Plain: one for each operation, easier to follow and slower.',
    ],
    [
      'Plan',
      'Cómo se divide un paso de entrenamiento en programas de la GPU. Fusionado: pocos, cada uno con varias operaciones. Simple: uno por operación, más fácil de seguir y más lento.',
    ],
  ),
  kernels: term(
    [
      'GPU kernels',
      'The GPU programs that multiply matrices. Auto chooses those that suit this GPU.',
    ],
    [
      'Kernels de GPU',
      'Los programas de la GPU que multiplican matrices. Auto elige los que convienen a esta GPU.',
    ],
  ),
  'samples-per-second': term(
    [
      'Samples per second',
      'How many training samples go through the network, forward and back, in a second.',
    ],
    [
      'Muestras por segundo',
      'Cuántas muestras de entrenamiento pasan por la red, de ida y de vuelta, en un segundo.',
    ],
  ),
  'in-flight': term(
    [
      'Steps in flight',
      'Training steps that were handed to the GPU and are not known to be done. Some are always waiting, so that the GPU is never idle.',
    ],
    [
      'Pasos en curso',
      'Pasos que se entregaron a la GPU y de los que aún no se sabe que terminaron. Siempre hay algunos en espera, para que la GPU nunca esté ociosa.',
    ],
  ),
  'gpu-memory': term(
    ['GPU memory', 'What data, weights and intermediate results of this page take up on the GPU.'],
    [
      'Memoria de la GPU',
      'Lo que ocupan en la GPU los datos, los pesos y los resultados intermedios de esta página.',
    ],
  ),
  confusion: term(
    [
      'Confusion matrix',
      'How many images of each true class (row) the network took for each class (column). On the diagonal it was right.',
    ],
    [
      'Matriz de confusión',
      'Cuántas imágenes de cada clase verdadera (fila) la red tomó por cada clase (columna). En la diagonal acertó.',
    ],
  ),
  precision_recall: term(
    [
      'Precision and recall',
      'Of a class: precision is the share of right ones among the images that the network put there, recall the share of the class’s images that it found.',
    ],
    [
      'Precisión y sensibilidad',
      'De una clase: la precisión es la parte correcta de las imágenes que la red puso ahí; la sensibilidad, la parte de las imágenes de la clase que encontró.',
    ],
    'P = TP / (TP + FP)     R = TP / (TP + FN)',
  ),
  'feature-map': term(
    ['Feature maps', 'What one filter of a convolution finds, and where in the image.'],
    [
      'Mapas de características',
      'Lo que encuentra un filtro de una convolución, y en qué parte de la imagen.',
    ],
  ),
  attention: term(
    [
      'Attention',
      'How strongly each character takes the ones before it into account when the next is predicted.',
    ],
    [
      'Atención',
      'Con cuánta fuerza cada carácter tiene en cuenta los anteriores al predecir el siguiente.',
    ],
    'softmax(Q Kᵀ / √d) V',
  ),
  temperature: term(
    [
      'Temperature',
      'How daring a text is written: near 0 always the likeliest character, above 1 often a rare one.',
    ],
    [
      'Temperatura',
      'Con cuánta audacia se escribe un texto: cerca de 0, siempre el carácter más probable; por encima de 1, a menudo uno raro.',
    ],
    'p ∝ exp(z / T)',
  ),
  parameters: term(
    [
      'Parameters',
      'The numbers that training changes: the weights of the connections and a bias for each unit.',
    ],
    [
      'Parámetros',
      'Los números que cambia el entrenamiento: los pesos de las conexiones y un sesgo por neurona.',
    ],
    'm · n + n',
  ),
  flop: term(
    [
      'FLOP',
      'Multiplications and additions for one sample. A layer of m inputs and n units takes 2·m·n forward; a training step about three times that, as the backward pass has two products for each one forward. Biases and activations are not counted.',
    ],
    [
      'FLOP',
      'Multiplicaciones y sumas para una muestra. Una capa de m entradas y n neuronas necesita 2·m·n hacia adelante; un paso de entrenamiento, unas tres veces eso, pues hacia atrás hay dos productos por cada uno hacia adelante. No se cuentan sesgos ni activaciones.',
    ],
    '2 · m · n     3 · 2 · m · n',
  ),
  'dead-units': term(
    [
      'Dead units',
      'Units of a ReLU layer whose output is 0 for every probe image. No gradient reaches their weights from these images.',
    ],
    [
      'Neuronas muertas',
      'Neuronas de una capa ReLU cuya salida es 0 para cada imagen de sondeo. A sus pesos no les llega gradiente de esas imágenes.',
    ],
  ),
  gradients: term(
    [
      'Gradients',
      'How the mean loss of the probe images would change with each weight of the layer. Nearly 0 everywhere, and the layer learns nothing; very large, and training becomes unstable.',
    ],
    [
      'Gradientes',
      'Cómo cambiaría la pérdida media de las imágenes de sondeo con cada peso de la capa. Casi 0 en todas partes: la capa no aprende; muy grandes: el entrenamiento se vuelve inestable.',
    ],
    '∂L/∂w',
  ),
  'weight-norm': term(
    ['Weight norm', 'The length of all weights of a layer as one vector.'],
    ['Norma de los pesos', 'La longitud de todos los pesos de una capa como un solo vector.'],
    '‖w‖ = √Σ w²',
  ),
  movement: term(
    [
      'Movement',
      'How far a layer’s weights moved between the last two looks, for each step and relative to their norm: the learning rate that is effective. It is at most the mean over the single steps, as steps that turn back do not add up.',
    ],
    [
      'Movimiento',
      'Cuánto se movieron los pesos de una capa entre las dos últimas miradas, por paso y en relación con su norma: la tasa de aprendizaje efectiva. Es a lo sumo la media de los pasos sueltos, pues los que vuelven atrás no se suman.',
    ],
    '‖wₜ − wₛ‖ / ((t − s) · ‖wₜ‖)',
  ),
} as const satisfies Readonly<Record<string, Entry>>;

export type TermName = keyof typeof TERMS;

/** Where terms stand on the page: a control of the form by its name, or an element that has it as its text. */
export const PLACES: readonly (readonly [selector: string, term: TermName])[] = [
  ['#settings [name=layers]', 'widths'],
  ['#settings [name=activation]', 'activation'],
  ['#settings [name=dropout]', 'dropout'],
  ['#settings [name=loss]', 'loss'],
  ['#settings [name=optimizer]', 'optimizer'],
  ['#settings [name=lr]', 'learning-rate'],
  ['#settings [name=schedule]', 'schedule'],
  ['#settings [name=warmup]', 'warmup'],
  ['#settings [name=patience]', 'early-stopping'],
  ['#settings [name=keep]', 'weights-kept'],
  ['#settings [name=augment]', 'augmentation'],
  ['#settings [name=batch-size]', 'batch-size'],
  ['#settings [name=epochs]', 'epoch'],
  ['#settings [name=seed]', 'seed'],
  ['#settings [name=normalize]', 'standardise'],
  ['#settings [name=momentum]', 'momentum'],
  ['#settings [name=betas]', 'betas'],
  ['#settings [name=eps]', 'epsilon'],
  ['#settings [name=weight-decay]', 'weight-decay'],
  ['#settings [name=family]', 'kernels'],
  ['#settings [name=plan]', 'plan'],
  ['#settings [name=precision]', 'precision'],
  ['#settings [name=temperature]', 'temperature'],
  ['.numbers div:has(> #n-epoch) dt', 'epoch'],
  ['.numbers div:has(> #n-loss) dt', 'loss'],
  ['.numbers div:has(> #n-accuracy) [data-if=class]', 'accuracy'],
  ['.numbers div:has(> #n-test) [data-if=class]', 'test-accuracy'],
  ['.numbers div:has(> #n-accuracy) [data-if=number]', 'training-rmse'],
  ['.numbers div:has(> #n-test) [data-if=number]', 'rmse'],
  ['.numbers div:has(> #n-test) [data-if=loss]', 'loss'],
  ['.numbers div:has(> #n-speed) dt', 'samples-per-second'],
  ['.numbers div:has(> #n-memory) dt', 'gpu-memory'],
  ['.numbers div:has(> #n-flight) dt', 'in-flight'],
  ['figure:has(> #chart-loss) h2', 'loss'],
  ['figure:has(> #chart-accuracy) h2', 'accuracy'],
  ['#figure-maps h2', 'feature-map'],
  ['#figure-attention h2', 'attention'],
  ['.card:has(#confusion) h2', 'confusion'],
  ['#card-scores h2', 'precision_recall'],
];
