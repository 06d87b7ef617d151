import { make } from '../../dom.ts';
import { fixed } from '../../numbers.ts';
import { say } from '../../words/words.ts';
import { type Errors, errorsOf, errorsOfSaying } from './errors.ts';
import type { ShownNumbers } from './shown-numbers.ts';

/**
 * The parts of a table of errors, beside those of always saying the mean.
 *
 * @param mean of the rows that are trained on
 */
export function errorTable(
  { predicted, truth, text }: ShownNumbers,
  mean: number,
): readonly HTMLElement[] {
  const own = errorsOf(predicted, truth);
  const base = errorsOfSaying(mean, truth);
  const share = ({ r2 }: Errors): string =>
    r2 === null || !Number.isFinite(r2)
      ? '–'
      : // No −0.000.
        fixed(Math.round(1000 * r2) / 1000 + 0, 3).replace('-', '−');
  const line = (name: string, of: (errors: Errors) => string): HTMLElement =>
    make(
      'tr',
      {},
      make('th', { scope: 'row' }, name),
      make('td', {}, of(own)),
      make('td', {}, of(base)),
    );
  const heads = [
    '',
    say('This network'),
    say('Always the mean, {mean}', { mean: text.near(mean) }),
  ];
  return [
    make(
      'thead',
      {},
      make(
        'tr',
        {},
        ...heads.map((head) => (head === '' ? make('td') : make('th', { scope: 'col' }, head))),
      ),
    ),
    make(
      'tbody',
      {},
      line(say('Mean absolute error'), ({ mae }) => text.near(mae)),
      line(say('Root mean squared error'), ({ rmse }) => text.near(rmse)),
      line('R²', share),
    ),
  ];
}
