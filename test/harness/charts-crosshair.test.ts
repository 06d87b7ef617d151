import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { curvesOf, tableOf } from '../../src/harness/page/charts/curves.ts';
import { QUANTITIES } from '../../src/harness/page/charts/kinds.ts';
import { firstFrom, isRead, nearest } from '../../src/harness/page/charts/places.ts';
import { pointsAt, readingsAt, spoken } from '../../src/harness/page/charts/readings.ts';
import { placeBox, type Spot, spotsAlong } from '../../src/harness/page/charts/readout-place.ts';
import { bySeed } from '../../src/harness/page/charts/seeds.ts';
import { PLAIN } from '../../src/harness/page/charts/view.ts';
import { aRun, sceneOf } from './charts-runs.ts';

const { loss } = QUANTITIES;

test('the crosshair reads the nearest point of each run, and says if that is of another epoch', () => {
  const short = aRun(1, { losses: [0.9, 0.8], live: 4 });
  const long = aRun(2, { losses: [0.7, 0.6, 0.5, 0.4] });
  const { epochs, rows } = readingsAt(sceneOf('loss', [short, long]), 3.4);
  assert.equal(epochs, { tested: '3', training: '2' });
  assert.equal(
    rows.map(({ name, tested }) => [name, tested]),
    [
      ['Model 2 #1', '0.8000 (epoch 2)'],
      ['Model 2 #2', '0.5000'],
    ],
  );
  assert.is(rows[0].training, '0.6250', 'the only one is headed by its own epoch');
  assert.is(
    nearest({ at: 0, kind: 'tested', faint: false, x: [1, 2], y: [null, null] }, 1),
    undefined,
  );
});

test('the point that is marked is the one that is read, and its epoch heads it, wherever the pointer is', () => {
  const runs = [
    aRun(1, { losses: [0.9, 0.8, 0.7], live: 40 }),
    aRun(2, { losses: [0.6, 0.5, 0.4], live: 7 }),
    aRun(3, { losses: [0.3], live: 3 }),
  ];
  for (const view of [PLAIN, { ...PLAIN, window: 3 }, { ...PLAIN, zoom: [1.1, 2.4] as const }]) {
    const scene = sceneOf('loss', runs, view);
    const [places, ...columns] = tableOf(scene.curves);
    const [from, to] = view.zoom ?? [0, 3];
    for (let epoch = from; epoch <= to; epoch += 0.01) {
      const { epochs, rows } = readingsAt(scene, epoch);
      const points = pointsAt(scene, epoch);
      for (const [i, curve] of scene.curves.entries()) {
        if (!isRead(curve) || curve.kind !== 'tested') continue;
        // The mark: the table's place of the point.
        const point = nearest(curve, epoch, view.zoom);
        if (!point) throw new Error('a run without a point');
        const place = firstFrom(places, point.x);
        assert.is(columns[i][place], point.y);
        assert.equal(points[curve.at].tested, point);
        const head = Number(epochs.tested);
        const own = point.x === head ? '' : ` (epoch ${point.x})`;
        assert.is(rows[curve.at].tested, `${point.y.toFixed(4)}${own}`);
      }
    }
  }
  const scene = sceneOf('loss', runs);
  const at = readingsAt(scene, 1.64);
  assert.equal(
    [at.epochs.tested, ...at.rows.map(({ tested }) => tested)],
    ['2', '0.8000', '0.5000', '0.3000 (epoch 1)'],
  );
  // Points while training come at no fixed time. By hand: 1.65 of 40, 1.714 of 7, 1 of 3.
  assert.is(at.epochs.training, '≈\u00a01.65');
  assert.match(at.rows[2].training, /\(epoch 1\)$/);
  assert.not.match(at.rows[1].training, /epoch/);
  assert.match(spoken(scene, 1.64), /^Loss, epoch 1\.64; Model 2 #1: 0\.8000 \(epoch 2\); /);
  assert.match(spoken(scene, 2), /^Loss, epoch 2; Model 2 #1: 0\.8000; .*#3: 0\.3000 \(epoch 1\)$/);
});

test('of points at one place the later one is read, and of those seen one is rather read than one that is not', () => {
  const curve = { at: 0, kind: 'tested', faint: false } as const;
  const x = [1, 2, 2, 3, 5];
  const y = [10, 20, 21, null, 50];
  assert.equal(nearest({ ...curve, x, y }, 2.2), { x: 2, y: 21 });
  assert.equal(nearest({ ...curve, x, y }, 0), { x: 1, y: 10 });
  assert.equal(nearest({ ...curve, x, y }, 9), { x: 5, y: 50 });
  assert.equal(nearest({ ...curve, x, y }, 3.5), { x: 2, y: 21 }, 'of two as near the earlier one');
  assert.equal(nearest({ ...curve, x, y }, 1.2, [1.1, 5]), { x: 2, y: 21 });
  assert.equal(nearest({ ...curve, x, y }, 2.9, [2.8, 3.2]), { x: 2, y: 21 }, 'none is seen');
});

test('what is read of a band is its mean as it is drawn, with the deviation at its epoch', () => {
  const runs = [1, 2].map((seed) =>
    aRun(seed, { query: `model=2&seed=${seed}`, losses: [1, 0.2 * seed, 1, 0.01 * seed ** 3] }),
  );
  const read = (change: Partial<typeof PLAIN>, epoch: number): string => {
    const view = { ...PLAIN, ...change };
    const shown = bySeed(runs);
    const curves = curvesOf(shown, loss.of, view);
    const scene = { ...sceneOf('loss', []), view, shown, curves };
    return readingsAt(scene, epoch).rows[0].tested;
  };
  // By hand: 0.2 and 0.4; their deviation is 0.2 / √2.
  assert.is(read({}, 2), '0.3000\u00a0±\u00a00.1414');
  // The lower edge has no logarithm after epoch 4; 0.01 and 0.08: 0.07 / √2.
  assert.is(read({ log: true }, 4), '0.04500\u00a0±\u00a00.04950');
  // Smoothed, the mean of 1, 0.3 and 1.
  assert.match(read({ window: 3 }, 2), /^0\.7667/);
});

const drawing = { left: 50, top: 10, width: 300, height: 200 };

/** Where a box stands in a chart of 460 pixels, whose axes and labels are around the drawing. */
const placed = (
  line: number,
  spots: readonly Spot[],
  { read = [], size = { width: 120, height: 80 }, window = { top: -500, bottom: 900 } } = {} as {
    read?: readonly Spot[];
    size?: { width: number; height: number };
    window?: { top: number; bottom: number };
  },
) => placeBox(size, { line, drawing, chart: { width: 460, height: 264 }, window, spots, read });

test('the box at the crosshair stands beside the line, where it covers no curve, no point that is read and no tick', () => {
  assert.equal(placed(100, []), { left: 112, top: 14 }, 'on the side that has more room');
  assert.equal(placed(300, []), { left: 168, top: 14 });
  const across = Array.from({ length: 60 }, (_, i): Spot => [50 + 5 * i, 20]);
  assert.is(placed(100, across).top, 126, 'below a curve at the top');
  assert.equal(placed(100, [], { read: [[150, 40]] }), { left: 340, top: 14 }, 'off what is read');
  const slope = spotsAlong(
    [
      [50, 20],
      [350, 200],
    ],
    drawing,
  );
  for (let line = 60; line < 350; line += 10) {
    const read: Spot[] = [[line + 20, 20 + ((line + 20 - 50) * 180) / 300]];
    const { left, top } = placed(line, slope, { read });
    const within = ([x, y]: Spot): boolean =>
      x >= left && x <= left + 120 && y >= top && y <= top + 80;
    assert.not.ok(slope.some(within), `${line}: over the curve`);
    assert.not.ok(read.some(within), `${line}: over its point`);
    assert.ok(left >= drawing.left, `${line}: over the ticks`);
  }
});

test('the box at the crosshair stands over or under a chart that has no room for it', () => {
  const everywhere = [20, 60, 100, 150, 200].flatMap((y) =>
    Array.from({ length: 60 }, (_, i): Spot => [50 + 7 * i, y]),
  );
  assert.is(placed(100, everywhere).top, -84, 'over it');
  const low = { top: -20, bottom: 900 };
  assert.is(
    placed(100, everywhere, { window: low }).top,
    268,
    'that is out of the window: under it',
  );
  const none = { top: 0, bottom: 264 };
  const inside = placed(100, everywhere, { window: none });
  assert.ok(inside.top >= 0 && inside.top + 80 <= 264, 'there is no room around it');
  // Wider than the drawing: it would cover ticks or labels.
  const size = { width: 320, height: 60 };
  const labels = [100, 120].map((y): Spot => [370, y]);
  const wide = placed(200, [...everywhere, ...labels], { size });
  assert.is(wide.top, -64);
  assert.ok(wide.left >= 0 && wide.left + size.width <= 460);
});

test('a curve is known between its points, within what is seen, and not where it has a gap', () => {
  const straight = spotsAlong(
    [
      [-1000, 100],
      [1000, 100],
    ],
    drawing,
  );
  assert.ok(straight.every(([x, y]) => x >= 50 && x <= 350 && y === 100));
  for (let x = 60; x < 350; x++) assert.ok(straight.some((spot) => Math.abs(spot[0] - x) <= 8));
  assert.equal(spotsAlong([[60, 1], null, [300, 1]], drawing), [
    [60, 1],
    [300, 1],
  ]);
  assert.equal(
    spotsAlong(
      [
        [360, 1],
        [400, 1],
      ],
      drawing,
    ),
    [],
  );
});

test.run();
