/** Where the figures come from. */
export const PAPER_CITATION = {
  title: 'Fashion-MNIST con PyTorch',
  author: 'Kevin Gaston Mansilla',
  date: 'November 18, 2024',
} as const;

/** The number of one of the paper's three models. */
export type ModelNumber = 1 | 2 | 3;

/** A row of the paper's Table I. */
export interface PaperRow {
  readonly model: ModelNumber;
  /** As a plain number: the paper prints it with a percent sign. */
  readonly loss: number;
  /** Accuracy, 0 to 1. */
  readonly accuracy: number;
}

/** The loss whose values the figures of Table I look like. */
export const TABLE_LOSS = 'cross_entropy';

/** The paper's Table I, "Resultados del entrenamiento de la red neuronal". */
export const PAPER_TABLE: readonly PaperRow[] = [
  { model: 1, loss: 0.51, accuracy: 0.81 },
  { model: 2, loss: 0.32, accuracy: 0.893 },
  { model: 3, loss: 0.37, accuracy: 0.891 },
];

/** What the paper says of one model; sections II (layers, dropout) and III (the rest). */
export interface PaperModel {
  readonly model: ModelNumber;
  /** Neurons of the first hidden layer (section III). */
  readonly n1: number;
  /** Neurons of the second hidden layer (section III). */
  readonly n2: number;
  /** Probability of dropping an activation, after each hidden layer's ReLU (section II). */
  readonly dropout: number;
  /** Section III. */
  readonly batchSize: number;
  /** Section III, which prints `1e 3` for Model 1 and 2; section II says 1e-3. */
  readonly learningRate: number;
  /** Section III. */
  readonly optimizer: 'sgd' | 'adam';
  /** Section III. */
  readonly epochs: number;
}

const SHARED = { n1: 128, n2: 64, dropout: 0.2, batchSize: 100, learningRate: 1e-3 } as const;

/** The three models of section III: 784 – n1 – n2 – 10, ReLU and dropout after each hidden layer. */
export const PAPER_MODELS: readonly PaperModel[] = [
  { model: 1, ...SHARED, optimizer: 'sgd', epochs: 30 },
  { model: 2, ...SHARED, optimizer: 'adam', epochs: 30 },
  { model: 3, ...SHARED, optimizer: 'adam', epochs: 60 },
];

/** Position of the class Ankle boot among the outputs (section II); the paper's Figure 3 shows one. */
export const ANKLE_BOOT = 9;

/** Mean squared error, over ten outputs and one-hot labels, of always answering 0.1: (9 × 0.1² + 0.9²) / 10. */
export const MSE_OF_A_CONSTANT = 0.09;

/** About the same error for a network of 89% accuracy. The report shows ours beside it. */
export const MSE_NEAR_89_PERCENT = 0.018;

/**
 * The autoencoder. The paper (sections I and II) only says that it has one hidden layer, narrower than the
 * input, and an output as wide as the input. The other settings are our choice: the width of n1, ReLU in the
 * hidden layer, a sigmoid at the output because pixels are from 0 to 1, no dropout, and the optimizer,
 * epochs and batch size of Model 2.
 */
export const AUTOENCODER = {
  hidden: 128,
  outputActivation: 'sigmoid',
  dropout: 0,
  optimizer: 'adam',
  learningRate: 1e-3,
  epochs: 30,
  batchSize: 100,
} as const;
