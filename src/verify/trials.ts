import type { Graph, Node } from '../graph/graph.ts';
import { CLIP, type Clip, clipNorm, clipValue } from '../nn/clip.ts';
import { bceWithLogits } from '../nn/losses/bce-with-logits.ts';
import { crossEntropy } from '../nn/losses/cross-entropy.ts';
import { huber } from '../nn/losses/huber.ts';
import { l1 } from '../nn/losses/l1.ts';
import { smoothL1 } from '../nn/losses/smooth-l1.ts';
import { buildModel } from '../nn/model.ts';
import {
  adagrad,
  adam,
  adamw,
  averaged,
  inGroups,
  lion,
  nadam,
  rmsprop,
  sgd,
} from '../nn/optimizers.ts';
import {
  chainedRate,
  constantRate,
  cosineRate,
  cosineRestartsRate,
  exponentialRate,
  linearRate,
  multiStepRate,
  oneCycleRate,
  polynomialRate,
  type Schedule,
  sequentialRate,
  stepRate,
  tableRate,
  warmup,
} from '../nn/schedules.ts';
import { type Activation, activation } from '../ops/activation.ts';
import { ACTIVATIONS } from '../ops/activation-reference.ts';
import { TANH } from '../ops/activations.ts';
import { add } from '../ops/add.ts';
import { batchMean } from '../ops/batch_mean.ts';
import { addBias, columnSums } from '../ops/bias.ts';
import { clamp } from '../ops/clamp.ts';
import { argmax, confusion, hits } from '../ops/classify.ts';
import { concat } from '../ops/concat.ts';
import { constant } from '../ops/constant.ts';
import { dropout } from '../ops/dropout.ts';
import { features, pixels } from '../ops/features.ts';
import { gradients } from '../ops/gradients.ts';
import { FORMULA, type Loss, lossRows } from '../ops/loss.ts';
import { matmul } from '../ops/matmul.ts';
import { meanSquaredError, mse } from '../ops/mean_squared_error.ts';
import { clippingOf } from '../ops/norm.ts';
import { ignoring, oneHot } from '../ops/one_hot.ts';
import { pack } from '../ops/pack.ts';
import { layerNorm, rmsNorm } from '../ops/row_norm.ts';
import { scale } from '../ops/scale.ts';
import { scaleColumns } from '../ops/scale_columns.ts';
import { softmax } from '../ops/softmax.ts';
import { softmaxCrossEntropy } from '../ops/softmax_cross_entropy.ts';
import { input, isParameter, labels, parameter } from '../ops/sources.ts';
import { METHOD, type OptimizerRule, update } from '../ops/update.ts';
import { flatten, matrixView } from '../ops/view.ts';
import { weigh } from '../ops/weigh.ts';
import { RandomStream } from '../random/stream.ts';
import { LAST_DIMENSION, MODELS } from './models.ts';
import type { Trial } from './trial.ts';

/** 1, primes, one off a block of 4, one off a tile of 8, one off a workgroup, and the paper's sizes. */
const MATRICES: readonly (readonly [number, number])[] = [
  [1, 1],
  [1, 10],
  [3, 4],
  [4, 5],
  [7, 8],
  [9, 3],
  [13, 31],
  [31, 33],
  [65, 127],
  [100, 128],
];

const PRODUCTS: readonly (readonly [number, number, number])[] = [
  [1, 1, 1],
  [1, 10, 3],
  [2, 3, 5],
  [4, 4, 4],
  [5, 7, 11],
  [8, 8, 8],
  [9, 7, 8],
  [17, 31, 63],
  [33, 9, 129],
  [64, 64, 64],
  [65, 33, 31],
  [100, 10, 64],
  [100, 128, 784],
  // Large enough for every family of kernels, with gradients that turn along k and along m.
  [101, 129, 515],
  // So deep that the sum is split over two dispatches.
  [3, 5, 4100],
];

const name = (shape: readonly number[]): string => shape.join('×');

/** The sum of a tensor with fixed weights: a scalar whose gradient differs for each element. */
function weighed(x: Node): Node {
  const weights = input(x.graph, `weights of ${x.name}`, x.spec.shape);
  return batchMean(meanSquaredError(x, weights));
}

function forwardAndBackward(
  op: string,
  shapes: readonly (readonly number[])[],
  build: (parameters: readonly Node[]) => Node,
  options: Partial<Trial> = {},
): Trial {
  return {
    op,
    label: shapes.map(name).join(', '),
    batch: shapes[0][0],
    ...options,
    build: (graph) => {
      const parameters = shapes.map((shape, i) => parameter(graph, `p${i}`, shape));
      const y = build(parameters);
      return [y, ...gradients(weighed(y), parameters).values()];
    },
  };
}

function productTrials(): Trial[] {
  return PRODUCTS.flatMap(([m, n, k]) =>
    [
      { transposeA: false, transposeB: false },
      { transposeA: false, transposeB: true },
      { transposeA: true, transposeB: false },
      { transposeA: true, transposeB: true },
    ].map((transposed) => {
      const a = transposed.transposeA ? [k, m] : [m, k];
      const b = transposed.transposeB ? [n, k] : [k, n];
      const layout = `${transposed.transposeA ? 'T' : 'N'}${transposed.transposeB ? 'T' : 'N'}`;
      return forwardAndBackward('matmul', [a, b], ([x, y]) => matmul(x, y, transposed), {
        label: `${layout} ${m}×${n}×${k}`,
        batch: m,
      });
    }),
  );
}

function elementwiseTrials(): Trial[] {
  return MATRICES.flatMap((shape) => [
    forwardAndBackward('addBias', [shape, [shape[1]]], ([x, b]) => addBias(x, b)),
    forwardAndBackward('add', [shape, shape], ([x, y]) => add(x, y)),
    forwardAndBackward('add to itself', [shape], ([x]) => add(x, x)),
    forwardAndBackward('concat', [shape, [shape[0], 5]], ([x, y]) => concat(concat(x, y), x)),
    forwardAndBackward('scaleColumns', [shape, [shape[1]]], ([x, w]) => scaleColumns(x, w)),
    ...rowTrials(shape),
    forwardAndBackward('scale', [shape], ([x]) => scale(x, -0.3)),
    forwardAndBackward('dropout', [shape], ([x]) => dropout(x, 0.2), { step: 5 }),
    forwardAndBackward('flatten', [[shape[0], 2, shape[1]]], ([x]) => flatten(x)),
    ...viewTrials(shape),
    ...ACTIVATIONS.map((f) =>
      forwardAndBackward(f.name, [shape], ([x]) => activation(f, x), { magnitude: 4 }),
    ),
    {
      op: 'clamp',
      label: name(shape),
      build: (graph: Graph) => [clamp(input(graph, 'x', shape), 0.4)],
    },
    {
      op: 'columnSums',
      label: name(shape),
      build: (graph: Graph) => [columnSums(input(graph, 'x', shape))],
    },
    {
      op: 'argmax',
      label: name(shape),
      build: (graph: Graph) => [argmax(input(graph, 'x', shape))],
    },
  ]);
}

/** Tensors [N,T,C] as matrices of N·T rows: as they lie in memory, and copied. */
function viewTrials([rows, columns]: readonly [number, number]): Trial[] {
  const x = [rows, 3, columns];
  const [weight, bias] = [[columns, 4], [4]];
  return [
    forwardAndBackward('matrixView', [x, weight, bias], ([x, w, b]) =>
      flatten(activation(TANH, addBias(matmul(matrixView(x, 2), w), b))),
    ),
    forwardAndBackward('matrixView, rows', [x, [columns], x], ([x, w, y]) =>
      flatten(
        concat(scaleColumns(softmax(matrixView(x, 2)), w), layerNorm(matrixView(y, 2), 1e-3)),
      ),
    ),
  ];
}

/** Ops of rows: alone, and with what is fused into their stores. */
function rowTrials(shape: readonly [number, number]): Trial[] {
  const affine = ([x, weight, bias]: readonly Node[]): Node =>
    addBias(scaleColumns(x, weight), bias);
  const parameters = [shape, [shape[1]], [shape[1]]];
  return [
    forwardAndBackward('layerNorm', [shape], ([x]) => layerNorm(x, 1e-5), { magnitude: 3 }),
    forwardAndBackward('layerNorm, affine', parameters, ([x, ...own]) =>
      activation(TANH, affine([layerNorm(x, 1e-3), ...own])),
    ),
    forwardAndBackward('rmsNorm', [shape], ([x]) => rmsNorm(x, 1e-3), { magnitude: 3 }),
    forwardAndBackward('rmsNorm, scaled', [shape, [shape[1]]], ([x, weight]) =>
      scaleColumns(rmsNorm(x, 1e-3), weight),
    ),
    forwardAndBackward('softmax', [shape], ([x]) => softmax(x), { magnitude: 3 }),
    forwardAndBackward('softmax, large', [shape], ([x]) => softmax(x), { magnitude: 90 }),
    ...[1e4, -300].map((mean) => ({
      op: 'layerNorm, large mean',
      label: `${name(shape)}, mean ${mean}`,
      build: (graph: Graph) => [layerNorm(input(graph, 'x', shape), 1e-5)],
      fill: (_: string, size: number) => {
        const random = new RandomStream([size, 3]);
        return Float32Array.from({ length: size }, () => mean + random.signed());
      },
    })),
  ];
}

function dataTrials(): Trial[] {
  const batches = [
    { batch: 1, samples: 1, step: 0 },
    { batch: 7, samples: 23, step: 3 },
    { batch: 32, samples: 100, step: 9 },
    { batch: 100, samples: 250, step: 2 },
  ];
  return batches.flatMap((options) => {
    const label = `batch ${options.batch} of ${options.samples}, step ${options.step}`;
    return [
      ...[5, 16, 49].map((size) => ({
        op: 'pixels',
        label: `${label}, ${size} pixels`,
        ...options,
        build: (graph: Graph) => [
          pixels(graph, [options.batch, size]),
          pixels(graph, [options.batch, size], [0.286, 0.353]),
        ],
      })),
      ...[5, 16].map((size) => ({
        op: 'values',
        label: `${label}, ${size} values`,
        ...options,
        build: (graph: Graph) => [
          features(graph, [options.batch, size], { kind: 'values', name: 'inputs' }),
          features(graph, [options.batch, size], { kind: 'values', name: 'raw' }, 'standard'),
        ],
      })),
      {
        op: 'labels, oneHot',
        label,
        ...options,
        build: (graph: Graph) => {
          const classes = labels(graph, options.batch);
          return [classes, oneHot(classes, 10)];
        },
      },
      {
        op: 'batchMean',
        label,
        ...options,
        build: (graph: Graph) => {
          const x = parameter(graph, 'x', [options.batch]);
          const mean = batchMean(x);
          return [mean, ...gradients(mean, [x]).values()];
        },
      },
      {
        op: 'constant',
        label,
        ...options,
        build: (graph: Graph) => [constant(graph, 0.1)],
      },
      ...[1, 2, 10, 13].flatMap((classes) => lossTrials(options, classes, label)),
    ];
  });
}

/** Losses against values, with the scale of their outputs. */
const VALUE_LOSSES: readonly (readonly [string, Loss, number])[] = [
  ['l1', l1(), 1],
  ['huber', huber(), 2],
  ['huber, delta 0.3', huber({ delta: 0.3 }), 1],
  ['smoothL1', smoothL1(), 2],
  ['smoothL1, beta 0.3', smoothL1({ beta: 0.3 }), 1],
  ['bceWithLogits', bceWithLogits(), 3],
  ['BCE, large', bceWithLogits(), 100],
  ['BCE, weight 3', bceWithLogits({ positiveWeights: 3 }), 3],
];

/** Losses against classes, with the scale of their outputs. */
const lossesOf = (classes: number): readonly (readonly [string, Loss, number])[] => {
  const weights = Array.from({ length: classes }, (_, c) => 0.3 + ((7 * c) % 5));
  return [
    ['huber', huber(), 2],
    ['bceWithLogits', bceWithLogits(), 3],
    ['BCE, weights', bceWithLogits({ positiveWeights: weights }), 3],
    ['entropy, smoothed', crossEntropy({ labelSmoothing: 0.1 }), 3],
    ['entropy, weights', crossEntropy({ classWeights: weights }), 3],
    ['entropy, smoothed, weights', crossEntropy({ labelSmoothing: 0.1, classWeights: weights }), 3],
    ['entropy, ignored', crossEntropy({ ignoreIndex: classes >> 1 }), 3],
    [
      'entropy, all options',
      crossEntropy({ labelSmoothing: 0.1, classWeights: weights, ignoreIndex: 0 }),
      3,
    ],
  ];
};

/** The loss of each row against labels. */
function rowsOf(loss: Loss, x: Node, t: Node): Node {
  return lossRows(loss, x, loss[FORMULA].target === 'class' ? t : oneHot(t, x.spec.shape[1]));
}

function lossTrials(
  options: { batch: number; samples: number; step: number },
  classes: number,
  label: string,
): Trial[] {
  const title = `${label}, ${classes} classes`;
  const weighedEntropy = (x: Node, t: Node): Node => weigh(softmaxCrossEntropy(x, t));
  const squared = (x: Node, t: Node): Node => weigh(meanSquaredError(x, oneHot(t, classes)));
  const trial = (op: string, loss: (x: Node, t: Node) => Node, magnitude: number): Trial => ({
    op,
    label: title,
    ...options,
    classes,
    magnitude,
    build: (graph) => {
      const x = parameter(graph, 'outputs', [options.batch, classes]);
      const t = labels(graph, options.batch);
      const rows = loss(x, t);
      const mean = batchMean(rows);
      return [rows, mean, ...gradients(mean, [x]).values(), hits(x, t)];
    },
  });
  return [
    trial('meanSquaredError', (x, t) => meanSquaredError(x, oneHot(t, classes)), 1),
    trial('softmaxCrossEntropy', softmaxCrossEntropy, 3),
    trial('softmaxCrossEntropy, large', softmaxCrossEntropy, 200),
    trial('weigh softmaxCrossEntropy', weighedEntropy, 3),
    trial('weigh meanSquaredError', squared, 1),
    {
      op: 'confusion',
      label: title,
      ...options,
      classes,
      build: (graph) => [
        confusion(input(graph, 'outputs', [options.batch, classes]), labels(graph, options.batch)),
      ],
    },
    {
      op: 'confusion, ignored',
      label: title,
      ...options,
      classes,
      build: (graph) => [
        confusion(
          input(graph, 'outputs', [options.batch, classes]),
          labels(graph, options.batch),
          ignoring(classes >> 1),
        ),
      ],
    },
  ];
}

/** Other losses than the two that every app has. */
function moreLossTrials(): Trial[] {
  const batches = [
    { batch: 100, samples: 250, step: 2 },
    { batch: 7, samples: 23, step: 3 },
  ];
  return batches.flatMap((options) =>
    [13, 1].flatMap((classes) => {
      const label = `batch ${options.batch} of ${options.samples}, ${classes} classes`;
      const shape = [options.batch, classes];
      const trial = (
        op: string,
        magnitude: number,
        build: (x: Node) => readonly Node[],
      ): Trial => ({
        op,
        label,
        ...options,
        classes,
        magnitude,
        build: (graph) => {
          const x = parameter(graph, 'outputs', shape);
          const [rows, ...others] = build(x);
          const mean = batchMean(rows);
          return [rows, mean, ...gradients(mean, [x]).values(), ...others];
        },
      });
      const classed =
        (loss: Loss, weighted: boolean) =>
        (x: Node): readonly Node[] => {
          const t = labels(x.graph, options.batch);
          const rows = rowsOf(loss, x, t);
          return [weighted ? weigh(rows) : rows, hits(x, t)];
        };
      return [
        ...lossesOf(classes).flatMap(([op, loss, magnitude]) => [
          trial(op, magnitude, classed(loss, false)),
          trial(`weigh ${op}`, magnitude, classed(loss, true)),
        ]),
        ...VALUE_LOSSES.map(([op, loss, magnitude]) =>
          trial(`${op}, values`, magnitude, (x) => [
            lossRows(loss, x, features(x.graph, shape, { kind: 'values', name: 't' })),
          ]),
        ),
      ];
    }),
  );
}

/** The activation of a name. */
function named(name: string): Activation {
  const found = ACTIVATIONS.find((f) => f.name === name);
  if (!found) throw new Error(`there is no activation ${name}`);
  return found;
}

/** Optimizers with all of PyTorch's options that change the rule. */
export const RULES: readonly (readonly [string, OptimizerRule])[] = (() => {
  const learningRate = 0.1;
  return [
    ['SGD', sgd({ learningRate })],
    ['SGD, weight decay', sgd({ learningRate, weightDecay: 0.01 })],
    ['SGD, momentum', sgd({ learningRate, momentum: 0.9 })],
    [
      'SGD, momentum, dampening',
      sgd({ learningRate, momentum: 0.9, dampening: 0.5, weightDecay: 0.01 }),
    ],
    ['SGD, Nesterov', sgd({ learningRate, momentum: 0.9, nesterov: true, weightDecay: 0.01 })],
    ['Adam', adam()],
    ['Adam, weight decay', adam({ weightDecay: 0.01, betas: [0.8, 0.99], epsilon: 1e-6 })],
    ['Adam, no memory', adam({ betas: [0, 0], epsilon: 1e-3 })],
    ['AdamW', adamw({ weightDecay: 0.01 })],
    ['Adam, AMSGrad', adam({ amsgrad: true, betas: [0.9, 0.5] })],
    ['NAdam', nadam({ weightDecay: 0.01, momentumDecay: 0.1 })],
    ['RMSprop', rmsprop({ weightDecay: 0.01 })],
    ['RMSprop, centered', rmsprop({ centered: true, epsilon: 1e-3 })],
    ['RMSprop, momentum', rmsprop({ momentum: 0.9, alpha: 0.8 })],
    ['RMSprop, centered, momentum', rmsprop({ centered: true, momentum: 0.5, alpha: 0.9 })],
    ['Adagrad', adagrad({ weightDecay: 0.01, learningRateDecay: 0.1 })],
    ['Adagrad, initial value', adagrad({ initialAccumulatorValue: 0.3 })],
    ['averaged', averaged(adamw({ learningRate: 0.1 }), 0.6)],
    ['Lion', lion({ learningRate: 0.01, weightDecay: 0.1 })],
  ];
})();

function updateTrials(): Trial[] {
  return RULES.flatMap(([title, rule]) =>
    [0, 1, 999].flatMap((step) =>
      [[3], [5, 7], [33, 10]].map((shape) => ({
        op: title,
        label: `${name(shape)}, step ${step}`,
        step,
        build: (graph: Graph) => [
          update(parameter(graph, 'w', shape), input(graph, 'g', shape), rule),
        ],
      })),
    ),
  );
}

/** Schedules, and steps at which they turn. */
export const SCHEDULES: readonly (readonly [string, Schedule, readonly number[]])[] = (() => {
  const cosine = cosineRate({ totalSteps: 30, endFactor: 0.1 });
  const decay = exponentialRate({ gamma: 0.99 });
  const cycle = { totalSteps: 50, pctStart: 0.31 } as const;
  return [
    ['constant', constantRate({ factor: 0.3, totalSteps: 4 }), [0, 3, 4, 100]],
    ['linear', linearRate({ startFactor: 0.1, totalSteps: 7 }), [0, 1, 5, 6, 7, 1000]],
    ['linear, down', linearRate({ startFactor: 1, endFactor: 0 }), [0, 3, 4, 5, 6]],
    ['step', stepRate({ stepSize: 10 }), [0, 9, 10, 25, 39, 40]],
    ['multi-step', multiStepRate({ milestones: [5, 9, 20], gamma: 0.5 }), [4, 5, 8, 9, 20, 99]],
    ['exponential', decay, [0, 1, 100, 999]],
    ['exponential, growing', exponentialRate({ gamma: 1.01 }), [0, 1, 100]],
    ['polynomial', polynomialRate({ totalSteps: 8 }), [0, 3, 7, 8, 9]],
    ['polynomial, square', polynomialRate({ totalSteps: 8, power: 2 }), [0, 3, 7, 8, 9]],
    ['polynomial, root', polynomialRate({ totalSteps: 100, power: 0.5 }), [0, 1, 50, 99, 100]],
    ['cosine', cosine, [0, 1, 14, 15, 29, 30, 31, 59, 60, 61]],
    ['cosine to 0', cosineRate({ totalSteps: 1000 }), [0, 1, 500, 998, 999, 1000]],
    ['cosine, restarts', cosineRestartsRate({ firstSteps: 10 }), [0, 5, 9, 10, 25, 1009]],
    [
      'cosine, growing restarts',
      cosineRestartsRate({ firstSteps: 3, growth: 2, endFactor: 0.2 }),
      [0, 2, 3, 8, 9, 20, 21, 1000],
    ],
    ['one cycle', oneCycleRate(cycle), [0, 1, 14, 15, 16, 48, 49, 50, 90]],
    [
      'one cycle, three phases',
      oneCycleRate({ ...cycle, threePhase: true, annealStrategy: 'linear' }),
      [0, 14, 15, 28, 29, 30, 49, 50],
    ],
    ['chained', chainedRate([cosine, decay, stepRate({ stepSize: 7 })]), [0, 6, 7, 30, 31]],
    ['warm-up', warmup(5), [0, 3, 4, 5, 6]],
    ['warm-up, cosine', warmup(10, cosine), [0, 8, 9, 10, 11, 39, 40, 41]],
    [
      'in sequence',
      sequentialRate([warmup(2), chainedRate([decay, cosine]), constantRate()], [4, 20]),
      [0, 1, 3, 4, 5, 19, 20, 24, 25],
    ],
    ['table', tableRate({ factors: [0.1, 0.7, 0.4], stepsEach: 2 }), [0, 1, 2, 5, 6, 100]],
  ];
})();

/** Optimizers with groups of parameters of these names. */
function groupedRules(names: readonly string[]): (readonly [string, OptimizerRule])[] {
  const halved = inGroups(adam({ weightDecay: 0.01 }), (name) =>
    name.endsWith('bias') ? { weightDecay: 0 } : { rateFactor: 0.5 },
  );
  const some = { [names[0]]: { rateFactor: 3, weightDecay: 0.1 } };
  const rules: readonly OptimizerRule[] = [
    halved,
    inGroups(adamw({ learningRate: 0.01 }), some),
    inGroups(adam({ amsgrad: true }), some),
    inGroups(sgd({ learningRate: 0.1, momentum: 0.9 }), some),
    inGroups(nadam({ learningRate: 0.01 }), some),
    inGroups(rmsprop({ centered: true, epsilon: 1e-3 }), some),
    inGroups(adagrad({ learningRateDecay: 0.1 }), some),
    inGroups(lion({ learningRate: 0.01, weightDecay: 0.1 }), some),
    averaged(inGroups(adam(), some), 0.9),
    inGroups(averaged(sgd({ learningRate: 0.1 }), 0.5), some),
  ];
  return rules.map((rule) => [`${rule.kind} in groups`, rule[METHOD].resolve?.(names) ?? rule]);
}

function groupTrials(): Trial[] {
  return groupedRules(['w']).flatMap(([op, rule]) =>
    [0, 9].map((step) => ({
      op: 'parameter groups',
      label: `${op}, step ${step}`,
      step,
      rule,
      build: (graph: Graph) => {
        const w = parameter(graph, 'w', [33, 10]);
        return [update(w, input(graph, 'g', [33, 10]), rule[METHOD].of?.('w') ?? rule)];
      },
    })),
  );
}

function scheduleTrials(): Trial[] {
  const shape = [33, 10];
  const trial = (title: string, schedule: Schedule, step: number, rule: OptimizerRule): Trial => ({
    op: 'learning rate',
    label: `${title}, step ${step}, ${rule.kind}`,
    step,
    schedule,
    build: (graph) => [update(parameter(graph, 'w', shape), input(graph, 'g', shape), rule)],
  });
  return [
    ...SCHEDULES.flatMap(([title, schedule, steps]) =>
      steps.map((step) => trial(title, schedule, step, sgd({ learningRate: 1 }))),
    ),
    // What each optimizer makes of the rate.
    ...RULES.map(([, rule]) => trial('warm-up', warmup(9), 3, rule)),
  ];
}

function normTrials(): Trial[] {
  const lists: readonly (readonly (readonly number[])[])[] = [
    [[3]],
    [[5, 7], [7]],
    // More than 64, and more than 1024 lanes would take.
    [[100, 127], [1], [9, 784], [65]],
    [[300, 1024], [1024]],
  ];
  return lists.flatMap((shapes) =>
    [0.5, 1e6, Infinity].map((largest) => ({
      op: 'norm',
      label: `${shapes.map(name).join(', ')}, at most ${largest}`,
      build: (graph: Graph) => {
        const tensors = shapes.map((shape, i) => input(graph, `x${i}`, shape));
        const clipping = clippingOf(tensors, largest);
        return [...clipping.inputs, clipping];
      },
    })),
  );
}

/** A network of linear layers, and its data. */
export interface Network {
  readonly widths: readonly number[];
  readonly batch: number;
  readonly samples: number;
  readonly step: number;
  /** The name of the hidden layers' activation. */
  readonly kind: string;
  /** The activation of the outputs; default none. */
  readonly output?: string;
  readonly drop: number;
  /** `values`: inputs and targets are the caller's floats. */
  readonly loss: 'mse' | 'cross_entropy' | 'autoencoder' | 'values' | 'classes';
  /** The loss for `values` and `classes`, and its name. Default mse. */
  readonly own?: readonly [name: string, loss: Loss, ...unknown[]];
  /** Standardise inputs that are values. Default false. */
  readonly standardise?: boolean;
  /** Default true. */
  readonly bias?: boolean;
  /** Whether samples have weights; default false. */
  readonly weighted?: boolean;
  /** Scale of the weights; default 0.3. */
  readonly magnitude?: number;
  /** How gradients are clipped; default not. */
  readonly clip?: Clip;
}

/** A training step of a whole network, with its gradients or its updates as targets. */
export function stepTrial(network: Network, rule: readonly [string, OptimizerRule] | null): Trial {
  const { widths, batch, samples, step, kind, drop, loss, magnitude = 0.3, clip } = network;
  const end = rule ? rule[0] : 'gradients';
  return {
    op: rule ? 'training step' : 'network gradients',
    label: `${widths.join('–')} ${kind} dropout ${drop} ${network.weighted ? 'weighted ' : ''}${network.own?.[0] ?? loss}, batch ${batch} of ${samples}, step ${step}, ${end}${clip ? `, ${clip.kind} clipped to ${clip.largest}` : ''}`,
    batch,
    samples,
    step,
    classes: widths[widths.length - 1],
    magnitude,
    ...(rule ? { rule: rule[1] } : {}),
    build: (graph) => {
      const outputs = widths[widths.length - 1];
      const standard = network.standardise ? 'standard' : undefined;
      let x =
        loss === 'values'
          ? features(graph, [batch, widths[0]], { kind: 'values', name: 'inputs' }, standard)
          : pixels(graph, [batch, widths[0]], [0.286, 0.353]);
      const parameters: Node[] = [];
      for (let i = 1; i < widths.length; i++) {
        const w = parameter(graph, `${i}.weight`, [widths[i - 1], widths[i]]);
        parameters.push(w);
        x = matmul(x, w);
        if (network.bias !== false) {
          const b = parameter(graph, `${i}.bias`, [widths[i]]);
          parameters.push(b);
          x = addBias(x, b);
        }
        if (i < widths.length - 1) x = dropout(activation(named(kind), x), drop);
        else if (network.output) x = activation(named(network.output), x);
      }
      const classes = labels(graph, batch);
      const targets = {
        mse: () => oneHot(classes, outputs),
        autoencoder: () => pixels(graph, [batch, widths[0]]),
        values: () => features(graph, [batch, outputs], { kind: 'values', name: 'targets' }),
      };
      const [, own = mse()] = network.own ?? [];
      const plain =
        loss === 'cross_entropy'
          ? softmaxCrossEntropy(x, classes)
          : loss === 'classes'
            ? rowsOf(own, x, classes)
            : lossRows(own, x, targets[loss]());
      const rows = network.weighted ? weigh(plain) : plain;
      const slopes = gradients(batchMean(rows), parameters);
      const counted = loss === 'autoencoder' || loss === 'values' ? [] : [hits(x, classes)];
      if (!rule) return [rows, ...counted, x, ...slopes.values()];
      const clipped = clip?.[CLIP].apply(slopes) ?? { slopes };
      const { clipping } = clipped;
      const updates = [...clipped.slopes].map(([p, g]) =>
        update(p, g, rule[1][METHOD].of?.(p.name) ?? rule[1], clipping),
      );
      return [rows, ...counted, ...(clipping ? [clipping.by] : []), ...updates];
    },
  };
}

/** Losses, hits and confusion of a batch, as in evaluation. */
function evaluationTrials(): Trial[] {
  return (['mse', 'cross_entropy'] as const).map((loss) => ({
    op: 'evaluation',
    label: loss,
    batch: 9,
    samples: 20,
    step: 1,
    build: (graph: Graph) => {
      const w = parameter(graph, 'weight', [25, 10]);
      const x = matmul(pixels(graph, [9, 25]), w);
      const classes = labels(graph, 9);
      const rows =
        loss === 'mse' ? meanSquaredError(x, oneHot(classes, 10)) : softmaxCrossEntropy(x, classes);
      return [rows, hits(x, classes), confusion(x, classes)];
    },
  }));
}

/** A network's forward pass from the caller's values to the caller's buffer. */
function inferenceTrials(): Trial[] {
  const networks = [
    [1, [1, 1]],
    [7, [5, 9, 3]],
    [8, [8, 12, 4]],
    [33, [49, 16, 10]],
    [7, [5, 9, 3], 'standard'],
    [33, [16, 8, 10], 'standard'],
  ] as const;
  return networks.map(([batch, widths, standard]) => ({
    op: 'pack',
    label: `${widths.join('–')}, ${batch} samples${standard ? ', standardised' : ''}`,
    batch,
    build: (graph: Graph) => {
      const source = { kind: 'values', name: 'inputs' } as const;
      let x = features(graph, [batch, widths[0]], source, standard);
      for (const [i, width] of widths.slice(1).entries()) {
        const w = parameter(graph, `${i}.weight`, [widths[i], width]);
        x = activation(TANH, addBias(matmul(x, w), parameter(graph, `${i}.bias`, [width])));
      }
      return [pack(x)];
    },
  }));
}

function networkTrials(): Trial[] {
  const trials: Trial[] = [];
  const base = { widths: [49, 13, 9, 10], batch: 7, samples: 23, step: 3, drop: 0.2 } as const;
  for (const kind of ['relu', 'sigmoid', 'tanh', 'gelu', 'leakyRelu']) {
    for (const loss of ['mse', 'cross_entropy'] as const) {
      for (const drop of [0, 0.2, 0.5]) trials.push(stepTrial({ ...base, kind, loss, drop }, null));
    }
  }
  for (const rule of RULES) {
    trials.push(stepTrial({ ...base, kind: 'relu', loss: 'cross_entropy', step: 0 }, rule));
  }
  for (const clip of [clipNorm(0.05), clipNorm(1e4), clipValue(0.01)]) {
    const clipped = { ...base, kind: 'relu', loss: 'cross_entropy', clip } as const;
    trials.push(stepTrial(clipped, RULES[0]), stepTrial(clipped, RULES[5]));
    trials.push(stepTrial({ ...clipped, widths: [9, 5], loss: 'mse', drop: 0 }, RULES[0]));
  }
  const names = [1, 2, 3].flatMap((i) => [`${i}.weight`, `${i}.bias`]);
  for (const rule of groupedRules(names).slice(0, 2)) {
    trials.push(stepTrial({ ...base, kind: 'relu', loss: 'cross_entropy' }, rule));
  }
  const auto = {
    ...base,
    widths: [49, 9, 49],
    loss: 'autoencoder',
    kind: 'sigmoid',
    drop: 0,
  } as const;
  trials.push(stepTrial(auto, null), stepTrial(auto, RULES[5]));
  const values = { ...base, loss: 'values', kind: 'tanh', drop: 0 } as const;
  trials.push(
    stepTrial({ ...base, kind: 'relu', loss: 'mse', widths: [16, 10], drop: 0 }, RULES[5]),
    stepTrial({ ...base, kind: 'relu', loss: 'mse', bias: false }, RULES[0]),
    stepTrial({ ...values, widths: [6, 9, 3] }, null),
    stepTrial({ ...values, widths: [8, 12, 12, 4] }, RULES[0]),
    stepTrial({ ...values, widths: [7, 9, 3], standardise: true }, RULES[0]),
    stepTrial({ ...values, widths: [5, 2] }, RULES[5]),
  );
  const weighted = { ...base, kind: 'relu', weighted: true } as const;
  for (const loss of ['mse', 'cross_entropy', 'values'] as const) {
    trials.push(stepTrial({ ...weighted, loss }, null), stepTrial({ ...weighted, loss }, RULES[5]));
  }
  trials.push(stepTrial({ ...auto, weighted: true }, null));
  for (const own of lossesOf(10)) {
    const network = { ...base, kind: 'relu', loss: 'classes', own } as const;
    trials.push(stepTrial(network, null), stepTrial({ ...network, weighted: true }, RULES[0]));
  }
  for (const own of [VALUE_LOSSES[0], VALUE_LOSSES[4], VALUE_LOSSES[7]]) {
    trials.push(stepTrial({ ...values, widths: [6, 9, 3], own }, RULES[0]));
  }
  trials.push(
    stepTrial(
      {
        widths: [784, 128, 64, 10],
        batch: 100,
        samples: 250,
        step: 0,
        kind: 'relu',
        drop: 0.2,
        loss: 'cross_entropy',
        // Initial weights: with ten times larger ones, softmax would make the bounds useless.
        magnitude: 0.03,
      },
      RULES[0],
    ),
  );
  return trials;
}

function modelTrials(): Trial[] {
  const models = [
    ...Object.entries(MODELS).map((entry) => [...entry, 7] as const),
    ...Object.entries(LAST_DIMENSION).flatMap((entry) =>
      [7, 8].map((batch) => [...entry, batch] as const),
    ),
  ];
  return models.flatMap(([label, model, batch]) =>
    [null, RULES[5]].map((rule) => ({
      op: 'models',
      label: `${label}, batch ${batch}, ${rule ? rule[0] : 'gradients'}`,
      batch,
      samples: 23,
      step: 3,
      magnitude: 0.5,
      build: (graph: Graph) => {
        const images = pixels(graph, [batch, ...model.inputShape], [0.286, 0.353]);
        const rows = softmaxCrossEntropy(buildModel(model, images, true), labels(graph, batch));
        const [outputs] = rows.inputs;
        const slopes = gradients(batchMean(rows), graph.nodes.filter(isParameter));
        if (!rule) return [rows, outputs, ...slopes.values()];
        return [rows, ...[...slopes].map(([p, slope]) => update(p, slope, rule[1]))];
      },
    })),
  );
}

/** Everything that `verify` runs, under both plans. */
export function allTrials(): Trial[] {
  return [
    ...productTrials(),
    ...elementwiseTrials(),
    ...dataTrials(),
    ...moreLossTrials(),
    ...updateTrials(),
    ...scheduleTrials(),
    ...groupTrials(),
    ...normTrials(),
    ...evaluationTrials(),
    ...inferenceTrials(),
    ...networkTrials(),
    ...modelTrials(),
  ];
}
