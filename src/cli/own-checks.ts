/** Whether data of the user's own go with the other options of `train`. */
import { parseSafetensors } from '../data/safetensors.ts';
import { TABLE_KEY, type TableFacts, tableTexts } from '../harness/own/table-text.ts';
import { OWN_NAME } from '../harness/tasks/keeping.ts';
import type { Settings } from '../harness/tasks/settings.ts';
import { UsageError } from './errors.ts';
import { hashOf, type OwnData } from './own-data.ts';
import { preparedTable } from './own-table.ts';
import { ownOptionsIn, readGiven } from './resumed.ts';

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
  const text = parseSafetensors(await readGiven(from, '--from')).metadata[TABLE_KEY];
  if (text === undefined) return;
  const now = tableTexts(prepared)[TABLE_KEY];
  const [before, after] = [text, now].map((one) => columnsOf(JSON.parse(one) as TableFacts));
  if (before === after) return;
  throw new UsageError(
    `--from '${from}' has learned ${before}; this run would learn ${after}. Give the same columns, or begin without it.`,
  );
}

const columnsOf = ({ columns, target }: TableFacts): string =>
  `${target.name} from ${columns
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
