import { DataError } from '../../errors.ts';
import { LONGEST_CLASS } from './split.ts';
import { byText } from './text-order.ts';

/** An image of a class, by its path. */
export interface Placed {
  readonly path: string;
  /** Its place in the classes. */
  readonly label: number;
  /** The part that its folder names; undefined if none does. */
  readonly part?: 'train' | 'test';
}

/** Images by the folders that they lie in. */
export interface Folders {
  /** Sorted names of folders. */
  readonly classes: readonly string[];
  readonly images: readonly Placed[];
  /** Whether folders say which images are tested. */
  readonly parted: boolean;
  /** What lies in no folder of a class: above the folders of classes, or where nothing can be an image. */
  readonly strays: readonly string[];
}

/** Most classes: as many as a confusion matrix can show. */
export const MOST_CLASSES = 100;
/** Most images. */
export const MOST_IMAGES = 100_000;

const PARTS: Readonly<Record<string, 'train' | 'test'>> = {
  ...{ train: 'train', training: 'train' },
  ...{ test: 'test', val: 'test', valid: 'test', validation: 'test', testing: 'test' },
};

/** What systems put beside files. */
const HIDDEN = /(^|\/)(\.|__MACOSX\/|Thumbs\.db$|desktop\.ini$)/i;

/** What is no image by its name. A folder that has nothing else is no class. */
const NO_IMAGE =
  /\.(txt|md|rtf|pdf|docx?|odt|csv|tsv|xlsx?|ods|json|xml|ya?ml|html?|log|ini|url|db|py|ipynb|js|sh|bat|mat|npy|npz|zip|gz|7z|rar)$/i;

const folderOf = (path: string): string => path.slice(0, path.lastIndexOf('/'));

/**
 * The folders of classes: they hold what may be images. A folder is none if two others are in it, or all others: it lies above
 * the classes, and what lies directly in it belongs to none of them.
 */
function classFolders(paths: readonly string[]): ReadonlySet<string> {
  const holding = new Set(paths.filter((path) => !NO_IMAGE.test(path)).map(folderOf));
  const below = new Map<string, number>();
  for (const folder of holding) {
    for (let at = folder.indexOf('/'); at >= 0; at = folder.indexOf('/', at + 1)) {
      const above = folder.slice(0, at);
      below.set(above, (below.get(above) ?? 0) + 1);
    }
  }
  const fewest = Math.max(1, Math.min(2, holding.size - 1));
  return new Set([...holding].filter((folder) => (below.get(folder) ?? 0) < fewest));
}

/**
 * Sorts images into classes: the class of an image is the folder that it lies in. Folders `train` and `test` (or `val`, `validation`)
 * above all classes say which images are tested. What lies above the folders of classes is in none.
 *
 * @throws DataError if there are no images in folders, one class only, too many classes or images, or a name is too long
 */
export function sortIntoClasses(paths: readonly string[]): Folders {
  const seen = paths.filter((path) => !HIDDEN.test(path) && !path.endsWith('/'));
  if (seen.length > MOST_IMAGES) {
    throw new DataError(
      `${seen.length} files were given; at most ${MOST_IMAGES} images are read. Give fewer`,
    );
  }
  const folders = classFolders(seen.filter((path) => path.includes('/')));
  const isPlaced = (path: string): boolean => path.includes('/') && folders.has(folderOf(path));
  const inFolders = seen.filter(isPlaced);
  const classOf = (path: string): string => path.split('/').at(-2) ?? '';
  const above = inFolders.map((path) => path.split('/').slice(0, -2).at(-1) ?? '');
  const partOf = (name: string): 'train' | 'test' | undefined =>
    Object.hasOwn(PARTS, name.toLowerCase()) ? PARTS[name.toLowerCase()] : undefined;
  const parts = new Set(above.map(partOf));
  const parted = parts.size === 2 && !parts.has(undefined);
  const classes = [...new Set(inFolders.map(classOf))].sort(byText);
  if (classes.length < 2) {
    throw new DataError(
      classes.length === 0
        ? 'no image lies in a folder. Put the images of each class into a folder of their own, and give the folder above'
        : `all images lie in one folder, ${classes[0].slice(0, LONGEST_CLASS)}. Put the images of each class into a folder of their own, and give the folder above`,
    );
  }
  if (classes.length > MOST_CLASSES) {
    throw new DataError(
      `${classes.length} folders hold files; at most ${MOST_CLASSES} classes are learned. Give fewer folders`,
    );
  }
  const long = classes.find((name) => name.length > LONGEST_CLASS);
  if (long !== undefined) {
    throw new DataError(
      `the folder ${long.slice(0, 20)}… has a name of ${long.length} characters; a class may have ${LONGEST_CLASS}. Rename it`,
    );
  }
  const place = new Map(classes.map((name, i) => [name, i]));
  return {
    classes,
    images: inFolders.map((path, i): Placed => {
      const part = parted ? partOf(above[i]) : undefined;
      return { path, label: place.get(classOf(path)) ?? 0, ...(part ? { part } : {}) };
    }),
    parted,
    strays: seen.filter((path) => !isPlaced(path)),
  };
}
