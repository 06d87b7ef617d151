import type { FarValue } from '../../../own/far.ts';
import { counted } from '../../numbers.ts';
import { say } from '../../words/words.ts';
import { columnNumber } from './row-values.ts';

/** Values that are named; of more, how many. */
const NAMED = 3;

/** What is said of values far outside of those that a network learned from; empty without any. */
export function farText(far: readonly FarValue[]): string {
  const named = far.slice(0, NAMED).map(({ name, value, range, comma }) => {
    const [shown, least, most] = [value, ...range].map((number) =>
      columnNumber(number, comma).replace('-', '−'),
    );
    return say(
      '{name} {value} is far outside of {least} to {most}, which the network learned from.',
      { name, value: shown, least, most },
    );
  });
  const more = far.length - named.length;
  return [
    ...named,
    ...(more > 0 ? [say('So are {columns} more.', { columns: counted(more, 'column') })] : []),
  ].join(' ');
}
