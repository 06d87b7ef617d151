import { readFileSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { endsOf, epochsOf, valuesOf } from '../../src/harness/page/charts/axes.ts';
import {
  colourOf,
  dashesOf,
  RUN_COLOURS,
  strokeOf,
  swatchBackground,
} from '../../src/harness/page/charts/colours.ts';
import { curvesOf, nearest, tableOf } from '../../src/harness/page/charts/curves.ts';
import { haveAccuracy } from '../../src/harness/page/charts/kept.ts';
import { QUANTITIES } from '../../src/harness/page/charts/kinds.ts';
import { cut, endLabels, LABEL_HEIGHT, nameIn } from '../../src/harness/page/charts/labels.ts';
import { readingsAt } from '../../src/harness/page/charts/readings.ts';
import { placeBox } from '../../src/harness/page/charts/readout-place.ts';
import { alone, bySeed } from '../../src/harness/page/charts/seeds.ts';
import { movingMean } from '../../src/harness/page/charts/smoothing.ts';
import { logTicks } from '../../src/harness/page/charts/ticks.ts';
import { PLAIN } from '../../src/harness/page/charts/view.ts';
import { zoomBy } from '../../src/harness/page/charts/zoom.ts';
import type { RunRecord } from '../../src/harness/page/notebook/run-store.ts';
import { fiveSeeds, moreSeeds, withSeeds } from '../../src/harness/page/notebook/seeds.ts';
import { aRun, sceneOf } from './charts-runs.ts';

const { loss, accuracy } = QUANTITIES;

test('a moving mean leaves a straight line and both ends as they are, and is no wider than its window', () => {
  const x = [0, 1, 2, 3, 4, 5, 6];
  assert.equal(movingMean(x, [0, 2, 4, 6, 8, 10, 12], 4), [0, 2, 4, 6, 8, 10, 12]);
  // By hand: at 3 the mean of 2, 3 and 4; at both ends the value itself.
  assert.equal(
    movingMean(x, [6, 0, 3, 0, 3, 0, 9], 2).map((value) => value && Number(value.toFixed(9))),
    [6, 3, 1, 2, 1, 4, 9],
  );
  assert.equal(movingMean([0, 1, 2, 3, 4], [1, null, 4, null, 7], 2), [1, null, 4, null, 7]);
  assert.equal(movingMean([0, 1], [3, 5], 0), [3, 5]);
});

test('a moving mean is that of all values within half a window, at uneven places too', () => {
  let state = 1;
  const random = (): number => {
    state = (state * 48271) % 2147483647;
    return state / 2147483647;
  };
  const x = Array.from({ length: 200 }, random).sort((a, b) => a - b);
  const y = x.map(() => (random() < 0.1 ? null : random()));
  const known = x.filter((_, i) => y[i] !== null);
  const [first, last] = [known[0], known[known.length - 1]];
  const window = 0.11;
  movingMean(x, y, window).forEach((mean, i) => {
    if (y[i] === null) {
      assert.is(mean, null);
      return;
    }
    const half = Math.min(window / 2, x[i] - first, last - x[i]) + 1e-9;
    const near = y.filter((value, k) => value !== null && Math.abs(x[k] - x[i]) <= half);
    const wanted = near.reduce<number>((sum, value) => sum + Number(value), 0) / near.length;
    assert.ok(Math.abs(Number(mean) - wanted) < 1e-9, `${i}`);
  });
});

test('ticks of a logarithmic scale are powers of ten with 2 and 5 between, or even within a decade', () => {
  assert.equal(logTicks(0.009, 2, 10), [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2]);
  assert.equal(logTicks(1e-6, 1, 4), [1e-6, 1e-4, 1e-2, 1]);
  assert.equal(logTicks(0.3, 0.7, 5), [0.3, 0.4, 0.5, 0.6, 0.7]);
});

test('a table of curves has every point of each, of two at one place the later one', () => {
  const curve = { at: 0, kind: 'tested', faint: false } as const;
  const table = tableOf([
    { ...curve, x: [1, 2, 2, 4], y: [10, 20, 21, null] },
    { ...curve, x: [2, 3], y: [5, 6] },
  ]);
  assert.equal(table, [
    [1, 2, 3, 4],
    [10, 21, undefined, null],
    [undefined, 5, 6, undefined],
  ]);
});

test('a logarithmic loss leaves out what has no logarithm, and keeps all in its scale', () => {
  const run = aRun(1, { losses: [0.5, 0, Number.NaN, 0.05] });
  const curves = curvesOf(alone([run]), loss.of, { ...PLAIN, log: true });
  assert.equal(curves.at(-1)?.y, [0.5, null, null, 0.05]);
  const [least, largest] = endsOf(valuesOf(curves, [], PLAIN), true);
  assert.ok(least > 0 && least < 0.05 && largest > 0.5);
  assert.equal(endsOf(undefined, true), [0.1, 1]);
});

test('smoothed curves lie over what was measured; tests an epoch apart need a wider window', () => {
  const run = aRun(1, { losses: [1, 2, 3, 4], live: 20 });
  const kinds = (window: number) =>
    curvesOf(alone([run]), loss.of, { ...PLAIN, window }).map(
      ({ kind, faint }) => kind + (faint ? ' faint' : ''),
    );
  assert.equal(kinds(0), ['training', 'tested']);
  assert.equal(kinds(1), ['training faint', 'training', 'tested']);
  assert.equal(kinds(3), ['training faint', 'training', 'tested faint', 'tested']);
});

test('no label covers another, whatever curves and lines to compare with lie together', () => {
  for (const count of [1, 5, 12, 40]) {
    const runs = Array.from({ length: count }, (_, i) =>
      aRun(i + 1, { losses: [1, i % 3 > 0 ? 0.33 : 1.19] }),
    );
    const scene = sceneOf('loss', runs);
    const references = [0.32, 0.33, 0.51].map((y) => ({ y, label: `line ${y}` }));
    const frame = {
      ...{ right: 300, top: 10, bottom: 250 },
      ...{ xOf: (x: number) => x, yOf: (y: number) => 250 - 200 * y },
    };
    const labels = endLabels(scene.shown, scene.curves, references, loss, PLAIN, frame);
    const places = labels.map(({ place }) => place).sort((a, b) => a - b);
    assert.is(labels.length, Math.min(count + 3, 16));
    assert.is(labels.filter(({ at }) => at === undefined).length, 3, 'lines keep theirs');
    for (const [i, place] of places.entries()) {
      assert.ok(place >= 10 + LABEL_HEIGHT / 2 - 1e-9 && place <= 250 - LABEL_HEIGHT / 2 + 1e-9);
      if (i > 0) assert.ok(place - places[i - 1] >= LABEL_HEIGHT - 1e-9, `${count}: ${places}`);
    }
    // The run that somebody points at has one before all others.
    const lit = endLabels(
      scene.shown,
      scene.curves,
      references,
      loss,
      { ...PLAIN, lit: 'key 1' },
      frame,
    );
    assert.ok(lit.some(({ at }) => at === 0));
  }
});

test('if the weights of the best epoch are kept, the label shows its value, and says so', () => {
  const frame = {
    ...{ right: 300, top: 10, bottom: 250 },
    ...{ xOf: (x: number) => x, yOf: (y: number) => 250 - 200 * y },
  };
  const labelled = (run: RunRecord, view = PLAIN): string[] => {
    const { shown, curves } = sceneOf('loss', [run], view);
    return endLabels(shown, curves, [], loss, view, frame).map(({ value }) => value);
  };
  const run = aRun(1, { losses: [0.5, 0.3, 0.4] });
  assert.equal(labelled(run), ['0.400']);
  assert.equal(labelled({ ...run, kept: 3 }), ['0.400'], 'the last one is the best');
  assert.equal(labelled({ ...run, kept: 2 }), ['best 0.300']);
  assert.equal(labelled({ ...run, kept: 2 }, { ...PLAIN, zoom: [0, 1] }), ['0.500'], 'of a part');
  const other = aRun(2, { losses: [0.4, 0.1, 0.2] });
  const networks = [run, other].map(({ history }, i) => ({ run: i, seed: i, history, kept: 2 }));
  assert.equal(labelled({ ...run, networks }), ['best 0.200'], 'the mean of the best ones');
});

test('a chart of accuracies is shown as long as a run may have one', () => {
  const run = aRun(1, { losses: [0.5] });
  const history = run.history.map((record) => ({ ...record, train: { loss: 1, accuracy: null } }));
  const none = { ...run, history };
  const number = { name: 'price', mean: 1, deviation: 2 };
  const begun = { ...run, history: [] };
  assert.is(haveAccuracy([run]), true);
  assert.is(haveAccuracy([none]), false);
  assert.is(haveAccuracy([none, run]), true);
  assert.is(haveAccuracy([begun]), true);
  assert.is(haveAccuracy([{ ...begun, query: 'model=autoencoder' }]), false);
  const dataset = run.dataset && { ...run.dataset, number };
  assert.is(haveAccuracy([{ ...begun, dataset }]), false);
});

test('a name that is cut keeps the number that tells runs apart', () => {
  const widthOf = (text: string): number => text.length;
  assert.is(cut('784–16–10 #3', 12, widthOf), '784–16–10 #3');
  assert.is(cut('784–16–10 #3', 9, widthOf), '784–1… #3');
  assert.is(cut('784–16–10 #3', 6, widthOf), '#3');
  assert.is(cut('Table I, Model 2', 10, widthOf), 'Table I… 2');
  assert.is(cut('784–16–10, rate 0.001 #3', 20, widthOf), '784–…, rate 0.001 #3');
  assert.is(cut('784–16–10, rate 0.001 #3', 19, widthOf), 'rate 0.001 #3');
  assert.is(cut('784–16–10, rate 0.001 #3', 12, widthOf), '784–16–1… #3');
  assert.is(cut('784–16–10, rate 0.001 #3', 2, widthOf), '#3');
  assert.is(cut('784–16–10, rate 0.001 #3', 1, widthOf), '');
  const line = { name: 'Table I, Model 2', short: 'Table I' };
  assert.is(nameIn(line, 16, widthOf), 'Table I, Model 2');
  assert.is(nameIn(line, 15, widthOf), 'Table I');
  assert.is(nameIn(line, 6, widthOf), '2');
  // A name of any length is cut with few measurements, since each takes longer than the last.
  let measured = 0;
  const counted = (text: string): number => {
    measured++;
    return text.length;
  };
  assert.is(cut(`${'x'.repeat(20_000)} #3`, 12, counted), 'xxxxxxxx… #3');
  assert.ok(measured < 20, `${measured} measurements`);
});

test('the crosshair reads the nearest point of each run, and says if that is far', () => {
  const short = aRun(1, { losses: [0.9, 0.8], live: 4 });
  const long = aRun(2, { losses: [0.7, 0.6, 0.5, 0.4] });
  const readings = readingsAt(sceneOf('loss', [short, long]), 3.4);
  assert.equal(
    readings.map(({ name, tested }) => [name, tested]),
    [
      ['Model 2 #1', '0.8000 (epoch 2)'],
      ['Model 2 #2', '0.5000'],
    ],
  );
  assert.match(readings[0].training, '(epoch 2)');
  assert.is(
    nearest({ at: 0, kind: 'tested', faint: false, x: [1, 2], y: [null, null] }, 1),
    undefined,
  );
});

test('runs that differ in their seeds alone are one: its mean and deviation are those of its members', () => {
  const runs = [
    aRun(1, { query: 'model=2&seed=1', losses: [0.5, 0.4] }),
    aRun(2, { query: 'model=2&lr=0.1', losses: [0.9] }),
    aRun(3, { query: 'seed=2&model=2', losses: [0.7, 0.6, 0.5] }),
    aRun(4, { query: 'model=2', losses: [0.5], data: 'others' }),
  ];
  const shown = bySeed(runs);
  assert.equal(
    shown.map(({ keys }) => keys),
    [['key 1', 'key 3'], ['key 2'], ['key 4']],
  );
  const [{ run }] = shown;
  assert.equal(
    run.networks.map(({ seed }) => seed),
    [1, 2],
  );
  // Of the epochs that both have. By hand: the deviation of 0.5 and 0.7 is 0.2 / √2.
  assert.equal(
    run.spreads.map(({ epoch }) => epoch),
    [1, 2],
  );
  assert.ok(Math.abs(run.spreads[0].loss.mean - 0.6) < 1e-12);
  assert.ok(Math.abs(run.spreads[0].loss.deviation - 0.2 / Math.SQRT2) < 1e-12);
  assert.is(shown[1].run, runs[1], 'a run alone is left as it is');
  // Networks that were trained at once join those that were not.
  const several: RunRecord = { ...run, key: 'key 9', query: 'model=2&seeds=1..2' };
  const [all] = bySeed([several, aRun(5, { query: 'model=2&seed=7', losses: [0.6, 0.5] })]);
  assert.equal(
    all.run.networks.map(({ seed }) => seed),
    [1, 2, 7],
  );
  assert.is(all.run.spreads[0].loss.count, 3);
});

test('more seeds are those that runs with the same settings and data do not have', () => {
  const run = aRun(1, { query: 'model=2&seed=2', losses: [1] });
  const other = aRun(2, { query: 'model=2&lr=0.5&seed=1', losses: [1] });
  assert.equal(moreSeeds(run, [run, other], 4), [1, 3, 4, 5]);
  assert.is(withSeeds(run.query, [1, 3, 4, 5]), 'model=2&seeds=1%2C3%2C4%2C5');
  assert.is(withSeeds(run.query, [3, 4, 5]), 'model=2&seeds=3..5');
  assert.is(fiveSeeds('model=2&seed=3'), 'model=2&seeds=3..7');
  assert.is(fiveSeeds('model=2&seeds=1,9'), 'model=2&seeds=1..5');
});

test('a zoom keeps the epoch that is pointed at, stays within all epochs, and ends at all of them', () => {
  const all = [0, 10] as const;
  assert.equal(zoomBy(PLAIN, all, 5, 0.5), [2.5, 7.5]);
  assert.equal(zoomBy(PLAIN, all, 10, 0.5), [5, 10]);
  const zoom = [8, 10] as const;
  assert.equal(zoomBy({ ...PLAIN, zoom }, all, 9, 2), [6, 10]);
  assert.is(zoomBy({ ...PLAIN, zoom: [2, 8] }, all, 5, 2), undefined);
  assert.equal(epochsOf([]), [0, 1]);
});

test('no two of thirty runs look alike, and each colour is defined in both schemes', () => {
  const looks = Array.from(
    { length: 30 },
    (_, i) => `${colourOf({ id: i + 1 })} ${dashesOf({ id: i + 1 })}`,
  );
  assert.is(new Set(looks).size, 30);
  const css = readFileSync('src/harness/page/style/colours.css', 'utf8');
  const colours = [...css.matchAll(/--run-\d+: (#\w{6});/g)].map(([, colour]) => colour);
  assert.is(new Set(colours).size, 2 * RUN_COLOURS);
});

test('a swatch has the dashes of its curves: of thirty runs no two look alike', () => {
  const looks = Array.from({ length: 30 }, (_, i) => swatchBackground(strokeOf({ id: i + 1 })));
  assert.is(new Set(looks).size, 30);
  assert.is(looks[0], 'var(--run-1)');
  assert.match(looks[10], /var\(--run-1\) 0 9px, transparent 9px 13px/);
  assert.match(looks[20], /var\(--run-1\) 0 3px, transparent 3px 6px/);
});

test('the box at the crosshair stands where it covers the fewest points, within the chart and not on the line', () => {
  const drawing = { left: 50, top: 10, width: 300, height: 200 };
  const size = { width: 120, height: 80 };
  const place = (line: number, spots: [number, number][]) =>
    placeBox(size, line, drawing, 460, spots);
  assert.equal(place(100, []), { left: 112, top: 14 }, 'on the side that has more room');
  assert.equal(place(300, []), { left: 168, top: 14 });
  const across = Array.from({ length: 60 }, (_, i): [number, number] => [50 + 5 * i, 20]);
  assert.is(place(100, across).top, 126, 'below a curve at the top');
  const everywhere = [20, 100, 200].flatMap((y) => across.map(([x]): [number, number] => [x, y]));
  assert.is(place(100, everywhere).left, 340, 'over the labels, beside the curves');
  const narrow = placeBox(size, 60, { ...drawing, width: 100 }, 160, everywhere);
  assert.ok(narrow.left >= 0 && narrow.left + size.width <= 160);
});

test('values that the zoom leaves out, and lines to compare with, do not widen the scale', () => {
  const { curves } = sceneOf('accuracy', [aRun(1, { losses: [0.9, 0.5, 0.4, 0.3] })]);
  const lines = [{ y: 5, label: '' }];
  assert.is(valuesOf(curves, lines, PLAIN)?.[1], 5);
  const seen = valuesOf(curves, lines, { ...PLAIN, zoom: [2, 3] });
  assert.equal(seen, [0.5, 0.6]);
  assert.is(accuracy.format(0.5), '50.0%');
});

test.run();
