/** What a model says of samples, in lines. */
import type { LearnedNumber } from '../harness/protocol.ts';
import type { PredictOutcome } from '../harness/tasks/predict.ts';
import type { SavedModel } from '../train/model-file/saved-model.ts';
import { formatShare } from './format.ts';
import type { FileImages } from './image-files.ts';
import type { FileNumbers } from './number-files.ts';
import { tableOf } from './table-facts.ts';
import { formatWithUnit } from './unit.ts';

/** Samples of files. */
export type FileSamples = FileImages | FileNumbers;

/** Whether a sample has a result. */
const isTaken =
  ({ refused = [] }: PredictOutcome): ((line: unknown, i: number) => boolean) =>
  (_, i) =>
    !refused.some(({ at }) => at === i);

/** What the file calls a class, else its number. */
const classOf = ({ classes }: SavedModel, index: number): string =>
  classes?.[index] ?? `class ${index}`;

/** The number that a model of a table has learned; undefined of other models. */
function numberOf(model: SavedModel): LearnedNumber | undefined {
  const target = tableOf(model)?.target;
  return target && 'mean' in target ? target : undefined;
}

/** A standardised output in its unit; null if it is not finite. */
const inUnit = (output: number | null, { mean, deviation }: LearnedNumber): number | null =>
  output === null ? null : output * deviation + mean;

/** An output; one that is not finite arrives as null, which JSON makes of it. */
const outputText = (x: number | null): string => x?.toPrecision(4) ?? 'NaN';

/** A line for each sample that has a result, for people. */
export function textLines(
  outcome: PredictOutcome,
  model: SavedModel,
  samples: FileSamples | undefined,
): string[] {
  const { outputs, classes, probabilities, written } = outcome;
  if (written !== undefined) return [written];
  const { names = [] } = samples ?? {};
  const number = numberOf(model);
  const width = names.reduce((most, name) => Math.max(most, name.length), 0);
  const lines = outputs.map((row, i) => {
    const name = names[i].padEnd(width);
    const index = classes?.[i];
    if (number) return `${name}  ${formatWithUnit(inUnit(row[0], number), number, 6)}`;
    if (index === undefined) return `${name}  ${row.map(outputText).join(' ')}`;
    // A single output is the probability of a yes.
    const share = row.length === 1 ? (index === 1 ? row[0] : 1 - row[0]) : row[index];
    return `${name}  ${classOf(model, index)}${probabilities ? `  ${formatShare(share)}` : ''}`;
  });
  return lines.filter(isTaken(outcome));
}

/** JSON in which control characters are escapes, those above 127 too: a terminal would obey them. */
const jsonText = (value: object): string =>
  JSON.stringify(value).replace(
    /[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu,
    (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );

/** A line of JSON for each sample that has a result. */
export function jsonLines(
  outcome: PredictOutcome,
  model: SavedModel,
  samples: FileSamples | undefined,
): string[] {
  const { outputs, classes, probabilities, written } = outcome;
  if (written !== undefined) return [jsonText({ text: written })];
  const number = numberOf(model);
  const lines = outputs.map((row, i) => {
    const index = classes?.[i];
    if (number) {
      const value = inUnit(row[0], number);
      return jsonText({ sample: samples?.names[i], number: number.name, value });
    }
    return jsonText({
      sample: samples?.names[i],
      ...(index === undefined ? {} : { class: index, name: classOf(model, index) }),
      [probabilities ? 'probabilities' : 'outputs']: row,
    });
  });
  return lines.filter(isTaken(outcome));
}
