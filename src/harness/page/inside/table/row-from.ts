import { whole } from '../../numbers.ts';
import { say } from '../../words/words.ts';

/**
 * Whose values the fields of a row have.
 *
 * @param number the held-out row's that they were filled with
 * @param more columns without a field
 * @param isChanged whether somebody changed one of them
 */
export function fromText(number: number, more: number, isChanged: boolean): string {
  const [row, count] = [whole(number), whole(more)];
  if (isChanged) {
    return more > 0
      ? say('Changed from row {row}, which is held out; {count} columns have no field.', {
          row,
          count,
        })
      : say('Changed from row {row}, which is held out.', { row });
  }
  return more > 0
    ? say('The values are those of row {row}, which is held out; {count} columns have no field.', {
        row,
        count,
      })
    : say('The values are those of row {row}, which is held out.', { row });
}
