import { FASHION_MNIST_FILES } from '../../data/fashion-mnist.ts';
import { sameDims } from '../../data/file-kind.ts';
import { type IdxPart, imagesAmong, labelsAmong, pairable } from './idx-part.ts';

/** What is missing to a data set: a file by its name, the other file of a pair, or all that is tested on. */
export type Missing =
  | { readonly what: 'file'; readonly name: string }
  | { readonly what: 'images' | 'labels'; readonly count: number; readonly of: string }
  | { readonly what: 'test' };

/** What is missing, in words. */
export const missingText = (missing: Missing): string => {
  if (missing.what === 'file') return missing.name;
  if (missing.what === 'test') return 'images and labels to test on';
  return `the ${missing.count} ${missing.what} of ${missing.of}`;
};

/** What is missing to a data set of some IDX files; nothing if they are all there, or others beside them. */
export function missingOf(parts: readonly IdxPart[]): Missing[] {
  const usual = FASHION_MNIST_FILES.filter((file) =>
    parts.some(({ dims }) => sameDims(dims, file.dims)),
  );
  if (parts.every(({ dims }) => FASHION_MNIST_FILES.some((file) => sameDims(dims, file.dims)))) {
    return FASHION_MNIST_FILES.filter((file) => !usual.includes(file)).map(({ name }) => ({
      ...{ what: 'file', name },
    }));
  }
  const [images, labels] = [imagesAmong(parts), labelsAmong(parts)];
  // Others beside them are passed over.
  if (pairable(images, labels).length > 1) return [];
  const has = (all: readonly IdxPart[], count: number) => all.some(({ dims }) => dims[0] === count);
  return [
    ...images
      .filter(({ dims }) => !has(labels, dims[0]))
      .map(({ name, dims }): Missing => ({ what: 'labels', count: dims[0], of: name })),
    ...labels
      .filter(({ dims }) => !has(images, dims[0]))
      .map(({ name, dims }): Missing => ({ what: 'images', count: dims[0], of: name })),
    ...(images.length < 2 && labels.length < 2 ? [{ what: 'test' } as const] : []),
  ];
}

/**
 * What is missing to a data set of some IDX files, in words; empty if nothing is.
 *
 * @param files their names and sizes
 */
export function missingAmong(files: readonly Pick<IdxPart, 'name' | 'dims'>[]): string {
  const parts = files.map(
    (file, i): IdxPart => ({ ...file, bytes: new Uint8Array(), sums: { sha256: String(i) } }),
  );
  return missingOf(parts).map(missingText).join(', ');
}
