import { mirrored, Path, symmetric } from './path.ts';
import type { Prng } from './prng.ts';
import type { Raster } from './raster.ts';

/** The cut of a garment for the upper body, in pixels from the middle line or the image's top. */
interface Cut {
  readonly top: number;
  readonly bottom: number;
  readonly shoulder: number;
  readonly chest: number;
  readonly hem: number;
  readonly neck: number;
  readonly neckDepth: number;
  /** 0 = sleeveless, about 0.3 = short, 1 = down to the hem. */
  readonly sleeve: number;
  /** How far the cuff stands out from the shoulder. */
  readonly spread: number;
}

/** Short sleeves, a round or pointed neck, now and then a print on the chest. */
export function drawTShirt(raster: Raster, cloth: Float64Array, prng: Prng): void {
  const cut = {
    ...commonCut(prng),
    bottom: prng.range(23.5, 26),
    neckDepth: prng.range(1.5, 4.5),
    sleeve: prng.chance(0.12) ? 0 : prng.range(0.18, 0.45),
    spread: prng.range(2, 4.5),
  };
  drawCut(raster, cloth, cut, prng);
  if (prng.chance(0.35)) {
    const half = prng.range(1.5, 4);
    const y = prng.range(10, 13);
    const height = prng.range(2, 6);
    raster
      .area([14 - half, y, 14 + half, y, 14 + half * 0.8, y + height, 14 - half * 0.8, y + height])
      .shade(prng.chance(0.5) ? prng.range(0.35, 0.75) : prng.range(1.2, 1.6));
  }
}

/** Long sleeves, ribbed hem, sometimes a high collar, now and then a zip. */
export function drawPullover(raster: Raster, cloth: Float64Array, prng: Prng): void {
  const cut = { ...commonCut(prng), ...longSleeves(prng), neckDepth: prng.range(0.6, 3.2) };
  drawCut(raster, cloth, cut, prng);
  const rib = prng.range(0.65, 0.95);
  raster
    .area([
      14 - cut.hem,
      cut.bottom - 1.8,
      14 + cut.hem,
      cut.bottom - 1.8,
      14 + cut.hem,
      28,
      14 - cut.hem,
      28,
    ])
    .shade(rib);
  if (prng.chance(0.3)) {
    const high = cut.top - prng.range(0.8, 1.8);
    const half = cut.neck * 0.9;
    raster
      .area([14 - half, high, 14 + half, high, 14 + half, cut.top + 1.5, 14 - half, cut.top + 1.5])
      .paint(cloth, rib);
  }
  raster.line(neckline(cut, 0.4), 1).shade(rib);
  if (prng.chance(0.12)) {
    const front = cut.top + cut.neckDepth;
    raster.line([14, front, 14, front + prng.range(4, 20)], 0.7).shade(prng.range(0.4, 0.8));
  }
}

/** Long and wide with long sleeves, open or buttoned along the front, often with lapels. */
export function drawCoat(raster: Raster, cloth: Float64Array, prng: Prng): void {
  const common = commonCut(prng);
  const cut = {
    ...common,
    ...longSleeves(prng),
    bottom: prng.range(25, 27.5),
    hem: common.hem + prng.range(0, 1.2),
    neckDepth: prng.range(1, 5.5),
  };
  drawCut(raster, cloth, cut, prng);
  const front = cut.top + cut.neckDepth;
  if (prng.chance(0.3)) {
    const gap = prng.range(0.4, 1.6);
    raster
      .area([14, front - 1, 14 + gap, cut.bottom + 1, 14 - gap, cut.bottom + 1])
      .shade(prng.range(0.1, 0.4));
  } else if (prng.chance(0.85)) {
    raster.line([14, front, 14, cut.bottom], prng.range(0.5, 1.1)).shade(prng.range(0.3, 0.85));
  }
  if (prng.chance(0.6)) {
    const lapel = [
      14 - cut.neck,
      cut.top,
      14 - cut.neck - 1.3,
      cut.top + 2.4,
      14,
      front + 2.2,
      14,
      front,
    ];
    raster
      .area(lapel)
      .area(mirrored(lapel))
      .shade(prng.chance(0.5) ? 0.7 : 1.25);
  }
  if (prng.chance(0.4)) {
    const y = prng.range(16.5, 19);
    const pocket = [14 - cut.chest + 1, y, 14 - 2, y + 0.6];
    raster.line(pocket, 0.7).line(mirrored(pocket), 0.7).shade(0.55);
  }
}

/** A folded collar and a line of buttons; long sleeves, now and then short ones. */
export function drawShirt(raster: Raster, cloth: Float64Array, prng: Prng): void {
  const long = prng.chance(0.7);
  const cut = {
    ...commonCut(prng),
    ...longSleeves(prng),
    neckDepth: prng.range(1.5, 4),
    ...(long ? {} : { sleeve: prng.range(0.22, 0.5), spread: prng.range(2, 4) }),
  };
  drawCut(raster, cloth, cut, prng);
  const front = cut.top + cut.neckDepth;
  if (prng.chance(0.75))
    raster.line([14, front, 14, cut.bottom], 0.7).shade(prng.range(0.55, 0.85));
  if (prng.chance(0.75)) {
    const collar = [
      14 - cut.neck - 0.6,
      cut.top + 0.2,
      14 - cut.neck + 0.6,
      cut.top + 3.2,
      14,
      front,
    ];
    raster
      .area(collar)
      .area(mirrored(collar))
      .shade(prng.chance(0.5) ? 0.75 : 1.2);
  }
  if (prng.chance(0.3)) {
    raster.area([15.5, 11, 18.5, 11, 18.5, 13.5, 15.5, 13.5]).shade(0.8);
  }
}

function commonCut(prng: Prng): Cut {
  const chest = prng.range(5.4, 7.4);
  return {
    top: prng.range(2, 4),
    bottom: prng.range(23.5, 26.5),
    shoulder: chest + prng.range(0.2, 1.5),
    chest,
    hem: chest + prng.range(-0.8, 0.9),
    neck: prng.range(2, 3.4),
    neckDepth: 2,
    sleeve: 0,
    spread: 0,
  };
}

function longSleeves(prng: Prng): { sleeve: number; spread: number } {
  return { sleeve: prng.range(0.75, 1), spread: prng.range(0.8, 3.4) };
}

/** Sleeves first, then a dark seam around the body, then the body. */
function drawCut(raster: Raster, cloth: Float64Array, cut: Cut, prng: Prng): void {
  const { top, bottom, shoulder, chest, hem, neck, neckDepth } = cut;
  const slope = top + prng.range(1.2, 2.4);
  const armpit = slope + prng.range(4, 5.5);
  if (cut.sleeve > 0) {
    const sleeve = sleeveOutline(cut, slope, armpit);
    raster.area(sleeve).area(mirrored(sleeve)).paint(cloth, prng.range(0.82, 1));
  }
  const body = new Path(14, top + neckDepth)
    .bend(14 - neck * 0.9, top + neckDepth, 14 - neck, top)
    .to(14 - shoulder, slope)
    .to(14 - chest, armpit)
    .to(14 - hem, bottom)
    .bend(14 - hem / 2, bottom + 0.6, 14, bottom + 0.6);
  const seam = [14 - shoulder, slope, 14 - chest, armpit, 14 - hem, bottom];
  if (cut.sleeve > 0.5)
    raster.line(seam, 1.2).line(mirrored(seam), 1.2).shade(prng.range(0.2, 0.7));
  raster.area(symmetric(body.points)).paint(cloth);
}

function sleeveOutline(cut: Cut, slope: number, armpit: number): number[] {
  const { bottom, shoulder, chest, sleeve, spread } = cut;
  const length = sleeve * (bottom - 1 - slope);
  const outer = 14 - shoulder - spread;
  // A short sleeve ends across its own direction, a long one hangs and ends level.
  const drop = sleeve < 0.6 ? 1.6 : 0.3;
  const width = sleeve < 0.6 ? 4 : 2.8;
  return new Path(14 - shoulder + 0.8, slope - 0.3)
    .bend(outer + 0.6, slope + 0.4, outer, slope + length)
    .to(outer + width, slope + length + drop)
    .to(14 - chest + 0.4, armpit + 0.5).points;
}

/** The edge of the neck opening, `below` pixels under it, from left to right. */
function neckline(cut: Cut, below: number): number[] {
  const depth = cut.top + cut.neckDepth + below;
  return new Path(14 - cut.neck, cut.top + below)
    .bend(14 - cut.neck * 0.9, depth, 14, depth)
    .bend(14 + cut.neck * 0.9, depth, 14 + cut.neck, cut.top + below).points;
}
