import type { AnySplit } from '../data/dataset.ts';
import type { TensorDataset } from '../data/given.ts';
import { bytesOf, type HostSplit } from '../data/host.ts';
import type { Validation } from '../data/validation.ts';
import { OptionError } from '../errors.ts';
import { lossText } from '../nn/losses.ts';
import { isImages, type ResolvedOptions } from './options.ts';

/** The settings that determine a run, as text to compare. */
export type Config = Readonly<Record<string, string>>;

/** FNV-1a (Fowler, Noll, Vo) over words, to distinguish orders and data sets. */
function fingerprint(...lists: readonly ArrayLike<number>[]): string {
  let hash = 0x811c9dc5;
  for (const words of lists) {
    for (let i = 0; i < words.length; i++) hash = Math.imul(hash ^ words[i], 0x01000193);
  }
  return (hash >>> 0).toString(16);
}

/** Samples that a fingerprint covers. */
const LOOKED_AT = 100;

/** Of all labels, and of some images if they are in memory. */
function fingerprintOf(split: AnySplit): string {
  const { count, labels } = split;
  if (!('images' in split)) return fingerprint(labels);
  const size = bytesOf(split);
  const every = Math.ceil(count / LOOKED_AT);
  const some = Array.from({ length: Math.ceil(count / every) }, (_, i) =>
    split.images.subarray(i * every * size, (i * every + 1) * size),
  );
  return fingerprint(labels, ...some);
}

/** Of all labels, and of all fields of some samples. */
function fingerprintOfRows({ count, inputs, others, labels, inMemory }: HostSplit): string {
  const every = Math.ceil(count / LOOKED_AT);
  const some = Uint32Array.from({ length: Math.ceil(count / every) }, (_, i) => i * every);
  const seen = (inMemory ? [inputs, ...others] : others).map(({ bytes, gather }) => {
    const into = new Uint8Array(some.length * bytes);
    gather(some, into);
    return into;
  });
  return fingerprint(labels ?? [], ...seen);
}

const heldText = (held: Validation): string =>
  typeof held === 'number' ? `${held}` : `${held.share} by the seed ${held.seed}`;

function dataOf({ dataset, host }: ResolvedOptions): string {
  const share = 'validation' in dataset ? dataset.validation : undefined;
  const held = share === undefined ? '' : `, ${heldText(share)} held out`;
  if (isImages(dataset)) {
    const { train, name = 'images' } = dataset;
    return `${train.count} images of ${name} (${fingerprintOf(train)})${held}`;
  }
  if (!host)
    return `${(dataset as TensorDataset).train.count} samples of ${dataset.name ?? 'tensors'}`;
  const { train } = host;
  if (train.live) return `a live set of ${train.count} samples`;
  return `${train.count} samples of ${dataset.name ?? 'arrays'} (${fingerprintOfRows(train)})${held}`;
}

/** What an option is that is not given. Older checkpoints leave it out. */
const NONE = 'none';

/** The options that the numbers of a run depend on. */
export function configOf(complete: ResolvedOptions): Config {
  const { model, order, ...options } = complete;
  const listed = order.kind === 'listed' ? [order.indices.length, fingerprint(order.indices)] : [];
  return {
    model: `${model.inputShape.join('×')}, ${model.kind}`,
    loss: lossText(options.loss),
    target: options.target,
    optimizer: JSON.stringify(options.optimizer),
    'batch size': String(options.batchSize),
    seed: String(options.seed),
    normalize: JSON.stringify(options.normalize),
    order: [order.kind, ...listed].join(' '),
    data: dataOf(complete),
    frozen: options.frozen.join(', ') || NONE,
    schedule: JSON.stringify(options.schedule) ?? NONE,
    clip: JSON.stringify(options.clip) ?? NONE,
    augment: JSON.stringify(options.augment) ?? NONE,
    accumulate: options.accumulate === 1 ? NONE : String(options.accumulate),
    precision: options.precision === 'mixed' ? options.precision : NONE,
  };
}

const short = (text: string): string => (text.length > 160 ? `${text.slice(0, 160)}…` : text);

/**
 * Checks that a run to resume has the options of a trainer.
 *
 * @param what its name for the error: `the checkpoint`
 * @param given its options by name, in the form of {@link configOf}
 * @throws OptionError with the first option that differs, and the names of others
 */
export function checkConfig(
  what: string,
  given: (name: string) => string | undefined,
  options: ResolvedOptions,
): void {
  const [first, ...others] = Object.entries(configOf(options)).filter(
    ([name, wanted]) => (given(name) ?? NONE) !== wanted,
  );
  if (!first) return;
  const [name, wanted] = first;
  const more =
    others.length > 0 ? `; ${others.map(([other]) => other).join(', ')} differ, too` : '';
  throw new OptionError(
    `${what} is of a run with ${name}: ${short(given(name) ?? NONE)}; this trainer has ${name}: ${short(wanted)}${more}. Make the trainer with the options of the run, or load only the weights with load()`,
  );
}
