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
import { curvesOf, tableOf } from '../../src/harness/page/charts/curves.ts';
import { haveAccuracy } from '../../src/harness/page/charts/kept.ts';
import { QUANTITIES } from '../../src/harness/page/charts/kinds.ts';
import { alone } from '../../src/harness/page/charts/seeds.ts';
import { movingMean } from '../../src/harness/page/charts/smoothing.ts';
import { logTicks } from '../../src/harness/page/charts/ticks.ts';
import { PLAIN } from '../../src/harness/page/charts/view.ts';
import { zoomBy } from '../../src/harness/page/charts/zoom.ts';
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

test('values that the zoom leaves out, and lines to compare with, do not widen the scale', () => {
  const { curves } = sceneOf('accuracy', [aRun(1, { losses: [0.9, 0.5, 0.4, 0.3] })]);
  const lines = [{ y: 5, label: '' }];
  assert.is(valuesOf(curves, lines, PLAIN)?.[1], 5);
  const seen = valuesOf(curves, lines, { ...PLAIN, zoom: [2, 3] });
  assert.equal(seen, [0.5, 0.6]);
  assert.is(accuracy.format(0.5), '50.0%');
});

test.run();
