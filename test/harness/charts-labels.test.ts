import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { goBeyond } from '../../src/harness/page/charts/kept.ts';
import { QUANTITIES } from '../../src/harness/page/charts/kinds.ts';
import { endLabels, LABEL_HEIGHT } from '../../src/harness/page/charts/labels.ts';
import { cut, nameIn, namesOf } from '../../src/harness/page/charts/names.ts';
import { tableOne } from '../../src/harness/page/charts/references.ts';
import { alone } from '../../src/harness/page/charts/seeds.ts';
import { PLAIN } from '../../src/harness/page/charts/view.ts';
import type { RunRecord } from '../../src/harness/page/notebook/run-store.ts';
import { aRun, sceneOf } from './charts-runs.ts';

const { loss } = QUANTITIES;

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
  const other = aRun(2, { losses: [0.4, 0.1, 0.2] });
  const networks = [run, other].map(({ history }, i) => ({ run: i, seed: i, history, kept: 2 }));
  assert.equal(labelled({ ...run, networks }), ['best 0.200'], 'the mean of the best ones');
});

test('if the zoom leaves out the end of a run, its label is its result, behind an arrow', () => {
  const frame = {
    ...{ right: 300, top: 10, bottom: 250 },
    ...{ xOf: (x: number) => x, yOf: (y: number) => 250 - 200 * y },
  };
  const run = aRun(1, { losses: [0.5, 0.3, 0.4], live: 30 });
  const labelled = (zoom: [number, number] | undefined, own: RunRecord = run): string[] => {
    const view = { ...PLAIN, zoom };
    const { shown, curves } = sceneOf('loss', [own], view);
    return endLabels(shown, curves, [], loss, view, frame).map(({ value }) => value);
  };
  assert.equal(labelled(undefined), ['0.400']);
  assert.equal(labelled([1.1, 3]), ['0.400'], 'the end is seen');
  assert.equal(labelled([1.1, 2.4]), ['→ 0.400']);
  assert.equal(labelled([0.1, 0.4]), ['→ 0.400'], 'only training is seen');
  assert.equal(labelled([1.1, 2.4], { ...run, kept: 2 }), ['→ best 0.300']);
  const { shown, curves } = sceneOf('loss', [run], { ...PLAIN, zoom: [1.1, 2.4] });
  const view = { ...PLAIN, zoom: [1.1, 2.4] } as const;
  const [label] = endLabels(shown, curves, [], loss, view, frame);
  assert.equal([label.x, label.y], [2, 250 - 200 * 0.3], 'at the end of what is seen');
  assert.is(goBeyond([run], view), true);
  assert.is(goBeyond([run], { zoom: [1, 3] }), false);
  assert.is(goBeyond([run], PLAIN), false);
});

test('a name that is cut keeps the number that tells runs apart', () => {
  const widthOf = (text: string): number => text.length;
  assert.is(cut('784–16–10 #3', 12, widthOf), '784–16–10 #3');
  assert.is(cut('784–16–10 #3', 11, widthOf), '#3', 'not a letter or two less');
  assert.is(cut('784–16–16–10 #3', 12, widthOf), '784–16–1… #3');
  assert.is(cut('Model 2 #3', 9, widthOf), '#3');
  assert.is(cut('784–16–32–10, rate 0.001 #3', 24, widthOf), '784–16–3…, rate 0.001 #3');
  assert.is(cut('784–16–10, rate 0.001 #3', 19, widthOf), 'rate 0.001 #3');
  assert.is(cut('784–16–10, rate 0.001 #3', 12, widthOf), '784–16–1… #3');
  assert.is(cut('784–16–10, rate 0.001 #3', 2, widthOf), '#3');
  assert.is(cut('784–16–10, rate 0.001 #3', 1, widthOf), '');
  const line = { name: 'Table I, Model 2', shorts: ['Table I'] };
  assert.is(nameIn(line, 16, widthOf), 'Table I, Model 2');
  assert.is(nameIn(line, 15, widthOf), 'Table I');
  // A name of any length is cut with few measurements, since each takes longer than the last.
  let measured = 0;
  const counted = (text: string): number => {
    measured++;
    return text.length;
  };
  assert.is(cut(`${'x'.repeat(20_000)} #3`, 12, counted), 'xxxxxxxx… #3');
  assert.ok(measured < 20, `${measured} measurements`);
});

test('names that do not fit are shortened where they are alike: what tells them apart stays', () => {
  const widthOf = (text: string): number => text.length;
  const called = (...names: string[]) => {
    const runs = names.map((name, i) => ({ ...aRun(i + 1, { losses: [1] }), name }));
    const all = namesOf(alone(runs));
    return (width: number): string[] => all.map((name) => nameIn(name, width, widthOf));
  };
  const widths = called('784–32–10', '784–64–10');
  assert.equal(widths(12), ['784–32–10 #1', '784–64–10 #2']);
  assert.equal(widths(11), ['…32… #1', '…64… #2']);
  assert.equal(widths(6), ['#1', '#2']);
  assert.equal(called('Trial 1', 'Trial 2')(9), ['…1 #1', '…2 #2']);
  assert.equal(called('Model 2', 'Model 2')(9), ['#1', '#2'], 'the number alone does');
  const models = [1, 2].map((id) => ({ ...aRun(id, { losses: [1] }), title: `Model ${id}` }));
  assert.equal(
    namesOf(alone(models)).map((name) => nameIn(name, 9, widthOf)),
    ['M1 #1', 'M2 #2'],
  );
  assert.equal(called('784–32–10', '784–32–16–10')(11), ['#1', '…16… #2']);
  assert.equal(called('my long trial with dropout', 'my long trial without dropout')(15), [
    '…with… #1',
    '…without… #2',
  ]);
  assert.equal(called('784–16–10, rate 0.001', '784–16–10, rate 0.01')(18), [
    'rate 0.001 #1',
    'rate 0.01 #2',
  ]);
  assert.equal(called('one thing entirely', 'quite another one')(14), [
    'one thing… #1',
    'quite anot… #2',
  ]);
  // Lines to compare with: no two are alike in any width that shows something.
  const table = tableOne(
    [1, 2, 3].map((model) => ({ ...aRun(model, { losses: [1] }), title: `Model ${model}` })),
    'accuracy',
  );
  const lines = table.map(({ label, shorts = [] }) => ({ name: label, shorts }));
  for (let width = 2; width < 20; width++) {
    const texts = lines.map((line) => nameIn(line, width, widthOf));
    assert.is(new Set(texts).size, 3, `${width}: ${texts}`);
    for (const text of texts) assert.not.match(text, '…');
  }
  assert.equal(
    lines.map((line) => nameIn(line, 12, widthOf)),
    ['Table I: M1', 'Table I: M2', 'Table I: M3'],
  );
});

test.run();
