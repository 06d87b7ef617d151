import type { AnySplit } from '../data/dataset.ts';
import { OptionError } from '../errors.ts';
import { type Complete, isTensors } from './options.ts';

/** What a run is a function of, in words that can be compared. */
export type Config = Readonly<Record<string, string>>;

/** FNV-1a (Fowler, Noll, Vo) over words: tells two orders, or two data sets, from each other. */
function fingerprint(...lists: readonly ArrayLike<number>[]): string {
  let hash = 0x811c9dc5;
  for (const words of lists) {
    for (let i = 0; i < words.length; i++) hash = Math.imul(hash ^ words[i], 0x01000193);
  }
  return (hash >>> 0).toString(16);
}

/** Images that stand for all in a fingerprint. */
const LOOKED_AT = 100;

/** All labels, and some images where they are in memory. */
function fingerprintOf(split: AnySplit): string {
  const { count, height, width, labels } = split;
  if (!('images' in split)) return fingerprint(labels);
  const size = height * width;
  const every = Math.ceil(count / LOOKED_AT);
  const some = Array.from({ length: Math.ceil(count / every) }, (_, i) =>
    split.images.subarray(i * every * size, (i * every + 1) * size),
  );
  return fingerprint(labels, ...some);
}

/** The options of a run that its numbers depend on. */
export function configOf({ model, dataset, order, ...options }: Complete): Config {
  const { count } = dataset.train;
  const listed = order.kind === 'listed' ? [order.indices.length, fingerprint(order.indices)] : [];
  return {
    model: [model.inputShape.join('×'), ...model.layers.map(({ kind }) => kind)].join(', '),
    loss: options.loss,
    target: options.target,
    optimizer: JSON.stringify(options.optimizer),
    'batch size': String(options.batchSize),
    seed: String(options.seed),
    normalize: JSON.stringify(options.normalize),
    order: [order.kind, ...listed].join(' '),
    data: isTensors(dataset)
      ? `${count} samples of ${dataset.name ?? 'tensors'}`
      : `${count} images of ${dataset.name} (${fingerprintOf(dataset.train)})`,
  };
}

/**
 * Checks that a run to be gone on with has the options of a trainer.
 *
 * @param what it is, for the error: `the checkpoint`
 * @param given its options by name, as {@link configOf} puts them
 * @throws OptionError that names the first option that differs.
 */
export function checkConfig(
  what: string,
  given: (name: string) => string | undefined,
  options: Complete,
): void {
  for (const [name, wanted] of Object.entries(configOf(options))) {
    const found = given(name);
    if (found === wanted) continue;
    throw new OptionError(
      `${what} is of a run with ${name}: ${found ?? 'none'}; this trainer has ${name}: ${wanted}. Make the trainer with the options of the run, or load the weights alone with load()`,
    );
  }
}
