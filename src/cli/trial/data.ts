import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import type { ImageDataset } from '../../data/dataset.ts';
import { loadFashionMnist } from '../../data/load-fashion-mnist.ts';
import { decodeText, type GivenText } from '../../harness/tasks/text.ts';
import { checkDataHash } from '../../harness/tasks/trial-data.ts';
import { hashOfText } from '../../trial/data-hash.ts';
import type { TrialData } from '../../trial/spec.ts';
import type { CommandContext } from '../command.ts';
import { dataExtras, type ServedData } from '../data.ts';
import { UsageError } from '../errors.ts';
import type { Renderer } from '../render.ts';

/**
 * The data of a trial for the page. A text's hash is checked here, that of images in the page.
 *
 * @throws {UsageError} if the data are not there; DataError if a text has another hash
 */
export async function trialExtras(
  data: TrialData,
  context: CommandContext,
  renderer: Renderer,
): Promise<ServedData> {
  checkGiven(data, context);
  if (data.kind === 'built-in') return { options: {}, files: new Map() };
  if (data.kind === 'files') return servedImages(context, renderer);
  const given = await givenText(context);
  if (given === undefined) return { options: {}, files: new Map() };
  checkDataHash(data, await hashOfText(given.text), given.name);
  return {
    options: { text: 'served', 'text-name': given.name },
    files: new Map([['/data/text.txt', given.file]]),
  };
}

/** All images of the files, in this process. @throws {UsageError} if they are not there */
export async function trialImages(
  context: CommandContext,
  renderer: Renderer,
): Promise<ImageDataset> {
  const { files } = await servedImages(context, renderer);
  const bytes = await Promise.all(
    [...files].map(async ([name, path]) => [name, new Uint8Array(await readFile(path))] as const),
  );
  return loadFashionMnist(Object.fromEntries(bytes));
}

/** The text of `--text`; undefined if there is none. @throws {UsageError} if it cannot be read */
export async function givenText({
  arguments: { values },
}: CommandContext): Promise<(GivenText & { readonly file: string }) | undefined> {
  const file = values.get('text');
  if (file === undefined) return undefined;
  const bytes = await readFile(file).catch((cause: NodeJS.ErrnoException) => {
    const why = cause.code === 'EISDIR' ? 'is a folder' : `cannot be read (${cause.code})`;
    throw new UsageError(`--text: '${file}' ${why}. Give a text file in UTF-8.`);
  });
  return { file, name: basename(file), text: decodeText(bytes, `--text: '${file}'`) };
}

/** @throws {UsageError} if data were given that the trial does not learn from */
export function checkGiven({ kind }: TrialData, { arguments: { values } }: CommandContext): void {
  for (const [name, of] of [
    ['data', 'files'],
    ['text', 'text'],
  ] as const) {
    if (!values.has(name) || kind === of) continue;
    throw new UsageError(`--${name} was given; the trial's data.kind is '${kind}'. Leave it out.`);
  }
}

async function servedImages(context: CommandContext, renderer: Renderer): Promise<ServedData> {
  const { options, files } = await dataExtras(context, renderer);
  if (options.data === 'files') return { options, files };
  throw new UsageError(
    "The trial's data.kind is 'files', and there are none here. Give the folder of the four Fashion-MNIST files: --data DIR.",
  );
}
