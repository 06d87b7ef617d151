import { describe } from '../check.ts';
import { isFloat } from '../data/dtype.ts';
import { DataError } from '../errors.ts';
import type { Called, Tensors } from './file-tensors.ts';

/** Most tensors of each kind in a message: all of most networks. */
const LISTED = 150;

/** The same if a name is none that a module could have: a stranger's file can have thousands, each very long. */
const LISTED_STRANGE = 5;

/** Most pairs that it suggests. */
const PAIRED = 5;

const listed = (items: readonly string[], most: number): string =>
  items.slice(0, most).join(', ') + (items.length > most ? ` and ${items.length - most} more` : '');

/** A name that a module could have. */
const isPlain = (name: string): boolean => /^[\w.-]{1,50}$/.test(name);

const cut = (text: string): string => (text.length > 40 ? `${text.slice(0, 40)}…` : text);

const shapeText = (shape: readonly number[]): string => `[${cut(shape.join(', '))}]`;

/** A name; quoted and cut if no module could have it. */
const nameText = (name: string): string => (isPlain(name) ? name : describe(name));

/**
 * The error for a file whose tensors are not a model's: what is missing, what differs, what is left over, and
 * what matches by shape.
 *
 * @param skipped the ignored names
 */
export function mismatch(
  called: Called,
  tensors: Tensors,
  wanted: ReadonlyMap<string, readonly number[]>,
  skipped: readonly RegExp[],
): DataError {
  const named = [...called].flatMap(([name, own]) => {
    const tensor = tensors.get(own);
    return tensor ? [{ name, own, dtype: tensor.dtype, shape: tensor.shape }] : [];
  });
  const surplus = named.filter(({ name }) => !wanted.has(name));
  const missing = [...wanted].filter(([name]) => !called.has(name));
  const wrong = named.filter(({ name, dtype, shape }) => {
    const right = wanted.get(name);
    return right && !(isFloat(dtype) && right.join() === shape.join());
  });
  const most = named.every(({ own }) => isPlain(own)) ? LISTED : LISTED_STRANGE;
  const facts = [
    missing.length > 0 &&
      `no ${listed(
        missing.map(([name, shape]) => `${name} ${shapeText(shape)}`),
        most,
      )}`,
    wrong.length > 0 &&
      listed(
        wrong.map(
          ({ own, name, dtype, shape }) =>
            `${nameText(own)} as ${dtype} ${shapeText(shape)} instead of F32 ${shapeText(wanted.get(name) ?? [])}`,
        ),
        most,
      ),
    surplus.length > 0 &&
      `${listed(
        surplus.map(({ own, dtype, shape }) => `${nameText(own)} (${dtype} ${shapeText(shape)})`),
        most,
      )}, which this model does not have`,
  ].filter((fact) => fact !== false);
  // By shape, among unmatched tensors.
  const fits = surplus.map(({ own, dtype, shape }) => {
    const alike = (sizes: readonly number[]): string[] =>
      isFloat(dtype)
        ? missing.filter(([, right]) => right.join() === sizes.join()).map(([name]) => name)
        : [];
    const straight = alike(shape);
    return {
      own,
      straight,
      turned: straight.length === 0 && shape.length === 2 ? alike([...shape].reverse()) : [],
    };
  });
  const pairs = fits
    .filter(({ straight }) => straight.length > 0)
    .map(({ own, straight }) => `${nameText(own)} → ${straight.slice(0, 3).join(' or ')}`);
  const turned = fits.find((one) => one.turned.length > 0);
  const rest = fits.find(({ straight }) => straight.length === 0);
  const example = fits.find(({ straight }) => straight.length > 0);
  const advice = [
    example &&
      `By shape fit ${listed(pairs, PAIRED)}: map them with names, { '${cut(example.own)}': '${example.straight[0]}', … }`,
    turned &&
      `${nameText(turned.own)} is ${turned.turned[0]} transposed: PyTorch's weights are [out, in]`,
    rest &&
      missing.length < surplus.length &&
      `Leave out what is not needed: ignore, ['${cut(rest.own)}', …]`,
    wrong.length > 0 &&
      missing.length + surplus.length === 0 &&
      `If these layers are new, leave the file's out and keep the model's: ignore and missing, ['${cut(wrong[0].name)}', …]`,
    missing.length > 0 && skipped.length > 0 && 'Check whether ignore leaves out too much',
    missing.length > 0 &&
      surplus.length === 0 &&
      `Name those that the file need not have: missing, ['${cut(missing[0][0])}', …]`,
  ].filter((one) => one);
  advice.push(`${advice.length > 0 ? 'Or use' : 'Use'} the model that the weights are of`);
  return new DataError(`the file has ${facts.join('; ')}. ${advice.join('. ')}`);
}
