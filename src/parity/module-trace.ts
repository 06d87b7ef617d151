import { type Clip, clipNorm } from '../nn/clip.ts';
import { flatten, type Layer, Sequential, sequential } from '../nn/layers.ts';
import type { LossKind } from '../nn/losses.ts';
import type { Model } from '../nn/model.ts';
import { averaged, inGroups } from '../nn/optimizers.ts';
import type { Schedule } from '../nn/schedules.ts';
import type { Loss } from '../ops/loss.ts';
import type { OptimizerRule } from '../ops/update.ts';
import { Fields, fromFile } from './fields.ts';
import { layoutOf, ofChannelsFirst, shapeOf } from './layout.ts';
import { layersOf } from './modules.ts';
import { OPTIMIZER_NAMES, optimizerOf } from './optimizers.ts';
import { lossOf, scheduleOf } from './recipes.ts';

/** What a trace says of its run. */
export interface Training {
  readonly model: Model;
  /** Characters of a sample, if the run learned from a text instead of images. */
  readonly tokens?: number;
  readonly loss: Loss | LossKind;
  /** `normalised`: the input as the network gets it; `brightness`: its mean, for a single output. */
  readonly target: 'label' | 'input' | 'normalised' | 'brightness';
  readonly optimizer: OptimizerRule;
  readonly normalize: readonly [number, number] | null;
  readonly schedule?: Schedule;
  readonly clip?: Clip;
  readonly frozen?: readonly string[];
  /** Batches of a step, whose gradients are averaged. */
  readonly accumulate?: number;
}

/**
 * Reads the configuration of a network of modules.
 *
 * @throws DataError for a module, a loss, an optimizer, a schedule or an option that is not here
 */
export function moduleConfig(config: Fields): Training {
  const { where } = config;
  const tokens = config.raw('tokens') === undefined ? undefined : config.count('tokens');
  const model = fromFile(where, () => modelOf(config, tokens));
  const normalize = config.raw('normalize') ?? null;
  const [mean, deviation] = normalize === null ? [0, 1] : config.numbers('normalize', 2);
  const target = config.choice(
    'target',
    ['label', 'one_hot', 'input', 'brightness'] as const,
    'label',
  );
  const [[name, options] = ['', null], ...more] = Object.entries(
    (config.raw('optimizer') ?? {}) as object,
  );
  const kind = OPTIMIZER_NAMES.find((one) => one === name.toLowerCase());
  if (kind === undefined || more.length > 0) {
    config.fail('optimizer', `one of ${OPTIMIZER_NAMES.join(', ')} with its options`);
  }
  const schedule = config.raw('schedule') ?? null;
  const clip = config.raw('clip_grad_norm') ?? null;
  const frozen = config.raw('frozen') ?? [];
  if (!Array.isArray(frozen) || !frozen.every((one) => typeof one === 'string')) {
    config.fail('frozen', 'a list of names');
  }
  const groups = groupsOf(config);
  const decay = config.raw('ema') ?? null;
  return fromFile(where, () => ({
    model,
    ...(tokens === undefined ? {} : { tokens }),
    loss: lossOf(`${where} loss`, config.raw('loss')),
    // Losses of values compare with the class as a unit vector.
    target: targetOf(target, normalize !== null),
    optimizer: withAverage(
      withGroups(optimizerOf(kind, new Fields(`${where} optimizer`, options)), groups),
      decay === null ? null : config.number('ema'),
    ),
    normalize: normalize === null ? null : [mean, deviation],
    ...(schedule === null ? {} : { schedule: scheduleOf(`${where} schedule`, schedule) }),
    ...(clip === null ? {} : { clip: clipNorm(config.number('clip_grad_norm')) }),
    frozen: frozen as readonly string[],
    accumulate: config.raw('accumulate') === undefined ? 1 : config.count('accumulate'),
  }));
}

const targetOf = (
  given: Training['target'] | 'one_hot',
  isNormalised: boolean,
): Training['target'] => {
  if (given === 'one_hot') return 'label';
  return given === 'input' && isNormalised ? 'normalised' : given;
};

/** The network, of images or of so many tokens. */
function modelOf(config: Fields, tokens: number | undefined): Model {
  const modules = config.raw('model');
  const shape = tokens === undefined ? config.numbers('input') : [tokens];
  const layout = layoutOf(shape, modules);
  const input = shapeOf(shape, layout);
  const layers = layersOf(`${config.where} model`, modules, { ...layout });
  if (tokens !== undefined) return new Sequential(input, layers);
  const model = new Sequential(input, toVector(input, layers));
  return layout.channelsFirst && shape[0] > 1 ? ofChannelsFirst(model) : model;
}

/** The layers with a vector for each sample: a loss of all elements is the same, whatever their shape. */
const toVector = (input: readonly number[], layers: readonly Layer[]): readonly Layer[] =>
  sequential(layers).shape(input).length === 1 ? layers : [...layers, flatten()];

/** A group of parameters: the ends of their names, and what is different. */
interface Group {
  readonly match: readonly string[];
  readonly rate: number | null;
  readonly weightDecay: number | null;
}

function groupsOf(config: Fields): readonly Group[] {
  const list = config.raw('parameter_groups') ?? [];
  if (!Array.isArray(list)) return config.fail('parameter_groups', 'a list of groups');
  return list.map((one, i) => {
    const fields = new Fields(`${config.where} parameter_groups[${i}]`, one);
    const match = fields.raw('match');
    if (!Array.isArray(match) || !match.every((end) => typeof end === 'string')) {
      return fields.fail('match', 'a list of ends of names');
    }
    const options = new Fields(`${fields.where} options`, fields.raw('options'));
    const read = (name: string): number | null =>
      (options.raw(name) ?? null) === null ? null : options.number(name);
    const group = { match, rate: read('lr'), weightDecay: read('weight_decay') };
    options.end();
    fields.end();
    return group;
  });
}

/** The first group whose match a name ends with counts. */
function withGroups(optimizer: OptimizerRule, groups: readonly Group[]): OptimizerRule {
  if (groups.length === 0) return optimizer;
  return inGroups(optimizer, (name) => {
    const found = groups.find(({ match }) => match.some((end) => name.endsWith(end)));
    if (!found) return undefined;
    const { rate, weightDecay } = found;
    return {
      ...(rate === null ? {} : { rateFactor: rate / optimizer.learningRate }),
      ...(weightDecay === null ? {} : { weightDecay }),
    };
  });
}

const withAverage = (optimizer: OptimizerRule, decay: number | null): OptimizerRule =>
  decay === null ? optimizer : averaged(optimizer, decay);
