import { niceTicks } from '../../../paper/axis.ts';

/** Round numbers between two, evenly spaced, about `most` of them. */
export const linearTicks = (least: number, largest: number, most: number): readonly number[] =>
  niceTicks(least, largest, most).values;

/** Rounds off what powers of ten leave behind. */
const tidy = (value: number): number => Number(value.toPrecision(12));

/**
 * Round numbers between two, for a logarithmic scale: powers of ten and, if there is room, 2 and 5 times these. Within less
 * than a decade they are spaced as on a linear scale.
 *
 * @param least above 0
 * @param most how many there may be, 2 or more
 */
export function logTicks(least: number, largest: number, most: number): readonly number[] {
  const decades = Math.log10(largest / least);
  if (decades < 1) return linearTicks(least, largest, most).filter((value) => value > 0);
  const found = (multiples: readonly number[]): number[] => {
    const ticks: number[] = [];
    for (let power = Math.floor(Math.log10(least)); 10 ** power <= largest; power++) {
      for (const multiple of multiples) {
        const value = tidy(multiple * 10 ** power);
        if (value >= least && value <= largest) ticks.push(value);
      }
    }
    return ticks;
  };
  const fine = found([1, 2, 5]);
  if (fine.length <= most) return fine;
  const coarse = found([1]);
  const every = Math.ceil(coarse.length / most);
  return coarse.filter((_, i) => i % every === 0);
}
