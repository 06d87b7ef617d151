/** Files of the user's own that the command serves beside the page. */

/** What the command says of the data that it serves. */
export interface OwnListing {
  readonly kind: 'idx' | 'table' | 'images';
  /** What the data are called: a table's file, or the folder of images. */
  readonly name: string;
  /** Each is served as {@link ownFile} of its place here. */
  readonly files: readonly { readonly path: string; readonly size: number }[];
}

/** The listing, among the files beside the page. */
export const OWN_LISTING = 'own.json';

/** A file's name among those beside the page. @param i its place in the listing */
export const ownFile = (i: number | ''): string => `own/${i}`;
