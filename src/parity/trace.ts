import { parseSafetensors } from '../data/safetensors.ts';
import { DataError, OptionError } from '../errors.ts';
import { type Layer, linear, relu, Sequential, sigmoid, tanh } from '../nn/layers.ts';
import type { LossKind, TargetKind } from '../nn/losses.ts';
import { adagrad, adam, adamw, nadam, rmsprop, sgd } from '../nn/optimizers.ts';
import type { OptimizerRule } from '../ops/update.ts';

/** A PyTorch run to repeat: its configuration, weights and results. */
export interface Trace {
  readonly name: string;
  readonly model: Sequential;
  readonly loss: LossKind;
  readonly target: TargetKind;
  readonly optimizer: OptimizerRule;
  readonly normalize: readonly [number, number] | null;
  readonly batch: number;
  readonly steps: number;
  /** Samples of each step's batch, [steps · batch]. */
  readonly indices: Uint32Array;
  /** By the model's parameter names. */
  readonly initial: ReadonlyMap<string, Float32Array>;
  readonly gradients: ReadonlyMap<string, Float32Array>;
  readonly final: ReadonlyMap<string, Float32Array>;
  /** Training loss of each step, before its update. */
  readonly losses: readonly number[];
  readonly testLoss: number;
  readonly testAccuracy: number | null;
  /** The same run in float64, if the trace has it. */
  readonly float64?: {
    readonly losses: readonly number[];
    readonly testLoss: number;
    /** Of float32's final weights from float64's, as a share of their norm. */
    readonly finalDistance: number;
  };
}

type Json = Readonly<Record<string, unknown>>;

/** Reads fields of an object in the trace's JSON and reports what is wrong. */
class Fields {
  readonly #where: string;
  readonly #fields: Json;
  readonly #seen = new Set<string>();

  constructor(where: string, value: unknown) {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      throw new DataError(`${where} is ${JSON.stringify(value)}; it must be an object`);
    }
    this.#where = where;
    this.#fields = value as Json;
  }

  raw(name: string): unknown {
    this.#seen.add(name);
    return this.#fields[name];
  }

  fail(name: string, need: string): never {
    throw new DataError(
      `${this.#where}: ${name} is ${JSON.stringify(this.#fields[name])}; it must be ${need}`,
    );
  }

  number(name: string, fallback?: number): number {
    const value = this.raw(name) ?? fallback;
    return typeof value === 'number' && Number.isFinite(value)
      ? value
      : this.fail(name, 'a number');
  }

  /** A count: at least 1. */
  count(name: string): number {
    const value = this.number(name);
    return Number.isInteger(value) && value > 0 ? value : this.fail(name, 'a positive integer');
  }

  numbers(name: string, count?: number): number[] {
    const value = this.raw(name);
    const fits = Array.isArray(value) && value.every((x) => typeof x === 'number');
    if (!fits || (count !== undefined && value.length !== count)) {
      return this.fail(name, count === undefined ? 'numbers' : `${count} numbers`);
    }
    return value;
  }

  choice<T extends string>(name: string, allowed: readonly T[], fallback?: T): T {
    const value = this.raw(name) ?? fallback;
    return allowed.find((one) => one === value) ?? this.fail(name, `one of ${allowed.join(', ')}`);
  }

  flag(name: string): boolean {
    const value = this.raw(name) ?? false;
    return typeof value === 'boolean' ? value : this.fail(name, 'true or false');
  }

  /** Refuses unknown fields: an option that is ignored would be a silent difference. */
  end(ignored: readonly string[] = []): void {
    for (const name of Object.keys(this.#fields)) {
      if (!this.#seen.has(name) && !ignored.includes(name)) {
        throw new DataError(`${this.#where}: the option ${name} is unknown`);
      }
    }
  }
}

/** An option that a layer or an optimizer refuses is a mistake in the file. */
function fromFile<T>(where: string, make: () => T): T {
  try {
    return make();
  } catch (error) {
    throw error instanceof OptionError ? new DataError(`${where}: ${error.message}`) : error;
  }
}

const ACTIVATIONS: Readonly<Record<string, () => Layer>> = { relu, sigmoid, tanh };
const ACTIVATION_NAMES = ['relu', 'sigmoid', 'tanh'] as const;

/** Optimizers and their options in PyTorch. */
const OPTIMIZERS: Readonly<
  Record<string, readonly [(options: object) => OptimizerRule, readonly string[]]>
> = {
  sgd: [sgd, ['lr', 'momentum', 'dampening', 'nesterov', 'weight_decay']],
  adam: [adam, ['lr', 'betas', 'eps', 'weight_decay', 'amsgrad']],
  adamw: [adamw, ['lr', 'betas', 'eps', 'weight_decay', 'amsgrad']],
  nadam: [nadam, ['lr', 'betas', 'eps', 'weight_decay', 'momentum_decay']],
  rmsprop: [rmsprop, ['lr', 'alpha', 'eps', 'weight_decay', 'momentum', 'centered']],
  adagrad: [adagrad, ['lr', 'lr_decay', 'weight_decay', 'initial_accumulator_value', 'eps']],
};

const SHORT: Readonly<Record<string, string>> = { lr: 'learning_rate', eps: 'epsilon' };

/** PyTorch's name of an option in our words: `lr_decay` is `learningRateDecay`. */
const optionName = (name: string): string =>
  name
    .replace(/^[a-z]+/, (word) => SHORT[word] ?? word)
    .replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());

function optimizerOf(value: unknown): OptimizerRule {
  const fields = new Fields('optimizer', value);
  const [make, names] = OPTIMIZERS[fields.choice('type', Object.keys(OPTIMIZERS))];
  for (const name of ['amsgrad', 'maximize', 'decoupled_weight_decay']) {
    if (names.includes(name) || !fields.flag(name)) continue;
    fields.fail(name, 'false: this variant is not supported');
  }
  const read = (name: string): unknown => {
    if (name === 'betas') return fields.numbers(name, 2);
    if (['nesterov', 'amsgrad', 'centered'].includes(name)) return fields.flag(name);
    return fields.number(name);
  };
  const given = names.filter((name) => (fields.raw(name) ?? undefined) !== undefined);
  const options = Object.fromEntries(given.map((name) => [optionName(name), read(name)]));
  // These change how PyTorch computes, not what.
  fields.end(['foreach', 'fused', 'capturable', 'differentiable']);
  return make(options);
}

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

/** `weight` or `bias`. */
const kindOf = (name: string): string => name.slice(name.lastIndexOf('.') + 1);

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
  const model = fromFile(`${name}.json config`, () => modelOf(config));
  const batch = config.count('batch');
  const steps = config.count('steps');
  const normalize = config.raw('normalize') ?? null;
  const [mean, deviation] = normalize === null ? [0, 1] : config.numbers('normalize', 2);
  const accuracy = top.raw('test_accuracy') ?? null;
  const file = parseSafetensors(tensors);
  const floats = (prefix: string): Map<string, Float32Array> =>
    new Map(
      model.parameters.map(({ name: parameter, shape }, i) => {
        const kind = kindOf(parameter);
        const before = model.parameters.slice(0, i);
        const layer = before.filter((other) => kindOf(other.name) === kind).length;
        const key = `${prefix}.${layer}.${kind}`;
        const found = file.tensors.get(key);
        if (!(found?.data instanceof Float32Array) || found.shape.join() !== shape.join()) {
          throw new DataError(
            `${name}.safetensors: ${key} is ${found ? `${found.dtype} [${found.shape.join(', ')}]` : 'missing'}; it must be F32 [${shape.join(', ')}]`,
          );
        }
        return [parameter, found.data];
      }),
    );
  const indices = file.tensors.get('indices');
  if (
    !(indices?.data instanceof Int32Array) ||
    indices.shape.join() !== `${steps},${batch}` ||
    indices.data.some((index) => index < 0)
  ) {
    throw new DataError(
      `${name}.safetensors: indices must be I32 [${steps}, ${batch}], none below 0`,
    );
  }
  // PyTorch's masks cannot be repeated: its random generator differs.
  if (config.number('dropout', 0) !== 0) config.fail('dropout', '0');
  const trace: Trace = {
    name,
    model,
    loss: config.choice('loss', ['mse', 'cross_entropy']),
    target: config.choice('target', ['label', 'input'], 'label'),
    optimizer: fromFile(`${name}.json config`, () => optimizerOf(config.raw('optimizer'))),
    normalize: normalize === null ? null : [mean, deviation],
    batch,
    steps,
    indices: Uint32Array.from(indices.data),
    initial: floats('init'),
    gradients: floats('grad0'),
    final: floats('final'),
    losses: top.numbers('loss', steps),
    testLoss: top.number('test_loss'),
    testAccuracy: accuracy === null ? null : top.number('test_accuracy'),
    ...(top.raw('loss_float64') === undefined
      ? {}
      : {
          float64: {
            losses: top.numbers('loss_float64', steps),
            testLoss: top.number('test_loss_float64'),
            finalDistance: top.number('final_distance_float64'),
          },
        }),
  };
  config.end(['name', 'seed']);
  return trace;
}
