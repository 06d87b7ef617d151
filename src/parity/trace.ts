import { parseSafetensors } from '../data/safetensors.ts';
import { DataError } from '../errors.ts';
import { type Layer, linear, relu, Sequential, sigmoid, tanh } from '../nn/layers.ts';
import { Fields, fromFile } from './fields.ts';
import { moduleConfig, type Training } from './module-trace.ts';
import { OPTIMIZER_NAMES, optimizerOf } from './optimizers.ts';

/** A PyTorch run to repeat: its configuration, weights and results. */
export interface Trace extends Training {
  readonly name: string;
  /** Samples of a batch; a step has `accumulate` batches. */
  readonly batch: number;
  readonly steps: number;
  /** Samples of all batches, in order. */
  readonly indices: Uint32Array;
  /** By the model's parameter names. */
  readonly initial: ReadonlyMap<string, Float32Array>;
  readonly gradients: ReadonlyMap<string, Float32Array>;
  readonly final: ReadonlyMap<string, Float32Array>;
  /** The averages of the weights, if the run had them. */
  readonly averages?: ReadonlyMap<string, Float32Array>;
  /** The learning rate and the norm of the gradients at each step, if the trace has them. */
  readonly rates?: readonly number[];
  readonly norms?: readonly number[];
  /** Training loss of each step, before its update. */
  readonly losses: readonly number[];
  /** Null if the run was not tested. */
  readonly testLoss: number | null;
  readonly testAccuracy: number | null;
  /** The same run in float64, if the trace has it. */
  readonly float64?: {
    readonly losses: readonly number[];
    readonly testLoss: number | null;
    /** Of float32's final weights from float64's, as a share of their norm. */
    readonly finalDistance: number;
  };
}

const ACTIVATIONS: Readonly<Record<string, () => Layer>> = { relu, sigmoid, tanh };
const ACTIVATION_NAMES = ['relu', 'sigmoid', 'tanh'] as const;

function modelOf(fields: Fields): Sequential {
  const widths = fields.numbers('layers');
  if (widths.length < 2) fields.fail('layers', 'two widths or more');
  const act = fields.choice('act', ACTIVATION_NAMES, 'relu');
  const end = fields.raw('out_act') ?? null;
  const layers: Layer[] = [];
  for (let i = 1; i < widths.length; i++) {
    layers.push(linear(widths[i - 1], widths[i]));
    if (i < widths.length - 1) layers.push(ACTIVATIONS[act]());
  }
  if (end !== null) layers.push(ACTIVATIONS[fields.choice('out_act', ACTIVATION_NAMES)]());
  return new Sequential([widths[0]], layers);
}

/** What a trace of a multilayer perceptron says of its run. */
function plainConfig(name: string, config: Fields): Training {
  const normalize = config.raw('normalize') ?? null;
  const [mean, deviation] = normalize === null ? [0, 1] : config.numbers('normalize', 2);
  // PyTorch's masks cannot be repeated: its random generator differs.
  if (config.number('dropout', 0) !== 0) config.fail('dropout', '0');
  return {
    model: fromFile(`${name}.json config`, () => modelOf(config)),
    loss: config.choice('loss', ['mse', 'cross_entropy'] as const),
    target: config.choice('target', ['label', 'input'] as const, 'label'),
    optimizer: fromFile(`${name}.json config`, () => {
      const fields = new Fields('optimizer', config.raw('optimizer'));
      return optimizerOf(fields.choice('type', OPTIMIZER_NAMES), fields);
    }),
    normalize: normalize === null ? null : [mean, deviation],
  };
}

/**
 * Reads a trace: NAME.json and NAME.safetensors in the format of PyTorch's reference traces.
 *
 * @throws DataError if a field or tensor is missing, malformed or unknown.
 */
export function parseTrace(name: string, json: string, tensors: Uint8Array): Trace {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (error) {
    throw new DataError(`${name}.json is not JSON: ${String(error)}`);
  }
  const top = new Fields(`${name}.json`, value);
  const config = new Fields(`${name}.json config`, top.raw('config'));
  const training =
    config.raw('model') === undefined ? plainConfig(name, config) : moduleConfig(config);
  const { model } = training;
  const batch = config.count('batch');
  const each = batch * (training.accumulate ?? 1);
  const steps = config.count('steps');
  const accuracy = top.raw('test_accuracy') ?? null;
  const file = parseSafetensors(tensors);
  const byNumber = config.raw('model') === undefined;
  /** The tensors of a prefix, by the model's names; those of linear layers alone are numbered in plain traces. */
  const floats = (prefix: string, frozen: readonly string[] = []): Map<string, Float32Array> =>
    new Map(
      model.parameters.flatMap(({ name: parameter, shape, state }, i) => {
        if (frozen.includes(parameter)) return [];
        // Only the running statistics are in the file.
        if (state && !file.tensors.has(`${prefix}.${parameter}`)) return [];
        const kind = parameter.split('.').at(-1) ?? '';
        const layer = model.parameters
          .slice(0, i)
          .filter((other) => other.name.endsWith(`.${kind}`)).length;
        const key = `${prefix}.${byNumber ? `${layer}.${kind}` : parameter}`;
        const found = file.tensors.get(key);
        if (!(found?.data instanceof Float32Array) || found.shape.join() !== shape.join()) {
          throw new DataError(
            `${name}.safetensors: ${key} is ${found ? `${found.dtype} [${found.shape.join(', ')}]` : 'missing'}; it must be F32 [${shape.join(', ')}]`,
          );
        }
        return [[parameter, found.data] as const];
      }),
    );
  const indices = file.tensors.get('indices');
  if (
    !(indices?.data instanceof Int32Array) ||
    indices.shape.join() !== `${steps},${each}` ||
    indices.data.some((index) => index < 0)
  ) {
    throw new DataError(
      `${name}.safetensors: indices must be I32 [${steps}, ${each}], none below 0`,
    );
  }
  // Texts have no test split.
  const measured = (field: string): number | null =>
    training.tokens !== undefined && (top.raw(field) ?? null) === null ? null : top.number(field);
  const trace: Trace = {
    name,
    ...training,
    batch,
    steps,
    indices: Uint32Array.from(indices.data),
    initial: floats('init'),
    gradients: floats('grad0', training.frozen),
    final: floats('final'),
    ...(file.tensors.has(`ema.${model.parameters[0].name}`) ? { averages: floats('ema') } : {}),
    ...(top.raw('rates') === undefined ? {} : { rates: top.numbers('rates', steps) }),
    ...(top.raw('grad_norms') === undefined ? {} : { norms: top.numbers('grad_norms', steps) }),
    losses: top.numbers('loss', steps),
    testLoss: measured('test_loss'),
    testAccuracy: accuracy === null ? null : top.number('test_accuracy'),
    ...(top.raw('loss_float64') === undefined
      ? {}
      : {
          float64: {
            losses: top.numbers('loss_float64', steps),
            testLoss: measured('test_loss_float64'),
            finalDistance: top.number('final_distance_float64'),
          },
        }),
  };
  config.end(['name', 'seed']);
  return trace;
}
