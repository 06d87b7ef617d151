import type { Graph } from '../../graph/graph.ts';
import { clipNorm, clipValue } from '../../nn/clip.ts';
import { buildModel } from '../../nn/model.ts';
import { activation } from '../../ops/activation.ts';
import { TANH } from '../../ops/activations.ts';
import { batchMean } from '../../ops/batch_mean.ts';
import { addBias } from '../../ops/bias.ts';
import { confusion, hits } from '../../ops/classify.ts';
import { features, pixels } from '../../ops/features.ts';
import { gradients } from '../../ops/gradients.ts';
import { matmul } from '../../ops/matmul.ts';
import { meanSquaredError } from '../../ops/mean_squared_error.ts';
import { oneHot } from '../../ops/one_hot.ts';
import { pack } from '../../ops/pack.ts';
import { softmaxCrossEntropy } from '../../ops/softmax_cross_entropy.ts';
import { isParameter, labels, parameter } from '../../ops/sources.ts';
import { update } from '../../ops/update.ts';
import { LAST_DIMENSION, MODELS } from '../models.ts';
import type { Trial } from '../trial.ts';
import { lossesOf, VALUE_LOSSES } from './losses.ts';
import { stepTrial } from './step.ts';
import { groupedRules, UPDATE_RULES } from './updates.ts';

/** Losses, hits and confusion of a batch, as in evaluation. */
export function evaluationTrials(): Trial[] {
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
export function inferenceTrials(): Trial[] {
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

export function networkTrials(): Trial[] {
  const trials: Trial[] = [];
  const base = { widths: [49, 13, 9, 10], batch: 7, samples: 23, step: 3, drop: 0.2 } as const;
  for (const kind of ['relu', 'sigmoid', 'tanh', 'gelu', 'leakyRelu']) {
    for (const loss of ['mse', 'cross_entropy'] as const) {
      for (const drop of [0, 0.2, 0.5]) trials.push(stepTrial({ ...base, kind, loss, drop }, null));
    }
  }
  for (const rule of UPDATE_RULES) {
    trials.push(stepTrial({ ...base, kind: 'relu', loss: 'cross_entropy', step: 0 }, rule));
  }
  for (const clip of [clipNorm(0.05), clipNorm(1e4), clipValue(0.01)]) {
    const clipped = { ...base, kind: 'relu', loss: 'cross_entropy', clip } as const;
    trials.push(stepTrial(clipped, UPDATE_RULES[0]), stepTrial(clipped, UPDATE_RULES[5]));
    // Of three batches: the second only adds, the third updates.
    trials.push(stepTrial({ ...clipped, every: 3, step: 4 }, UPDATE_RULES[5]));
    trials.push(stepTrial({ ...clipped, every: 3, step: 5 }, UPDATE_RULES[5]));
    trials.push(stepTrial({ ...clipped, widths: [9, 5], loss: 'mse', drop: 0 }, UPDATE_RULES[0]));
  }
  const names = [1, 2, 3].flatMap((i) => [`${i}.weight`, `${i}.bias`]);
  // The first, the second and the last of three batches, of the first and of the second update.
  const summed = { ...base, kind: 'relu', loss: 'cross_entropy', every: 3 } as const;
  for (const step of [0, 2, 3, 4, 5]) {
    for (const rule of [2, 5]) trials.push(stepTrial({ ...summed, step }, UPDATE_RULES[rule]));
  }
  const own = UPDATE_RULES.filter(([title]) => ['averaged', 'NAdam', 'Adagrad'].includes(title));
  for (const rule of [...own, groupedRules(names)[0]]) {
    trials.push(stepTrial({ ...summed, step: 5 }, rule));
  }
  trials.push(stepTrial({ ...summed, bias: false, step: 5 }, UPDATE_RULES[0]));
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
  trials.push(stepTrial(auto, null), stepTrial(auto, UPDATE_RULES[5]));
  const values = { ...base, loss: 'values', kind: 'tanh', drop: 0 } as const;
  trials.push(
    stepTrial({ ...base, kind: 'relu', loss: 'mse', widths: [16, 10], drop: 0 }, UPDATE_RULES[5]),
    stepTrial({ ...base, kind: 'relu', loss: 'mse', bias: false }, UPDATE_RULES[0]),
    stepTrial({ ...values, widths: [6, 9, 3] }, null),
    stepTrial({ ...values, widths: [8, 12, 12, 4] }, UPDATE_RULES[0]),
    stepTrial({ ...values, widths: [7, 9, 3], standardise: true }, UPDATE_RULES[0]),
    stepTrial({ ...values, widths: [5, 2] }, UPDATE_RULES[5]),
  );
  const weighted = { ...base, kind: 'relu', weighted: true } as const;
  for (const loss of ['mse', 'cross_entropy', 'values'] as const) {
    trials.push(
      stepTrial({ ...weighted, loss }, null),
      stepTrial({ ...weighted, loss }, UPDATE_RULES[5]),
    );
  }
  trials.push(stepTrial({ ...auto, weighted: true }, null));
  for (const own of lossesOf(10)) {
    const network = { ...base, kind: 'relu', loss: 'classes', own } as const;
    trials.push(
      stepTrial(network, null),
      stepTrial({ ...network, weighted: true }, UPDATE_RULES[0]),
    );
  }
  for (const own of [VALUE_LOSSES[0], VALUE_LOSSES[4], VALUE_LOSSES[7]]) {
    trials.push(stepTrial({ ...values, widths: [6, 9, 3], own }, UPDATE_RULES[0]));
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
      UPDATE_RULES[0],
    ),
  );
  return trials;
}

export function modelTrials(): Trial[] {
  const models = [
    ...Object.entries(MODELS).map((entry) => [...entry, 7] as const),
    ...Object.entries(LAST_DIMENSION).flatMap((entry) =>
      [7, 8].map((batch) => [...entry, batch] as const),
    ),
  ];
  return models.flatMap(([label, model, batch]) =>
    [null, UPDATE_RULES[5]].map((rule) => ({
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
