import { mirrored, Path, symmetric } from './path.ts';
import type { Prng } from './prng.ts';
import type { Raster } from './raster.ts';

/** Two legs under a waistband; the gap between them is wide, narrow or only a seam. */
export function drawTrouser(raster: Raster, cloth: Float64Array, prng: Prng): void {
  const top = prng.range(1.2, 3);
  const bottom = prng.range(25, 27);
  const waist = prng.range(3.4, 5);
  const hip = waist + prng.range(0.3, 1.3);
  const crotch = prng.range(8, 11);
  const gap = prng.range(0.2, 2.2);
  const ankle = gap + prng.range(2.2, 4.2);
  const half = new Path(14, top)
    .to(14 - waist, top)
    .bend(14 - hip, top + 3, 14 - hip, crotch)
    .to(14 - ankle, bottom)
    .to(14 - gap, bottom)
    .to(14 - 0.15, crotch)
    .to(14, crotch);
  raster.area(symmetric(half.points)).paint(cloth);
  raster.line([14, crotch - 1, 14, bottom], 0.8).shade(prng.range(0.2, 0.7));
  raster.line([14 - waist, top + 1.4, 14 + waist, top + 1.4], 0.6).shade(0.6);
  if (prng.chance(0.5)) raster.line([14, top + 1.4, 14, crotch], 0.5).shade(0.65);
  if (prng.chance(0.5)) {
    const pocket = [14 - waist + 1.2, top + 1.6, 14 - hip + 0.2, top + 4.4];
    raster.line(pocket, 0.6).line(mirrored(pocket), 0.6).shade(0.6);
  }
}

/** A narrow waist over a long skirt; no sleeves, straps, or short or long sleeves. */
export function drawDress(raster: Raster, cloth: Float64Array, prng: Prng): void {
  const top = prng.range(0.8, 3);
  const bottom = prng.range(24.5, 27.2);
  const shoulder = prng.range(2.6, 5.4);
  const bust = shoulder + prng.range(0.1, 1);
  const waist = bust * prng.range(0.66, 0.98);
  const waistline = prng.range(10, 14);
  const hem = waist + prng.range(0.6, 4.2);
  const neck = shoulder * prng.range(0.45, 0.75);
  const sleeve = prng.chance(0.45) ? prng.range(3, 6) : prng.chance(0.35) ? prng.range(10, 15) : 0;
  if (sleeve > 0) {
    const out = 14 - shoulder - prng.range(1, 2.2);
    const arm = new Path(14 - shoulder + 0.8, top + 0.6)
      .bend(out + 0.5, top + 1, out, top + sleeve)
      .to(out + 2.2, top + sleeve + 0.6)
      .to(14 - bust + 0.3, top + 6);
    raster.area(arm.points).area(mirrored(arm.points)).paint(cloth, prng.range(0.75, 0.95));
  }
  const half = new Path(14, top + prng.range(1, 4.5))
    .to(14 - neck, top)
    .to(14 - shoulder, top + 0.6)
    .to(14 - bust, top + 5.5)
    .bend(14 - waist, waistline - 2, 14 - waist, waistline)
    .bend(14 - waist, waistline + 5, 14 - hem, bottom)
    .bend(14 - hem / 2, bottom + 0.7, 14, bottom + 0.7);
  raster.area(symmetric(half.points)).paint(cloth);
  if (prng.chance(0.55)) {
    raster
      .line([14 - waist, waistline, 14 + waist, waistline], prng.range(0.6, 1.4))
      .shade(prng.range(0.4, 0.8));
  }
  if (prng.chance(0.5)) {
    const fold = [14 - waist * 0.4, waistline + 2, 14 - hem * 0.5, bottom];
    raster.line(fold, 0.7).line(mirrored(fold), 0.7).shade(prng.range(0.6, 0.85));
  }
}

/** A body with corners that are rounded a little, and a handle, a strap or only a flap. */
export function drawBag(raster: Raster, cloth: Float64Array, prng: Prng): void {
  const top = prng.range(6.5, 14);
  const bottom = Math.min(26.5, top + prng.range(9, 15.5));
  const upper = prng.range(7, 11.5);
  const lower = upper + prng.range(-0.6, 1.6);
  const round = prng.range(0.4, 2.6);
  if (prng.chance(0.78)) {
    const half = upper * prng.range(0.3, 0.95);
    const peak = Math.max(0.8, top - prng.range(1.5, 12));
    const handle = new Path(14 - half, top + 0.5)
      .bend(14 - half, peak, 14, peak)
      .bend(14 + half, peak, 14 + half, top + 0.5);
    raster.line(handle.points, prng.range(0.8, 1.8)).paint(cloth, prng.range(0.65, 1));
  }
  const half = new Path(14, top)
    .to(14 - upper + round, top)
    .bend(14 - upper, top, 14 - upper, top + round)
    .to(14 - lower, bottom - round)
    .bend(14 - lower, bottom, 14 - lower + round, bottom)
    .to(14, bottom);
  raster.area(symmetric(half.points)).paint(cloth);
  if (prng.chance(0.5)) {
    const depth = top + (bottom - top) * prng.range(0.3, 0.6);
    const flap = new Path(14 - upper, top + 1).bend(14 - upper * 0.8, depth, 14, depth);
    raster.line(flap.points, 0.8).line(mirrored(flap.points), 0.8).shade(prng.range(0.35, 0.7));
  } else {
    raster.line([14 - upper, top + 1.5, 14 + upper, top + 1.5], 0.8).shade(prng.range(0.4, 0.8));
  }
  if (prng.chance(0.5)) {
    const y = top + (bottom - top) * 0.5;
    raster.area([13, y - 1, 15, y - 1, 15, y + 1, 13, y + 1]).shade(prng.chance(0.5) ? 0.4 : 1.5);
  }
}
