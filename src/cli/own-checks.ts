/** Whether data of the user's own go with the other options of `train`. */
import { parseSafetensors } from '../data/safetensors.ts';
import { type TableFacts, tableTexts } from '../harness/own/table-text.ts';
import { OWN_NAME } from '../harness/tasks/keeping.ts';
import type { Settings } from '../harness/tasks/settings.ts';
import { readDescription } from '../train/model-file/read.ts';
import { KEY } from '../train/model-file/version.ts';
import { UsageError } from './errors.ts';
import { hashOf, type OwnData } from './own-data.ts';
import { preparedTable } from './own-table.ts';
import { ownOptionsIn, readGiven } from './resumed.ts';
import { tableOf } from './row-files.ts';

/**
 * Checks options beside `--data`.
 *
 * @throws {UsageError} if they do not go with the data; OptionError, DataError as `preparedTable`
 */
export async function checkOwn(
  { table, given, listing }: OwnData,
  settings: Settings,
  values: ReadonlyMap<string, string>,
): Promise<void> {
  if (values.has('text')) {
    throw new UsageError(
      `--text was given beside --data; ${settings.title} learns from '${given}'. Leave one out.`,
    );
  }
  const runtime = values.get('runtime');
  if (listing.kind === 'images' && runtime !== undefined && runtime !== 'browser') {
    throw new UsageError(
      `--runtime ${runtime} was given; the images of '${given}' are decoded by a browser. Leave it out.`,
    );
  }
  if (!table) return;
  const prepared = preparedTable(table, given, settings, values);
  const from = values.get('from');
  if (from === undefined) return;
  const { metadata } = parseSafetensors(await readGiven(from, '--from'));
  const facts = tableOf({ metadata });
  if (!facts) {
    const isOfImages =
      KEY in metadata && readDescription(metadata, undefined, ({ image }) => image !== undefined);
    if (!isOfImages) return;
    throw new UsageError(
      `--from '${from}' has learned from images; '${given}' is a table. Begin without it.`,
    );
  }
  const now = tableOf({ metadata: tableTexts(prepared) });
  const [before, after] = [facts, now ?? facts].map(columnsOf);
  if (before === after) return;
  throw new UsageError(
    `--from '${from}' has learned ${before}; this run would learn ${after}. Give the same columns, or begin without it.`,
  );
}

/**
 * Checks that the weights of a table's network do not begin another one.
 *
 * @throws {UsageError} if they do; DataError if the file cannot be read
 */
export async function checkFrom(
  own: OwnData | undefined,
  { title }: Settings,
  values: ReadonlyMap<string, string>,
): Promise<void> {
  const from = values.get('from');
  if (from === undefined || own?.table) return;
  const facts = tableOf(parseSafetensors(await readGiven(from, '--from')));
  if (!facts) return;
  throw new UsageError(
    `--from '${from}' has learned ${facts.target.name} from a table; ${own ? `'${own.given}' is none` : `${title} learns from ${values.has('text') ? 'a text' : 'other data'} here`}. Give the table, --data FILE.csv, or begin without it.`,
  );
}

const columnsOf = ({ columns, target }: TableFacts): string =>
  `${target.name} as ${'classes' in target ? `one of ${target.classes.length} classes` : 'a number'} from ${columns
    .map((column) => `${column.name}${'values' in column ? ` (${column.values.join(', ')})` : ''}`)
    .join(', ')}`;

/**
 * Checks that a run resumes with its own data.
 *
 * @param file its checkpoint
 * @throws {UsageError} if they are others
 */
export async function checkSameData(file: string, own: OwnData | undefined): Promise<void> {
  const before = (await ownOptionsIn(file))[OWN_NAME];
  if (before === undefined && own === undefined) return;
  if (own === undefined) {
    throw new UsageError(
      `--data is missing: the run of '${file}' learned from data of your own, which it does not hold. Give them again: --data PATH.`,
    );
  }
  if (before === (await hashOf(own))) return;
  throw new UsageError(
    `--data: '${own.given}' has other samples than those that the run of '${file}' learned from. Give the same, or begin a new run with its weights: --from.`,
  );
}
