/** What a model file says of the table that its network learned from, checked: anybody may have written it. */
import { DataError } from '../errors.ts';
import { TABLE_KEY, type TableFacts } from '../harness/own/table-text.ts';
import type { SavedModel } from '../train/model-file/saved-model.ts';

/**
 * What a model file says of the table that its network learned from.
 *
 * @returns undefined of other models
 * @throws DataError if it describes no table
 */
export function tableOf({ metadata }: Pick<SavedModel, 'metadata'>): TableFacts | undefined {
  const text = metadata?.[TABLE_KEY];
  if (text === undefined) return undefined;
  try {
    const facts: unknown = JSON.parse(text);
    if (isTable(facts)) return facts;
  } catch {
    // Reported below.
  }
  throw new DataError(
    `the model file's text ${JSON.stringify(TABLE_KEY)} describes no table. Use another file`,
  );
}

type Given = Readonly<Record<string, unknown>>;

function isTable(given: unknown): given is TableFacts {
  const { columns, target } = Object(given) as Given;
  return (
    Array.isArray(columns) &&
    columns.every(isColumn) &&
    areDistinct(columns.map(({ name }) => name)) &&
    isTarget(target)
  );
}

const isText = (given: unknown): given is string => typeof given === 'string';

const areDistinct = (all: readonly unknown[]): boolean => new Set(all).size === all.length;

/** Different texts. */
const areTexts = (given: unknown, fewest: number): boolean =>
  Array.isArray(given) && given.length >= fewest && given.every(isText) && areDistinct(given);

/** A mean, and a deviation that can be divided by. */
const isScale = ({ mean, deviation }: Given): boolean =>
  Number.isFinite(mean) && Number.isFinite(deviation) && Number(deviation) > 0;

const isRange = (given: unknown): boolean =>
  Array.isArray(given) &&
  given.length === 2 &&
  given.every(Number.isFinite) &&
  given[0] <= given[1];

function isColumn(given: unknown): boolean {
  const column = Object(given) as Given;
  const { name, values, range, comma } = column;
  if (!isText(name)) return false;
  if (values !== undefined) return areTexts(values, 1);
  const isRanged = range === undefined || isRange(range);
  return isScale(column) && isRanged && (comma === undefined || comma === true);
}

function isTarget(given: unknown): boolean {
  const target = Object(given) as Given;
  const { name, classes } = target;
  return isText(name) && (classes === undefined ? isScale(target) : areTexts(classes, 2));
}
