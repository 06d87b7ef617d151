import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type Look, WIDTH } from '../../src/harness/page/charts/picture/look.ts';
import { pictureOf } from '../../src/harness/page/charts/picture/picture.ts';
import type { Scene } from '../../src/harness/page/charts/plot-options.ts';
import { bySeed } from '../../src/harness/page/charts/seeds.ts';
import { PLAIN } from '../../src/harness/page/charts/view.ts';
import { aRun, sceneOf } from './charts-runs.ts';

const look: Look = {
  colour: (variable) => `#${variable.slice(2)}`,
  font: '"Any", sans-serif',
  widthOf: (text, size) => text.length * size * 0.55,
};

/** The numbers of attributes that place something, of elements of a kind. */
const placesIn = (svg: string, name: string): Record<string, number>[] =>
  [...svg.matchAll(new RegExp(`<${name} ([^>]*)>`, 'g'))].map(([, text]) =>
    Object.fromEntries(
      [...text.matchAll(/(\S+)="(-?[\d.]+)"/g)].map(([, key, value]) => [key, +value]),
    ),
  );

const two = (): Scene =>
  sceneOf('loss', [
    aRun(1, { losses: [0.8, 0.6, 0.5], live: 30, query: 'model=2&lr=0.003' }),
    aRun(2, { losses: [0.8, 0.6, 0.5], data: 'A & <B>', synthetic: true }),
  ]);

test('a picture of a chart has curves as vectors, and the key, settings and data of each run', () => {
  const svg = pictureOf({ ...two(), references: [{ y: 0.51, label: 'Table I, Model 2' }] }, look);
  assert.is((svg.match(/<path /g) ?? []).length, 3);
  for (const text of [
    'Loss by epoch',
    'Model 2 #1: ',
    'learning rate 0.003,',
    'batch size 100',
    'Fashion-MNIST, 60,000 to train, 10,000 to test, SHA-256 abababababababab…',
    'A &amp; &lt;B&gt;',
    'synthetic data',
    'Table I, Model 2 0.510',
    'dashed: the paper’s Table I',
  ]) {
    assert.ok(svg.includes(text), text);
  }
  // A strict policy for styles forbids both.
  assert.not.match(svg, /style=|<style|NaN|undefined/);
});

test('the line from a curve that ends early to its label is grey and dotted: nobody reads it as data', () => {
  const runs = [aRun(1, { losses: [0.8, 0.6, 0.5, 0.4] }), aRun(2, { losses: [0.7, 0.3] })];
  const svg = pictureOf(sceneOf('loss', runs), look);
  const right = WIDTH - 210;
  const within = placesIn(svg, 'line').filter(
    ({ x1, x2, y1, y2 }) => y1 === y2 && x2 === right && x1 > 100,
  );
  assert.is(within.length, 1, 'the longer run has none');
  const lines = [...svg.matchAll(/<line [^>]*stroke="#run-[^>]*>/g)].map(([text]) => text);
  assert.is(lines.length, 2, 'each has a short one in its colour');
  for (const text of lines) assert.ok(text.includes(`x1="${right}"`), text);
  assert.match(svg, /<line [^>]*stroke="#text-soft"[^>]*stroke-dasharray="1 4"/);
  assert.not.match(svg, /<polyline/);
});

test('a picture says if losses or data differ', () => {
  const [one, other] = two().shown.map(({ run }) => run);
  const said = (name: 'loss' | 'accuracy', loss: string): string =>
    pictureOf(sceneOf(name, [one, { ...other, loss }]), look).replaceAll(/<[^>]*>/g, ' ');
  assert.match(
    said('loss', 'mse'),
    /different losses on one axis: cross-entropy, mean\s+squared\s+error;\s+different\s+data/,
  );
  assert.not.match(said('accuracy', 'mse'), /different losses/);
  assert.match(said('accuracy', 'mse'), /different data/);
  assert.not.match(said('loss', other.loss), /different losses/);
  assert.not.match(pictureOf(sceneOf('loss', [one, one]), look), /different/);
});

test('a curve of a picture has a gap where there is no value, and points where it was tested', () => {
  const run = aRun(1, { losses: [0.8, 0.7, Number.NaN, 0.5, 0.4] });
  const svg = pictureOf(sceneOf('loss', [run]), look);
  const [, path] = /<path d="([^"]*)"/.exec(svg) ?? [];
  assert.match(path, /^M[\d. ]+L[\d. ]+M[\d. ]+L[\d. ]+$/);
  assert.is((svg.match(/<circle /g) ?? []).length, 4);
});

test('nothing in a picture stands outside of it, or on another label', () => {
  const runs = Array.from({ length: 20 }, (_, i) => aRun(i + 1, { losses: [1, 0.5 + i / 1000] }));
  const view = { ...PLAIN, log: true, window: 3 };
  const references = [{ y: 0.5, label: 'Table I, Model 2' }];
  const svg = pictureOf({ ...sceneOf('loss', runs, view), references }, look);
  const { height } = placesIn(svg, 'svg')[0];
  const texts = placesIn(svg, 'text');
  for (const { x, y } of texts) assert.ok(x >= 0 && x <= WIDTH && y > 0 && y < height, `${x} ${y}`);
  for (const [, attributes, said] of svg.matchAll(/<text ([^>]*)>([^<]*)</g)) {
    const [, x] = /x="([\d.]+)"/.exec(attributes) ?? [];
    // What ends or is centred at its place cannot reach the right edge.
    if (attributes.includes('text-anchor')) continue;
    const size = Number(/font-size="(\d+)"/.exec(attributes)?.[1] ?? 12);
    assert.ok(Number(x) + look.widthOf(said, size) <= WIDTH, `${said} is cut`);
  }
  // Beside the drawing.
  const labels = texts.filter(({ x }) => x === 706);
  assert.is(labels.length, 21);
  labels
    .map(({ y }) => y)
    .sort((a, b) => a - b)
    .forEach((y, i, all) => {
      if (i > 0) assert.ok(y - all[i - 1] >= 14.9, `${y} after ${all[i - 1]}`);
    });
});

test('a picture shows the epochs, the scale and the band that the chart shows', () => {
  const runs = [1, 2, 3].map((seed) =>
    aRun(seed, { query: `model=2&seed=${seed}`, losses: [1, 0.1 * seed, 0.01 * seed] }),
  );
  const view = { ...PLAIN, log: true, zoom: [1, 2] } as const;
  const [joined] = bySeed(runs);
  const scene = { ...sceneOf('loss', [joined.run], view), shown: [joined] };
  const svg = pictureOf(scene, look);
  assert.ok(svg.includes('logarithmic scale'));
  assert.ok(svg.includes('band: mean ± standard deviation over seeds'));
  assert.ok(svg.includes('Model 2 #1 ×3'));
  assert.ok(svg.includes('seeds 1 2 3'));
  assert.match(svg, 'fill-opacity="0.22"');
  assert.ok(svg.includes('>1.2</text>') && !svg.includes('>3</text>'));
});

test.run();
