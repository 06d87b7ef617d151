import { describe } from '../check.ts';
import { DataError } from '../errors.ts';

/**
 * Checks that every label is a class: an integer from 0 to below `classes`.
 *
 * @param where the owner of the labels, for the error
 * @param ignored a label that need not be a class, as u32; default none
 * @throws DataError with the first sample whose label is invalid, and with a hint if labels begin at 1
 */
export function checkLabels(
  where: string,
  labels: ArrayLike<number>,
  classes: number,
  ignored?: number,
): void {
  let wrong = -1;
  let least = Infinity;
  let most = -Infinity;
  for (let i = 0; i < labels.length; i++) {
    const label: unknown = labels[i];
    if (typeof label !== 'number') {
      wrong = i;
      break;
    }
    if (ignored !== undefined && Number.isInteger(label) && label >>> 0 === ignored) continue;
    if (!(label >= 0 && label < classes && Number.isInteger(label)) && wrong < 0) wrong = i;
    least = Math.min(least, label);
    most = Math.max(most, label);
  }
  if (wrong < 0) return;
  // In a GPU buffer, 1.0 read as u32 is 1065353216.
  const [asFloat] = new Float32Array(Uint32Array.of(most).buffer);
  const hint =
    most >= 2 ** 23 && Number.isInteger(asFloat)
      ? 'These look like floats: upload a Uint32Array'
      : classes === 1
        ? 'Give the model two outputs for yes and no, or give targets for numbers'
        : least === 1 && most === classes
          ? `These begin at 1: subtract 1 from each`
          : `Add classes, or correct the labels`;
  throw new DataError(
    `${where}: sample ${wrong} has label ${describe(labels[wrong])}; with ${classes} ${classes === 1 ? 'class' : 'classes'} a label is an integer from 0 to ${classes - 1}${ignored === undefined ? '' : `, or ${ignored | 0}, which is ignored`}. ${hint}`,
  );
}
