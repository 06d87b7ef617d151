/** What the page says of the visitor's data. */
import type { ByteSplit, ImageDataset } from '../../data/dataset.ts';
import type { Column } from '../own/column.ts';
import { isClass, likelyTarget, type ReadTable } from '../own/columns.ts';
import type { Separator } from '../own/csv.ts';
import { isMissing } from '../own/fields.ts';
import { countsOf, isUnbalanced, largestShare } from '../own/split.ts';
import type { TableData } from '../own/table.ts';

/** Data that can be learned from. */
export interface OwnFacts {
  readonly of: 'images' | 'rows';
  readonly name: string;
  /** Of images: rows, columns, and numbers of a pixel: 3 for red, green and blue. */
  readonly size?: readonly [height: number, width: number, channels: number];
  /** Of images: one of each of the first classes, in their order; empty for a class without any to train on. */
  readonly examples?: readonly Uint8Array[];
  readonly train: number;
  readonly test: number;
  /** How many samples each class has, both parts together; none if a number is learned. */
  readonly classes: readonly { readonly name: string; readonly count: number }[];
  readonly unbalanced: boolean;
  /** Test accuracy of always saying the class that is the largest in training. */
  readonly largest: number;
  /** Of a table: its inputs, what is learned, and the rows that were left out. */
  readonly table?: Pick<TableData, 'inputs' | 'target' | 'scale' | 'leftOut'>;
  /** Images that could not be read, and why. */
  readonly refused?: readonly (readonly [path: string, why: string])[];
  /** Whether folders said which images are tested. */
  readonly parted?: boolean;
  /** Whether light and dark were exchanged. */
  readonly inverted?: boolean;
}

/** A table before it is learned from. */
export interface TablePreview {
  /** Its name for later calls. */
  readonly id: number;
  readonly separator: Separator;
  readonly named: boolean;
  readonly count: number;
  readonly columns: readonly (Column & { readonly isClass: boolean })[];
  /** The first rows. */
  readonly rows: readonly (readonly string[])[];
  readonly target: number;
  /** Which columns have no value in how many rows, each set of columns once. */
  readonly gaps: readonly Gaps[];
}

/** Rows that lack values in the same columns. */
export interface Gaps {
  readonly columns: readonly number[];
  readonly rows: number;
}

/** Classes that are shown by name and with an image. */
export const SHOWN_CLASSES = 12;
const SHOWN_ROWS = 6;
/** Characters of a field that are shown. */
const SHOWN = 60;

function gapsOf(columns: ReadTable['columns'], rows: ReadTable['rows']): Gaps[] {
  const gappy = columns.flatMap(({ missing }, i) => (missing > 0 ? [i] : []));
  const counts = new Map<string, number>();
  for (const row of rows) {
    const key = gappy.filter((i) => isMissing(row[i])).join();
    if (key !== '') counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return [...counts].map(([key, count]) => ({ columns: key.split(',').map(Number), rows: count }));
}

export const previewOf = ({
  separator,
  named,
  columns,
  rows,
}: ReadTable): Omit<TablePreview, 'id'> => ({
  ...{ separator, named, count: rows.length },
  // Its values are not shown.
  columns: columns.map((column) => ({ ...column, values: [], isClass: isClass(column) })),
  rows: rows.slice(0, SHOWN_ROWS).map((row) => row.map((text) => text.slice(0, SHOWN))),
  target: likelyTarget(columns),
  gaps: gapsOf(columns, rows),
});

/** The first image of a class; empty if there is none. */
function firstOf({ images, labels, count }: ByteSplit, label: number): Uint8Array {
  const at = labels.indexOf(label);
  const size = images.length / count;
  return at < 0 ? new Uint8Array() : images.slice(at * size, (at + 1) * size);
}

/** Of a data set of images. */
export function factsOfImages({ name, classes, train, test }: ImageDataset): OwnFacts {
  const balance = balanceOf(classes, train.labels, test.labels);
  const { height, width, channels = 1 } = train;
  const size = [height, width, channels] as const;
  const examples = classes.slice(0, SHOWN_CLASSES).map((_, label) => firstOf(train, label));
  const counts = { train: train.count, test: test.count };
  return { of: 'images', name, size, examples, ...counts, ...balance };
}

/** Of a table. */
export function factsOfTable({ name, classes, train, test, ...table }: TableData): OwnFacts {
  const { inputs, target, scale, leftOut } = table;
  const balance = balanceOf(classes ?? [], train.labels ?? [], test.labels ?? []);
  return {
    ...{ of: 'rows', name, train: train.count, test: test.count, ...balance },
    table: { inputs, target, leftOut, ...(scale ? { scale } : {}) },
  };
}

function balanceOf(
  classes: readonly string[],
  train: ArrayLike<number>,
  test: ArrayLike<number>,
): Pick<OwnFacts, 'classes' | 'unbalanced' | 'largest'> {
  if (classes.length === 0) return { classes: [], unbalanced: false, largest: 0 };
  const [first, second] = [train, test].map((labels) => countsOf(labels, classes.length));
  const counts = first.map((count, i) => count + second[i]);
  return {
    classes: classes.map((name, i) => ({ name, count: counts[i] })),
    unbalanced: isUnbalanced(counts),
    largest: largestShare(first, second),
  };
}
