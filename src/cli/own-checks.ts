/** Whether data of the user's own go with the other options of `train`. */
import { OWN_NAME } from '../harness/tasks/keeping.ts';
import { checkBatch, checkSize } from '../harness/tasks/own-limits.ts';
import type { Settings } from '../harness/tasks/settings.ts';
import { UsageError } from './errors.ts';
import { checkFromTable } from './from-checks.ts';
import { hashOf, type OwnData } from './own-data.ts';
import { preparedTable } from './own-table.ts';
import { ownOptionsIn } from './resumed.ts';

/**
 * Checks options beside `--data`.
 *
 * @throws {UsageError} if they do not go with the data; OptionError, DataError as `preparedTable`
 */
export async function checkOwn(
  { table, images, given, listing }: OwnData,
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
  const checkSamples = (samples: number): void => {
    if (values.has('batch-size')) checkLimited(settings, values, samples);
  };
  if (images && settings.data === 'images') {
    checkSize(settings, images);
    checkSamples(images.samples);
  }
  if (!table) return;
  const prepared = preparedTable(table, given, settings, values);
  checkSamples(prepared.train.count);
  const from = values.get('from');
  if (from !== undefined) await checkFromTable(from, prepared, given, values.get('leave-out'));
}

/**
 * Checks that a batch is no larger than the data, of which `--train-limit` may take a few.
 *
 * @param samples at most. Default what `--train-limit` says
 * @throws OptionError if it is
 */
export function checkLimited(
  settings: Settings,
  values: ReadonlyMap<string, string>,
  samples = Infinity,
): void {
  const limit = Number(values.get('train-limit') ?? Infinity);
  checkBatch(settings.batchSize, Math.min(samples, limit), values.has('batch-size'));
}

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
