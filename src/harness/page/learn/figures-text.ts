import { fixed, whole } from '../numbers.ts';

const UNITS = ['FLOP', 'kFLOP', 'MFLOP', 'GFLOP', 'TFLOP'] as const;

/** Operations in a unit that suits: `218 kFLOP`. */
export function flopText(count: number): string {
  const power = count < 1 ? 0 : Math.min(UNITS.length - 1, Math.floor(Math.log10(count) / 3));
  const value = count / 1000 ** power;
  const digits = power === 0 || value >= 100 ? 0 : value >= 10 ? 1 : 2;
  return `${power === 0 ? whole(count) : fixed(value, digits)} ${UNITS[power]}`;
}
