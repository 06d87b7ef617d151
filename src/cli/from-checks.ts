/** Whether the weights of `--from` can begin a run: what is known before its data are read. */
import { DataError } from '../errors.ts';
import { fieldOf, listed, rowsOfNames } from '../harness/own/chosen-table.ts';
import type { TableData } from '../harness/own/table.ts';
import { type TableFacts, tableTexts, type UsedColumn } from '../harness/own/table-text.ts';
import { checkSameImages, type RunImages } from '../harness/tasks/begin-check.ts';
import type { Settings } from '../harness/tasks/settings.ts';
import { readDescription } from '../train/model-file/read.ts';
import { KEY } from '../train/model-file/version.ts';
import { UsageError } from './errors.ts';
import type { OwnData } from './own-data.ts';
import { readGiven, readTensors } from './resumed.ts';
import { shellWord } from './shell-word.ts';
import { tableOf } from './table-facts.ts';

/** What a file tells of a table, and its texts. @throws DataError that names the file */
async function factsOf(from: string) {
  const { metadata } = await readTensors(from, '--from');
  try {
    return { metadata, facts: tableOf({ metadata }) };
  } catch (error) {
    if (!(error instanceof DataError)) throw error;
    throw new DataError(`--from: '${from}': ${error.message}`, { cause: error });
  }
}

/**
 * Checks that a run on a table learns what a file's network has learned.
 *
 * @param leaveOut the columns that are left out already
 * @throws {UsageError} if it does not; DataError if the file cannot be read
 */
export async function checkFromTable(
  from: string,
  prepared: TableData,
  given: string,
  leaveOut: string | undefined,
): Promise<void> {
  const { metadata, facts } = await factsOf(from);
  if (!facts) {
    const isOfImages =
      KEY in metadata && readDescription(metadata, undefined, ({ image }) => image !== undefined);
    if (!isOfImages) return;
    throw new UsageError(
      `--from '${from}' has learned from images; '${given}' is a table. Begin without it.`,
    );
  }
  const now = tableOf({ metadata: tableTexts(prepared) }) ?? facts;
  if (keyOf(facts) === keyOf(now)) return;
  throw new UsageError(
    `--from '${from}' has learned ${columnsOf(facts)}; this run would learn ${columnsOf(now)}. ${adviceFor(facts, now, leaveOut)}, or begin without it.`,
  );
}

const namesOf = ({ columns }: TableFacts): string[] => columns.map(({ name }) => name);

/** Which columns to leave out, so that a run learns from those of before. */
function adviceFor(before: TableFacts, now: TableFacts, leaveOut: string | undefined): string {
  const [known, given] = [namesOf(before), namesOf(now)];
  const more = given.filter((name) => !known.includes(name));
  const left = leftOutOf(leaveOut, known);
  const lacks = known.filter((name) => !given.includes(name));
  const both = (of: TableFacts): string =>
    keyOf({
      ...of,
      columns: of.columns.filter(({ name }) => known.includes(name) && given.includes(name)),
    });
  const isAll = lacks.every((name) => left.includes(name)) && both(before) === both(now);
  if (!isAll) return 'Give the same columns';
  const out = [...left.filter((name) => !known.includes(name)), ...more].map(fieldOf).join(',');
  const option = out === '' ? 'give no --leave-out' : `--leave-out ${shellWord(out)}`;
  return lacks.length > 0
    ? `Learn from ${listed(lacks.map(fieldOf))}, too: ${option}`
    : `Leave out what it has not seen: ${option}`;
}

/** The columns that an option leaves out, which may be a single name with commas. */
function leftOutOf(leaveOut: string | undefined, known: readonly string[]): string[] {
  if (leaveOut === undefined) return [];
  const one = leaveOut.trim();
  return known.includes(one) ? [one] : rowsOfNames(leaveOut, '--leave-out').flat();
}

/** All that makes two tables different for a network. */
const keyOf = ({ columns, target }: TableFacts): string =>
  JSON.stringify([
    columns.map((column) => [column.name, 'values' in column ? column.values : null]),
    target.name,
    'classes' in target ? target.classes.length : null,
  ]);

const columnText = (column: UsedColumn): string =>
  `${fieldOf(column.name)}${'values' in column ? ` (${listed(column.values)})` : ''}`;

const columnsOf = ({ columns, target }: TableFacts): string =>
  `${fieldOf(target.name)} as ${'classes' in target ? `one of ${target.classes.length} classes` : 'a number'} from ${listed(columns.map(columnText))}`;

/** Rows, columns and channels of Fashion-MNIST and the built-in images. */
const USUAL = { height: 28, width: 28, channels: 1, photos: false } as const;

/** The images that a run learns from, as far as that is known; undefined if it learns from a text. */
function imagesOf(
  own: OwnData | undefined,
  { data }: Settings,
  values: ReadonlyMap<string, string>,
): RunImages | undefined {
  if (data === 'text') return undefined;
  if (!own) return USUAL;
  if (own.images) return { ...own.images, channels: 1, photos: false };
  const side = Number(values.get('side') ?? 28);
  const colour = values.get('colour');
  const channels = colour === undefined ? undefined : colour === 'grey' ? 1 : 3;
  return { height: side, width: side, channels, photos: true };
}

/**
 * Checks that the weights of a table's network do not begin another one, and that images are like those that a network knows.
 *
 * @throws {UsageError} if weights are a table's; DataError if images are others, or the file cannot be read
 */
export async function checkFrom(
  own: OwnData | undefined,
  settings: Settings,
  values: ReadonlyMap<string, string>,
): Promise<void> {
  const from = values.get('from');
  if (from === undefined || own?.table) return;
  const { facts } = await factsOf(from);
  if (!facts) {
    const images = imagesOf(own, settings, values);
    return checkSameImages(await readGiven(from, '--from'), images, `'${from}'`);
  }
  const { title } = settings;
  throw new UsageError(
    `--from '${from}' has learned ${facts.target.name} from a table; ${own ? `'${own.given}' is none` : `${title} learns from ${values.has('text') ? 'a text' : 'other data'} here`}. Give the table, --data FILE.csv, or begin without it.`,
  );
}
