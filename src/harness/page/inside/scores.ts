/** How well a class is found. What is undefined is null: nothing was counted. */
export interface Scores {
  /** Images of the class. */
  readonly images: number;
  /** Of the images that are said to be of the class, the share that are. */
  readonly precision: number | null;
  /** Of the images of the class, the share that are said to be. */
  readonly recall: number | null;
  /** 2 · precision · recall / (precision + recall) = 2 TP / (2 TP + FP + FN) (van Rijsbergen 1979). */
  readonly f1: number | null;
}

const share = (part: number, whole: number): number | null => (whole > 0 ? part / whole : null);

/** @param confusion [classes][classes], rows are true classes, columns predictions */
export function scoresOf(confusion: readonly (readonly number[])[]): Scores[] {
  const said = confusion.map((_, c) => confusion.reduce((sum, row) => sum + row[c], 0));
  return confusion.map((row, c) => {
    const images = row.reduce((sum, count) => sum + count, 0);
    const right = row[c];
    return {
      images,
      precision: share(right, said[c]),
      recall: share(right, images),
      f1: share(2 * right, said[c] + images),
    };
  });
}

/**
 * The means over the classes that have images, and how many images there are. A class that no image is said to be of counts as
 * precision 0, as in scikit-learn's macro average.
 */
export function meansOf(all: readonly Scores[]): Scores {
  const met = all.filter(({ images }) => images > 0);
  const mean = (of: (scores: Scores) => number | null): number | null =>
    share(
      met.reduce((sum, one) => sum + (of(one) ?? 0), 0),
      met.length,
    );
  return {
    images: all.reduce((sum, { images }) => sum + images, 0),
    precision: mean(({ precision }) => precision),
    recall: mean(({ recall }) => recall),
    f1: mean(({ f1 }) => f1),
  };
}
