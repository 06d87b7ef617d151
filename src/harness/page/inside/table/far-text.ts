import type { FarValue } from '../../../own/far.ts';
import { counted, local } from '../../numbers.ts';
import { say } from '../../words/words.ts';

/** Values that are named; of more, how many. */
const NAMED = 3;

const number = (value: number): string => local(String(value)).replace('-', '−');

/** What is said of values far outside of those that a network learned from; empty without any. */
export function farText(far: readonly FarValue[]): string {
  const named = far.slice(0, NAMED).map(({ name, value, range: [least, most] }) =>
    say('{name} {value} is far outside of {least} to {most}, which the network learned from.', {
      ...{ name, value: number(value), least: number(least), most: number(most) },
    }),
  );
  const more = far.length - named.length;
  return [
    ...named,
    ...(more > 0 ? [say('So are {columns} more.', { columns: counted(more, 'column') })] : []),
  ].join(' ');
}
