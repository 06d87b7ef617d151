import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { DataError } from '../errors.ts';
import type { ImageSettings } from '../harness/tasks/image-settings.ts';
import { decodeText, textJob } from '../harness/tasks/text.ts';
import type { TextSettings } from '../harness/tasks/text-settings.ts';
import type { CommandContext, TaskExtras } from './command.ts';
import { UsageError } from './errors.ts';
import { findImages } from './find-images.ts';
import type { Renderer } from './render.ts';
import { filesIn } from './server.ts';

/** The page's options for the data, and the files. */
export type ServedData = Required<Pick<TaskExtras, 'options' | 'files'>>;

/** Images for the page, and whether they are Fashion-MNIST as published. */
export interface ServedImages extends ServedData {
  readonly published: boolean;
}

/**
 * Finds Fashion-MNIST and serves it to the page: the files under `/data/` by their published names, and in
 * the query `data=files&data-files=NAME,NAME,…` or `data=built-in`.
 */
export async function dataExtras(
  context: CommandContext,
  renderer: Renderer,
): Promise<ServedImages> {
  const found = await findImages(context, renderer);
  if (found.kind === 'built-in') {
    renderer.warn(found.reason);
    return { options: { data: 'built-in' }, files: new Map(), published: false };
  }
  const served = found.files.map(
    ({ file, path, packed }) => [packed ? file.gzName : file.name, path] as const,
  );
  const names = served.map(([name]) => name);
  return {
    options: { data: 'files', 'data-files': names.join(',') },
    files: new Map(served.map(([name, path]) => [`/data/${name}`, path])),
    published: found.published,
  };
}

/**
 * Images for `train`, as {@link dataExtras}.
 *
 * @throws {UsageError} if a text was given
 */
export function imageExtras(
  { title }: ImageSettings,
  context: CommandContext,
  renderer: Renderer,
): Promise<ServedImages> {
  if (context.arguments.values.has('text')) {
    throw new UsageError(`--text was given; ${title} learns from images. Use --model transformer.`);
  }
  return dataExtras(context, renderer);
}

/**
 * The text of `--text FILE` for the page: `/data/text.txt`, with its file's name in the query.
 *
 * @throws {UsageError} if it was not given, or cannot be read; {DataError} if it is not UTF-8 or too short; OptionError if the
 *   prompt has characters that the text does not have
 */
export async function textExtras(
  settings: TextSettings,
  { arguments: { values }, terminal }: CommandContext,
): Promise<ServedImages> {
  const file = values.get('text');
  if (file === undefined) {
    throw new UsageError(`--model transformer learns from a text. Give one in UTF-8: --text FILE.`);
  }
  if (values.has('data')) {
    throw new UsageError('--data was given; a transformer learns from --text FILE only.');
  }
  const bytes = await readFile(file).catch((cause: NodeJS.ErrnoException) => {
    const why = cause.code === 'EISDIR' ? 'is a folder' : `cannot be read (${cause.code})`;
    throw new UsageError(`--text: '${file}' ${why}. Give a text file in UTF-8.`);
  });
  const name = basename(file);
  // What is wrong with it is found before anything is started.
  textJob(settings, { name, text: decodeText(bytes, `--text: '${file}'`) }, '--');
  // Nobody would see what is written after an epoch.
  const atEnd = !terminal.live || values.has('quiet');
  return {
    options: { text: 'served', 'text-name': name, ...(atEnd ? { 'at-end': '' } : {}) },
    files: new Map([['/data/text.txt', file]]),
    published: false,
  };
}

/** The only text of the folder `paper` beside a folder. */
async function textBeside(directory: string): Promise<string | undefined> {
  const folder = join(directory, '..', 'paper');
  const names = await readdir(folder).catch(() => []);
  const [text, ...others] = names.filter((name) => name.endsWith('.txt'));
  return text !== undefined && others.length === 0 ? join(folder, text) : undefined;
}

/**
 * Reference traces for the page: under `/golden/`, with their names in the query's `cases`, and the text of those that learned
 * from one.
 *
 * @param text its file. Default the only .txt file of the folder `paper` beside the traces', if there is one
 *
 * @throws {DataError} if the folder cannot be read or has no trace.
 */
export async function traceExtras(
  directory: string,
  text: string | undefined,
): Promise<ServedData> {
  const facts = await stat(directory).catch(() => null);
  if (!facts?.isDirectory()) {
    throw new DataError(
      `'${directory}' is not a folder, or cannot be read. Give the folder of the reference traces.`,
    );
  }
  const names = await readdir(directory);
  const cases = names
    .filter((name) => name.endsWith('.json'))
    .map((name) => name.slice(0, -'.json'.length))
    .filter((name) => names.includes(`${name}.safetensors`))
    .sort();
  if (cases.length === 0) {
    throw new DataError(
      `'${directory}' has no trace: no NAME.json with a NAME.safetensors beside it.`,
    );
  }
  const wanted = cases.flatMap((name) => [`${name}.json`, `${name}.safetensors`]);
  const files = await filesIn(directory, '/golden/', wanted);
  const found = text ?? (await textBeside(directory));
  if (found === undefined) return { options: { cases: cases.join(',') }, files };
  if (!(await stat(found).catch(() => null))?.isFile()) {
    throw new DataError(
      `'${found}' is not a file, or cannot be read. Give the text of the traces.`,
    );
  }
  return {
    options: { cases: cases.join(','), text: 'served' },
    files: new Map([...files, ['/golden/text.txt', found]]),
  };
}
