import { checkInteger, checkKeys, describe, isA, isPlain, isTransferred } from '../check.ts';
import { DataError, OptionError } from '../errors.ts';
import { positionLabels } from '../ops/tokens.ts';
import type { HostSplit } from './host.ts';
import { checkLabels } from './labels.ts';
import { transferred } from './pieces.ts';
import type { TokenSplit } from './token-split.ts';

/** Most rows of all samples of a split: the counts of an epoch are 31 bits. */
const MOST_ROWS = 2 ** 31 - 1;

/**
 * Windows of tokens on the host.
 *
 * @param what its name, for errors: `train`
 * @param length tokens of a sample of the model
 * @param classes outputs of the model at each position
 * @param ignored a token that need not be a class, as u32; default none
 * @throws DataError, OptionError
 */
export function hostTokens(
  what: string,
  split: TokenSplit,
  length: number,
  classes: number,
  ignored?: number,
): HostSplit {
  if (isPlain(split)) checkKeys(what, split, ['tokens', 'length', 'stride']);
  const { tokens, stride = 1 } = split;
  if (isTransferred(tokens)) throw transferred(`${what}.tokens`, tokens);
  if (!isA(tokens, Uint8Array) && !isA(tokens, Uint16Array) && !isA(tokens, Uint32Array)) {
    throw new DataError(
      `${what}.tokens: ${describe(tokens)} was given; use a Uint8Array, a Uint16Array or a Uint32Array`,
    );
  }
  if (split.length !== length) {
    throw new OptionError(
      `${what}: length ${describe(split.length)} was given; the model takes ${length} tokens a sample`,
    );
  }
  checkInteger(`${what}: stride`, stride, 1, 2 ** 31 - 1);
  const count = Math.floor((tokens.length - length - 1) / stride) + 1;
  if (count < 1) {
    throw new DataError(
      `${what}: ${tokens.length} tokens were given; a sample of ${length} and its targets need ${length + 1}`,
    );
  }
  if (count * length > MOST_ROWS) {
    throw new DataError(
      `${what}: ${count} samples of ${length} tokens are ${count * length} positions; an epoch has at most ${MOST_ROWS}. Use stride: ${Math.ceil((stride * count * length) / MOST_ROWS)} or more`,
    );
  }
  checkLabels(`${what}.tokens`, tokens, classes, ignored);
  const gather =
    (shift: number, make: (into: Uint8Array) => Float32Array | Uint32Array) =>
    (indices: Uint32Array, into: Uint8Array): void => {
      const out = make(into);
      for (let i = 0; i < indices.length; i++) {
        const first = indices[i] * stride + shift;
        out.set(tokens.subarray(first, first + length), i * length);
      }
    };
  const bytes = 4 * length;
  const words = ({ buffer, byteOffset, byteLength }: Uint8Array) =>
    [buffer, byteOffset, byteLength / 4] as const;
  return {
    what: `${what}.tokens`,
    count,
    columns: length,
    inMemory: true,
    inputs: {
      name: 'inputs',
      bytes,
      gather: gather(0, (into) => new Float32Array(...words(into))),
    },
    others: [
      { name: 'labels', bytes, gather: gather(1, (into) => new Uint32Array(...words(into))) },
    ],
    labels: undefined,
    read: undefined,
    sources: {
      inputs: { kind: 'values', name: 'inputs' },
      targets: undefined,
      labels: positionLabels(length),
      weighted: false,
    },
    tokens: { tokens, length, stride },
  };
}
