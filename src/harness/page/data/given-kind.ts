import type { NamedFile } from './given-files.ts';

const TABLE = /\.(csv|tsv|tab)$/i;
const ZIP = /\.zip$/i;
const IMAGE = /\.(png|jpe?g|gif|webp|bmp)$/i;

/** What files are that were given together: one table or one zip, and the rest; images, most of them; or IDX files. */
export type Given =
  | {
      readonly kind: 'table' | 'zip';
      readonly file: NamedFile;
      readonly rest: readonly NamedFile[];
    }
  | { readonly kind: 'images' | 'idx' };

/** Tells it by the files' names. */
export function givenOf(files: readonly NamedFile[]): Given {
  const without = (one: NamedFile): NamedFile[] => files.filter((file) => file !== one);
  const table = files.find(({ name }) => TABLE.test(name));
  if (table) return { kind: 'table', file: table, rest: without(table) };
  const zip = files.find(({ name }) => ZIP.test(name));
  if (zip) return { kind: 'zip', file: zip, rest: without(zip) };
  const images = files.filter(({ name }) => IMAGE.test(name));
  return { kind: 2 * images.length > files.length ? 'images' : 'idx' };
}
