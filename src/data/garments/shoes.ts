import { Path } from './path.ts';
import type { Prng } from './prng.ts';
import type { Raster } from './raster.ts';

// As in the real data set, every shoe points its toe to the left.

/** Low and closed, on an even sole of another shade, with laces. */
export function drawSneaker(raster: Raster, cloth: Float64Array, prng: Prng): void {
  const ground = prng.range(19.5, 22.5);
  const sole = ground - prng.range(1.2, 2.6);
  const toe = prng.range(1.4, 3);
  const heel = prng.range(25, 26.6);
  // A share are high-tops, which reach up to where ankle boots begin.
  const high = prng.chance(0.15) ? prng.range(2, 6) : 0;
  const back = prng.range(10.5, 13.5) - high;
  const tongue = prng.range(9.5, 12) - high;
  const vamp = prng.range(13, 16);
  const upper = new Path(heel - 0.6, sole + 0.3)
    .bend(heel + 0.3, back + 3, heel - 0.8, back)
    .bend(heel - 4, back + prng.range(1.5, 3.5), vamp + 2, tongue)
    .to(vamp, tongue + 0.3)
    .to(toe + 6, sole - prng.range(2.4, 3.6))
    .bend(toe + 0.4, sole - 2.4, toe + 0.3, sole + 0.3);
  raster.area(upper.points).paint(cloth);
  const laces = prng.index(4);
  for (let i = 0; i < laces; i++) {
    const x = vamp - 0.6 - i * 1.9;
    raster.line([x, tongue + 1.6 + i * 1.1, x + 2.2, tongue + 2.8 + i * 1.1], 0.7);
  }
  raster.shade(prng.chance(0.5) ? 0.5 : 1.5);
  if (prng.chance(0.5)) {
    const x = prng.range(13, 18);
    raster
      .line([x, sole, x + 3.5, back + 2.6], prng.range(0.8, 1.8))
      .shade(prng.chance(0.5) ? 0.5 : 1.5);
  }
  const edge = new Path(heel, sole)
    .to(heel, ground - 0.4)
    .bend(14, ground + 0.5, toe + 1, ground - 0.2)
    .bend(toe - 0.6, ground - 0.8, toe, sole);
  raster
    .area(edge.points)
    .paint(cloth, prng.chance(0.6) ? prng.range(1.15, 1.5) : prng.range(0.4, 0.8));
}

/** A shaft up to the ankle over a closed foot, with a low or high heel. */
export function drawAnkleBoot(raster: Raster, cloth: Float64Array, prng: Prng): void {
  const top = prng.range(2.5, 9);
  const ground = prng.range(23, 25.5);
  const lift = prng.chance(0.45) ? prng.range(2.5, 6) : prng.range(0.6, 1.6);
  const toe = prng.range(2, 4.5);
  const heel = prng.range(23, 25.5);
  const front = heel - prng.range(8.5, 11.5);
  const arch = ground - lift;
  const boot = new Path(front, top)
    .to(heel - prng.range(0, 1), top + prng.range(-0.6, 0.6))
    .bend(heel - 1.2, (top + arch) / 2, heel, arch)
    .to(heel - 4.5, arch + 0.2)
    .bend(14, ground - lift * 0.2, toe + 7, ground)
    .to(toe + 0.8, ground)
    .bend(toe - 0.8, ground - 2, toe + 2.2, ground - prng.range(3.6, 5))
    .bend(front - 0.4, ground - 6.5, front + 0.2, ground - prng.range(8.5, 10.5));
  raster.area(boot.points).paint(cloth);
  raster
    .area([heel - prng.range(2.2, 5), arch, heel, arch, heel - 0.3, ground, heel - 2.6, ground])
    .paint(cloth, prng.range(0.5, 0.9));
  raster.line([toe + 0.3, ground - 0.4, toe + 8, ground - 0.3], 0.8).shade(prng.range(0.35, 0.8));
  if (prng.chance(0.5)) {
    const x = front + prng.range(2.5, 5);
    raster.line([x, top + 0.5, x + 0.8, arch - 4], 0.8).shade(prng.range(0.35, 0.7));
  }
  if (prng.chance(0.4)) {
    const y = prng.range(12, 15);
    raster.line([front, y + 1, heel - 0.6, y], prng.range(0.7, 1.4)).shade(prng.range(0.4, 0.75));
  }
}

/** A bare sole, flat, wedge or on a high heel, held by thin straps. */
export function drawSandal(raster: Raster, cloth: Float64Array, prng: Prng): void {
  const ground = prng.range(20, 24);
  const toe = prng.range(1.5, 3.5);
  const heel = prng.range(24, 26.3);
  const high = prng.chance(0.55);
  const lift = high ? prng.range(5, 9.5) : prng.range(0, 1.8);
  const arch = ground - lift;
  const thick = prng.range(1, 2);
  const sole = new Path(toe, ground - thick)
    .bend(toe - 0.6, ground, toe + 1, ground)
    .to(toe + 7, ground)
    .bend(16, ground - lift * 0.15, heel - 3, arch + thick)
    .to(heel, arch + thick)
    .to(heel, arch)
    .bend(17, arch - 0.4, toe + 7.5, ground - thick);
  raster.area(sole.points).paint(cloth);
  if (high) {
    const foot = heel - prng.range(0.2, 1.6);
    const wide = prng.range(0.9, 4.5);
    raster
      .area([heel - wide, arch + 0.5, heel, arch + 0.5, foot, ground, foot - 1, ground])
      .paint(cloth, prng.range(0.6, 1));
  }
  drawStraps(raster, { toe, heel, base: ground - thick + 0.3, arch }, prng);
  raster.paint(cloth, prng.range(0.75, 1.1));
}

/** A band over the toes, and often a strap around the ankle and one that joins the two. */
function drawStraps(
  raster: Raster,
  foot: { toe: number; heel: number; base: number; arch: number },
  prng: Prng,
): void {
  const { toe, heel, base, arch } = foot;
  const strap = prng.range(0.9, 1.9);
  const band = prng.range(5, 8.5);
  const instep = base - prng.range(2.4, 4.4);
  const start = toe + prng.range(0.8, 2.5);
  raster.line(
    new Path(start, base).bend(start + 1, instep - 1.5, start + band, instep).points,
    strap,
  );
  raster.line([start + band, instep, start + band + prng.range(0.5, 2.5), base - 0.4], strap);
  if (prng.chance(0.4)) raster.line([start + 2.5, base, start + band, instep], strap);
  if (prng.chance(0.2)) return;
  const ankle = Math.min(arch - prng.range(3, 7), instep - 1);
  const front = heel - prng.range(6, 8.5);
  raster.line(
    new Path(heel - 0.4, arch).bend(heel + 0.6, ankle + 2, heel - 0.8, ankle).points,
    strap,
  );
  raster.line([heel - 0.8, ankle, front, ankle + 1.6], strap);
  if (prng.chance(0.7)) raster.line([front, ankle + 1.6, start + band, instep], strap);
  else raster.line([front, ankle + 1.6, front + 1, arch + 1.4], strap);
}
