import { readFile } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { UsageError } from '../../../src/cli/errors.ts';
import { findImages } from '../../../src/cli/find-images.ts';
import type { Renderer } from '../../../src/cli/render.ts';
import { FASHION_MNIST } from '../../../src/data/fashion-mnist.ts';
import { loadFashionMnist } from '../../../src/data/load-fashion-mnist.ts';
import { decodeText } from '../../../src/harness/tasks/text.ts';
import { TrialDatasets } from '../../../src/harness/tasks/trial-data.ts';
import { hashOfText } from '../../../src/trial/data-hash.ts';
import type { TrialData } from '../../../src/trial/spec.ts';
import { dataKindOf } from '../plan/settings.ts';
import { specOf } from '../plan/specs.ts';
import type { SweepContext } from './context.ts';
import type { GivenPlan } from './plan-given.ts';

/** The data of all trials, and the files that workers fetch. */
export interface SweepData {
  /** For people. */
  readonly name: string;
  readonly data: TrialData;
  /** Name → path. */
  readonly files: ReadonlyMap<string, string>;
  /** Whether they are Fashion-MNIST as published, which is no secret. */
  readonly published: boolean;
}

/**
 * Finds the data of a plan and hashes them.
 *
 * @throws {UsageError} if they are not there, or options contradict the plan
 * @throws {DataError} if a file is not what it should be
 */
export async function sweepData(
  given: GivenPlan,
  context: SweepContext,
  engine: string,
  renderer: Renderer,
): Promise<SweepData> {
  const { values } = context.arguments;
  const kind = dataKindOf(given.plan);
  if (given.plan.space.some(({ name }) => name === 'train-limit')) {
    // Each value would be another data set, with a hash of its own.
    throw new UsageError(
      "The plan's space has train-limit, which changes the data; all trials of a sweep learn from the same. Put it into options, and run a sweep for each.",
    );
  }
  const wrong = kind === 'text' ? 'data' : kind === 'files' ? 'text' : undefined;
  for (const name of wrong === undefined ? ['data', 'text'] : [wrong]) {
    if (!values.has(name)) continue;
    throw new UsageError(
      `--${name} was given; the plan's trials learn from ${LEARN[kind]}. Leave it out, or change the plan's data.`,
    );
  }
  if (kind === 'text') return textData(given, values);
  const files = kind === 'files' ? await imageFiles(context, renderer) : undefined;
  const images = async () => {
    const bytes: Record<string, Uint8Array> = {};
    for (const [name, path] of files?.files ?? []) bytes[name] = await readFile(path);
    return loadFashionMnist(bytes);
  };
  const datasets = new TrialDatasets(new URLSearchParams(), { images });
  // The hash is that of the images that are used: with the plan's own limit.
  const some = specOf(given.plan, { engine, data: { kind, sha256: '0'.repeat(64) } }, {}, 0);
  const sha256 = await datasets.hash(some);
  return {
    name:
      kind === 'built-in'
        ? 'the built-in images'
        : files?.published
          ? FASHION_MNIST
          : 'images of files',
    data: { kind, sha256 },
    files: files?.files ?? new Map(),
    published: files?.published ?? true,
  };
}

const LEARN = {
  files: "Fashion-MNIST's files",
  'built-in': 'the built-in images',
  text: 'a text',
} as const;

async function imageFiles(
  context: SweepContext,
  renderer: Renderer,
): Promise<Pick<SweepData, 'files' | 'published'>> {
  const found = await findImages(context, renderer);
  if (found.kind === 'built-in') {
    const [, why = found.reason] = /synthetic: (.*?)\. To use/s.exec(found.reason) ?? [];
    throw new UsageError(
      `The plan's trials learn from Fashion-MNIST, and it is not here: ${why}. Give its folder with --data, or write "data": "built-in" in the plan.`,
    );
  }
  const files = found.files.map(
    ({ file, path, packed }) => [packed ? file.gzName : file.name, path] as const,
  );
  return { files: new Map(files), published: found.published };
}

async function textData(
  { plan, folder }: GivenPlan,
  values: ReadonlyMap<string, string>,
): Promise<SweepData> {
  const named = typeof plan.data === 'object' ? resolve(folder, plan.data.text) : undefined;
  const path = values.get('text') ?? named;
  if (path === undefined)
    throw new UsageError('--text is missing: the plan’s trials learn from one.');
  const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    throw new UsageError(`The text '${path}' cannot be read (${error.code}).`);
  });
  const text = decodeText(bytes, basename(path));
  const sha256 = await hashOfText(text);
  return {
    name: basename(path),
    data: { kind: 'text', sha256 },
    files: new Map([['text.txt', path]]),
    published: false,
  };
}
