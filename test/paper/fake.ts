import type { AutoencoderRun, ClassifierRun, PaperResults } from '../../src/paper/results.ts';
import { PAPER_MODELS } from '../../src/paper/table.ts';
import type { EpochRecord } from '../../src/train/history.ts';

/** The ten classes of Fashion-MNIST. */
export const CLASSES = [
  'T-shirt/top',
  'Trouser',
  'Pullover',
  'Dress',
  'Coat',
  'Sandal',
  'Shirt',
  'Sneaker',
  'Bag',
  'Ankle boot',
];

/** Numbers that look measured and are the same on every machine. */
function noise(seed: number): number {
  const x = Math.sin(seed * 12.9898) * 43758.5453;
  return x - Math.floor(x) - 0.5;
}

function history(
  epochs: number,
  loss: [number, number],
  accuracy: [number, number] | null,
  speed: number,
  seed: number,
): EpochRecord[] {
  return Array.from({ length: epochs }, (_, i) => {
    const rest = Math.exp(-(i + 1) * speed);
    const at = ([end, fall]: [number, number], salt: number) =>
      end + fall * rest + noise(seed * 1000 + i * 7 + salt) * Math.abs(end) * 0.02;
    return {
      epoch: i + 1,
      train: { loss: at(loss, 1) * 1.03, accuracy: accuracy && at(accuracy, 2) - 0.005 },
      test: { loss: at(loss, 3), accuracy: accuracy && at(accuracy, 4) },
      seconds: 0.71 + noise(i) * 0.02 + (i === 0 ? 1.4 : 0),
    };
  });
}

/** End values of the fake runs: test loss and accuracy of the three models. */
export const ENDS = {
  mse: [
    [0.078, 0.46],
    [0.0179, 0.884],
    [0.0177, 0.886],
  ],
  cross_entropy: [
    [0.51, 0.815],
    [0.33, 0.888],
    [0.365, 0.89],
  ],
} as const;

/** One run of a model by the paper's settings; `change` overrides any field. */
export function classifier(
  model: 1 | 2 | 3,
  loss: 'mse' | 'cross_entropy',
  seed = 1,
  change: Partial<ClassifierRun> = {},
): ClassifierRun {
  const paper = PAPER_MODELS[model - 1];
  const [end, share] = ENDS[loss][model - 1];
  const epochs = change.epochs ?? paper.epochs;
  const fall = loss === 'mse' ? 0.03 : 0.6;
  const list = history(epochs, [end, fall], [share, -0.25], model === 1 ? 0.12 : 0.5, seed + model);
  return {
    model,
    loss,
    normalize: loss === 'mse' ? null : [0.286, 0.353],
    optimizer: paper.optimizer,
    learningRate: paper.learningRate,
    epochs,
    batchSize: paper.batchSize,
    seed,
    history: list,
    test: { loss: end * (1 + 0.01 * noise(seed + 5)), accuracy: share + 0.004 * noise(seed) },
    seconds: epochs * 0.71,
    ...change,
  };
}

/** One run of an autoencoder. */
export function autoencoder(hidden: number, seed = 1): AutoencoderRun {
  const end = 0.45 / hidden;
  return {
    hidden,
    learningRate: 0.001,
    epochs: 20,
    batchSize: 100,
    seed,
    history: history(20, [end, 0.04], null, 0.4, seed),
    test: { loss: end, accuracy: null },
    seconds: 31.4,
  };
}

/** A picture of 28×28 pixels, 0 to 255: a blob whose shape depends on the class. */
export function blob(kind: number): number[] {
  return Array.from({ length: 784 }, (_, i) => {
    const [x, y] = [(i % 28) - 13.5, Math.floor(i / 28) - 13.5];
    const inside =
      Math.abs(x) ** (1 + kind / 4) / (40 + 9 * kind) + Math.abs(y) ** 2 / (90 + 5 * kind);
    return inside < 1 ? Math.round(255 * (0.55 + 0.4 * (1 - inside) + 0.1 * noise(i))) : 0;
  });
}

function confusionMatrix(): number[][] {
  const mixed: Record<number, [number, number][]> = {
    0: [
      [6, 108],
      [2, 14],
      [3, 22],
    ],
    2: [
      [4, 84],
      [6, 71],
    ],
    4: [
      [2, 79],
      [6, 60],
      [3, 28],
    ],
    6: [
      [0, 121],
      [2, 82],
      [4, 66],
      [3, 24],
    ],
    5: [
      [7, 21],
      [9, 11],
    ],
    7: [
      [9, 27],
      [5, 9],
    ],
    9: [
      [7, 36],
      [5, 6],
    ],
    3: [
      [0, 21],
      [6, 18],
      [4, 25],
    ],
    8: [
      [6, 6],
      [2, 4],
    ],
    1: [
      [3, 14],
      [0, 2],
    ],
  };
  return CLASSES.map((_, i) => {
    const row = CLASSES.map(() => 0);
    for (const [j, value] of mixed[i] ?? []) row[j] = value;
    row[i] = 1000 - row.reduce((sum, value) => sum + value, 0);
    return row;
  });
}

/** A whole set of plausible results. */
export function fake(change: Partial<PaperResults> = {}): PaperResults {
  const models = [1, 2, 3] as const;
  const losses = ['mse', 'cross_entropy'] as const;
  const seeds = [1, 2, 3];
  const runs = models.flatMap((model) =>
    losses.flatMap((loss) => seeds.map((seed) => classifier(model, loss, seed))),
  );
  return {
    date: '2025-01-15',
    command: 'gradweave paper --seeds 1,2,3',
    adapter: {
      vendor: 'nvidia',
      architecture: 'lovelace',
      device: '',
      description: 'NVIDIA GeForce RTX 4090',
      software: false,
    },
    browser: 'Chrome/138.0.7204.49',
    dataset: { name: 'Fashion-MNIST', synthetic: false, classes: CLASSES },
    classifiers: [
      ...runs,
      classifier(2, 'cross_entropy', 1, {
        learningRate: 0.01,
        test: { loss: 0.52, accuracy: 0.842 },
      }),
      classifier(2, 'cross_entropy', 1, {
        batchSize: 256,
        test: { loss: 0.325, accuracy: 0.8895 },
      }),
      classifier(2, 'cross_entropy', 1, {
        normalize: null,
        test: { loss: 0.331, accuracy: 0.8861 },
      }),
    ],
    autoencoders: [autoencoder(64), autoencoder(32)],
    confusion: confusionMatrix(),
    ankleBoot: {
      index: 0,
      pixels: blob(9),
      outputs: [-9.1, -14.2, -8.8, -12.6, -9.9, 2.1, -7.4, 4.6, -6.2, 9.8],
      predicted: 9,
    },
    reconstructions: CLASSES.map((_, label) => {
      const pixels = blob(label);
      const output = pixels.map(
        (value, i) => (value + (pixels[i + 1] ?? 0) + (pixels[i + 28] ?? 0)) / 765,
      );
      return { label, index: label * 3, pixels, output };
    }),
    ...change,
  };
}
