import { type Context, className } from './context.ts';
import { fixed, plain } from './format.ts';
import { ANKLE_BOOT } from './table.ts';

/** The Ankle boot in one sentence. */
export function boot(context: Context): string {
  const { index, outputs, predicted } = context.results.ankleBoot;
  if (outputs.length === 0) return 'Not measured.';
  const verdict =
    predicted === ANKLE_BOOT ? 'correct, as in the paper' : 'wrong, unlike in the paper';
  const largest = fixed(outputs[predicted] ?? Number.NaN, 2);
  const name = plain(className(context, predicted));
  return `Test image ${index}, the first of the class ${plain(className(context, ANKLE_BOOT))}. The largest of the ${outputs.length} outputs is at position ${predicted}, ${name} (${largest}): ${verdict}.`;
}

/** The most confused pairs of classes, in one sentence. */
export function confusions(context: Context): string {
  const { confusion } = context.results;
  const name = (i: number) => plain(className(context, i));
  const pairs = confusion
    .flatMap((row, i) => row.map((number, j) => ({ number, i, j })))
    .filter(({ number, i, j }) => i !== j && number > 0)
    .sort((a, b) => b.number - a.number)
    .slice(0, 3)
    .map(({ number, i, j }) => `${name(i)} classified as ${name(j)} (${fixed(number, 0)})`);
  if (confusion.length === 0) return 'Not measured.';
  const mistakes =
    pairs.length > 0
      ? `The most frequent mistakes: ${pairs.join(', ')}.`
      : 'There are no mistakes.';
  return `${mistakes} *Found* is the share of a class's images that were classified correctly. The shade of a cell is the square root of its share of the row.`;
}
