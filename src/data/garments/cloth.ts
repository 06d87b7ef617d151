import type { Prng } from './prng.ts';
import { SIDE } from './raster.ts';

/** How strong each kind of pattern is likely to be for a garment, as weights. */
export interface PatternWeights {
  readonly plain: number;
  readonly stripes: number;
  readonly checks: number;
  readonly dots: number;
  readonly fade: number;
}

const FOLD_GRID = 6;

/**
 * Makes the cloth of one garment: brightness, pattern and soft folds.
 *
 * @param out SIDE × SIDE brightnesses to fill, each roughly 0.15 to 1
 */
export function weave(out: Float64Array, weights: PatternWeights, prng: Prng): void {
  // Real garments are bright more often than dark: the square root pulls upwards.
  const base = 0.22 + 0.72 * Math.sqrt(prng.unit());
  const other = base * prng.range(0.45, 0.9);
  pattern(out, weights, base, other, prng);
  folds(out, prng.range(0.04, 0.16), prng);
}

function pattern(
  out: Float64Array,
  weights: PatternWeights,
  base: number,
  other: number,
  prng: Prng,
): void {
  const { plain, stripes, checks, dots, fade } = weights;
  let pick = prng.unit() * (plain + stripes + checks + dots + fade);
  const period = prng.range(2, 5);
  const phaseX = prng.unit();
  const phaseY = prng.unit();
  const upright = prng.chance(0.35);
  const band = (at: number, phase: number) => {
    const x = at / period + phase;
    return x - Math.floor(x) < 0.5;
  };
  pick -= plain;
  if (pick < 0) return void out.fill(base);
  let choose: (x: number, y: number) => number;
  if (pick < stripes) {
    choose = (x, y) => (band(upright ? x : y, phaseX) ? base : other);
  } else if (pick < stripes + checks) {
    const middle = (base + other) / 2;
    choose = (x, y) => {
      const both = Number(band(x, phaseX)) + Number(band(y, phaseY));
      return both === 2 ? base : both === 1 ? middle : other;
    };
  } else if (pick < stripes + checks + dots) {
    choose = (x, y) => (band(x, phaseX) && band(y, phaseY) ? other : base);
  } else {
    choose = (_, y) => base + ((other - base) * y) / SIDE;
  }
  for (let i = 0; i < out.length; i++) out[i] = choose(i % SIDE, Math.floor(i / SIDE));
}

/** Multiplies a smooth random field in: a coarse grid of numbers, interpolated linearly. */
function folds(out: Float64Array, strength: number, prng: Prng): void {
  const grid = new Float64Array(FOLD_GRID * FOLD_GRID);
  for (let i = 0; i < grid.length; i++) grid[i] = 1 + 3 * strength * prng.bell();
  const step = (FOLD_GRID - 1) / SIDE;
  for (let y = 0; y < SIDE; y++) {
    const row = Math.floor(y * step);
    const v = y * step - row;
    for (let x = 0; x < SIDE; x++) {
      const column = Math.floor(x * step);
      const u = x * step - column;
      const at = row * FOLD_GRID + column;
      const above = grid[at] + u * (grid[at + 1] - grid[at]);
      const below = grid[at + FOLD_GRID] + u * (grid[at + FOLD_GRID + 1] - grid[at + FOLD_GRID]);
      out[y * SIDE + x] *= above + v * (below - above);
    }
  }
}
