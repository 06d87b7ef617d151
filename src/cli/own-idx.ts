/** Four IDX files of any sizes in a folder. */
import { dirname } from 'node:path';
import { idxDims, kindOfFile, sameDims } from '../data/file-kind.ts';
import { missingAmong } from '../harness/tasks/idx-missing.ts';
import { UsageError } from './errors.ts';
import type { Seen } from './survey.ts';

/** Files of images or labels. */
export const idxAmong = (seen: readonly Seen[]): Seen[] =>
  seen.filter(({ head }) => [1, 3].includes(idxDims(head)?.length ?? 0));

/** A set's files: images and labels to train on, and to test on. */
const FILES = 4;

/**
 * The files of one data set: four in one folder, or four in all, with a folder each.
 *
 * @param levels files of a folder, then those of its subfolders, and so on
 * @param given the folder as it was given
 * @throws {UsageError} if there are more or fewer, or they do not belong together
 */
export function idxFiles(levels: readonly (readonly Seen[])[], given: string): readonly Seen[] {
  for (const level of levels) {
    const among = idxAmong(level);
    const folders = [...new Set(among.map(({ path }) => dirname(path)))];
    const whole = folders
      .map((folder) => single(among.filter(({ path }) => dirname(path) === folder)))
      .filter(({ length }) => length >= FILES);
    if (whole.length === 0) continue;
    if (whole.length === 1 && whole[0].length === FILES) return checked(whole[0], given);
    throw several(whole.flat(), given);
  }
  const all = single(idxAmong(levels.flat()));
  if (all.length > FILES) throw several(all, given);
  return checked(all, given);
}

/** Of a file that is there packed and unpacked, the packed one. */
function single(files: readonly Seen[]): Seen[] {
  const stem = (path: string): string => path.replace(/\.gz$/i, '');
  return files.filter(
    ({ path, packed }) =>
      packed || !files.some((other) => other.packed && stem(other.path) === stem(path)),
  );
}

const dimsText = ({ head }: Seen): string => idxDims(head)?.join(' × ') ?? '';

/** Bytes that an IDX file has by its header. */
function wholeSize({ head }: Seen): number {
  const dims = idxDims(head) ?? [];
  return 4 + 4 * dims.length + dims.reduce((a, b) => a * b, 1);
}

const LISTED = 8;

/** @throws {UsageError} if something is missing, or empty */
function checked(files: readonly Seen[], given: string): readonly Seen[] {
  const empty = files.find(({ head }) => idxDims(head)?.includes(0));
  if (empty) {
    throw new UsageError(
      `--data: '${given}' has ${empty.shown}, in which there is nothing: ${kindOfFile(empty.head)}. Give images and labels to train on, and fewer to test on.`,
    );
  }
  const cut = files.find((one) => !one.packed && one.size !== wholeSize(one));
  if (cut) {
    throw new UsageError(
      `--data: '${given}' has ${cut.shown}, which is not whole: ${kindOfFile(cut.head, cut.size)}. Get the file again.`,
    );
  }
  const missing = missingAmong(
    files.map((one) => ({ name: one.shown, dims: idxDims(one.head) ?? [] })),
  );
  if (missing === '' && files.length === FILES) return unlike(files, given);
  const has = files.map((one) => `${one.shown} (${dimsText(one)})`).join(', ');
  throw new UsageError(
    `--data: '${given}' has ${has}; a data set is four files: images and labels to train on, and fewer to test on. ${missing === '' ? 'Take others out' : `Missing: ${missing}`}.`,
  );
}

const imageDims = (files: readonly Seen[]): (readonly number[])[] =>
  files
    .flatMap(({ head }) => [idxDims(head) ?? []])
    .filter(({ length }) => length === 3)
    .sort(([a], [b]) => b - a);

/** Of a data set's files, the images to train on: those that are more. */
export function imagesOf(files: readonly Seen[]): {
  readonly samples: number;
  readonly height: number;
  readonly width: number;
} {
  const [[samples, height, width]] = imageDims(files);
  return { samples, height, width };
}

/** @throws {UsageError} if there are as many images to test on as to train on, or those have another size */
function unlike(files: readonly Seen[], given: string): readonly Seen[] {
  const [train, test] = imageDims(files);
  if (train[0] === test[0]) {
    throw new UsageError(
      `--data: '${given}' has ${train[0]} images in each of two files: which are to train on cannot be told. Give fewer to test on.`,
    );
  }
  if (sameDims(train.slice(1), test.slice(1))) return files;
  throw new UsageError(
    `--data: '${given}' has images of ${train.slice(1).join(' × ')} to train on, and of ${test.slice(1).join(' × ')} to test on. Give images of one size.`,
  );
}

function several(files: readonly Seen[], given: string): UsageError {
  const names = files.slice(0, LISTED).map(({ shown }) => shown);
  if (files.length > LISTED) names.push(`and ${files.length - LISTED} more`);
  return new UsageError(
    `--data: '${given}' has ${files.length} IDX files, and a data set is four: ${names.join(', ')}. Give a folder with those of one data set.`,
  );
}
