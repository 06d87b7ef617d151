import { checkKeys, isObject } from '../../check.ts';
import { type BceOptions, bceWithLogits } from '../../nn/losses/bce-with-logits.ts';
import { type CrossEntropyOptions, crossEntropy } from '../../nn/losses/cross-entropy.ts';
import { type HuberOptions, huber } from '../../nn/losses/huber.ts';
import { l1 } from '../../nn/losses/l1.ts';
import { type SmoothL1Options, smoothL1 } from '../../nn/losses/smooth-l1.ts';
import { type LossKind, lossText } from '../../nn/losses.ts';
import type { Loss } from '../../ops/loss.ts';

type Options = Readonly<Record<string, unknown>>;

/** How each loss is made of its options, by its kind. */
const LOSSES: ReadonlyMap<string, (options: Options) => Loss | LossKind> = /* @__PURE__ */ new Map<
  string,
  (options: Options) => Loss | LossKind
>([
  ['mse', (options) => none('mse', options) && 'mse'],
  ['l1', (options) => none('l1', options) && l1()],
  [
    'cross_entropy',
    (options) =>
      // Its name is what most trainers are given.
      Object.keys(options).length > 0
        ? crossEntropy(options as CrossEntropyOptions)
        : 'cross_entropy',
  ],
  ['bceWithLogits', (options) => bceWithLogits(options as BceOptions)],
  ['huber', (options) => huber(options as HuberOptions)],
  ['smoothL1', (options) => smoothL1(options as SmoothL1Options)],
]);

/** @throws OptionError unless there are no options */
function none(kind: string, options: Options): true {
  checkKeys(kind, options, []);
  return true;
}

/** A loss as plain JSON; undefined if it is one of the caller's own. */
export function lossJson(loss: Loss | LossKind | undefined): object | undefined {
  if (loss === undefined) return undefined;
  const json = JSON.parse(JSON.stringify(typeof loss === 'string' ? { kind: loss } : loss));
  const again = lossFrom(json);
  return again && lossText(again) === lossText(loss) ? json : undefined;
}

/**
 * The loss of {@link lossJson}.
 *
 * @returns undefined if this version does not have it
 * @throws OptionError if its options are wrong
 */
export function lossFrom(json: unknown): Loss | LossKind | undefined {
  if (!isObject(json) || typeof json.kind !== 'string') return undefined;
  const { kind, ...options } = json;
  return LOSSES.get(kind)?.(options);
}
