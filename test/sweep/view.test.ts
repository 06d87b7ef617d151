import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { csvOf } from '../../sweep/src/view/csv.ts';
import { journalOf } from '../../sweep/src/view/journal.ts';
import { bestLines, endText, progressLine } from '../../sweep/src/view/progress.ts';
import { readState } from '../../sweep/src/view/read-state.ts';
import { bestOverTime, pointsOf, secondsLeft } from '../../sweep/src/view/summary.ts';
import { spreadText } from '../../sweep/src/view/values.ts';
import { sampleState, sampleSweep, sampleTrial } from './sample.ts';

/** Point 0 has three seeds, point 1 is better but not complete, point 2 diverged, point 3 waits. */
const SMALL = sampleState([
  sampleTrial({ number: 0, point: 0, seed: 1, state: 'done', accuracy: 0.5 }),
  sampleTrial({ number: 1, point: 0, seed: 2, state: 'done', accuracy: 0.6 }),
  sampleTrial({ number: 2, point: 0, seed: 3, state: 'done', accuracy: 0.7 }),
  sampleTrial({ number: 3, point: 1, seed: 1, state: 'done', accuracy: 0.9 }),
  sampleTrial({ number: 4, point: 1, seed: 2, state: 'running', accuracy: 0.95, lost: 1 }),
  sampleTrial({ number: 5, point: 2, seed: 1, state: 'done', accuracy: null }),
  sampleTrial({ number: 6, point: 3, seed: 1, state: 'waiting' }),
]);

test('complete points come first, by the mean of their seeds', () => {
  const points = pointsOf(SMALL);
  assert.equal(
    points.map(({ point }) => point),
    [0, 1, 2, 3],
  );
  // Mean of 0.5, 0.6 and 0.7, and √((0.01 + 0 + 0.01) / 2).
  assert.is(spreadText(points[0], SMALL.objective), '60.00% ± 10.00');
  assert.is(spreadText(points[1], SMALL.objective), '90.00%');
  assert.is(points[2].mean, null);
});

test('a point of which a seed was pruned stands below those that are complete, however good its other seed', () => {
  const trials = [
    sampleTrial({ number: 0, point: 0, seed: 1, state: 'done', accuracy: 0.95 }),
    sampleTrial({ number: 1, point: 0, seed: 2, state: 'pruned', accuracy: 0.2 }),
    sampleTrial({ number: 2, point: 1, seed: 1, state: 'done', accuracy: 0.5 }),
    sampleTrial({ number: 3, point: 1, seed: 2, state: 'done', accuracy: 0.6 }),
    sampleTrial({ number: 4, point: 2, seed: 1, state: 'done', accuracy: 0.4 }),
    sampleTrial({ number: 5, point: 2, seed: 2, state: 'running', accuracy: 0.4 }),
  ];
  const state = { ...SMALL, trials };
  assert.equal(
    pointsOf(state).map(({ point }) => point),
    [1, 2, 0],
  );
  assert.equal(
    bestOverTime(state).map(({ point }) => point),
    [1],
  );
});

test('for a loss the smallest mean is the best', () => {
  const objective = { metric: 'test.loss', direction: 'minimize' } as const;
  const trials = [0.5, 0.8].map((accuracy, number) =>
    sampleTrial({ number, point: number, seed: 1, state: 'done', accuracy }),
  );
  assert.is(pointsOf({ trials, objective })[0].point, 1);
});

test('the best so far changes when a better point is complete', () => {
  assert.equal(
    bestOverTime(SMALL).map(({ point, seconds, low, high }) => [point, seconds, low, high]),
    [[0, 20, 0.5, 0.7]],
  );
});

test('the time left is what its trials took, shared by those that run', () => {
  // Five took 12 s each, one of the two that remain has run for longer.
  assert.is(secondsLeft(SMALL), 12);
  assert.is(secondsLeft({ ...SMALL, planned: null }), null);
  assert.is(secondsLeft(sampleState(SMALL.trials.slice(0, 4))), null);
});

test('the progress line fits, and keeps what matters most', () => {
  const state = sampleSweep(400);
  for (const columns of [20, 40, 60, 80, 120]) {
    const line = progressLine(state, columns);
    assert.ok(line.length < columns, line);
    assert.match(line, /^1,0\d\d\/1,200 trials/);
  }
  assert.match(
    progressLine(state, 120),
    /running .* waiting .* pruned .* lost .* failed .* best .* left/,
  );
  assert.match(progressLine(state, 60), /best 88\.\d\d% ± 0\.\d\d/);
  assert.is(progressLine(sampleState([]), 60), '0/0 trials');
});

test('the best points are a table, or a list where it does not fit', () => {
  const state = sampleSweep(20);
  for (const columns of [60, 80, 120]) {
    const { header, lines } = bestLines(state, columns);
    assert.match(header ?? '', /^point +lr +optimizer +layers +test accuracy +seeds$/);
    assert.is(lines.length, 10);
    for (const line of lines) assert.ok(line.length <= columns, line);
  }
  const narrow = bestLines(state, 40);
  assert.is(narrow.header, undefined);
  assert.match(narrow.lines.join('\n'), /^point: \d+\nlr: .*\noptimizer: /);
  assert.match(
    endText(state),
    /^4\d of 60 trials done, .* pruned, 2 failed, .* lost and taken up again\.$/,
  );
});

test('a table for spreadsheets quotes, and begins no formula', () => {
  const trial = sampleTrial({
    ...{ number: 0, point: 0, seed: 1, state: 'failed' },
    worker: '=HYPERLINK("http://x")',
    failure: 'two\nlines, "quoted"',
  });
  const [header, ...lines] = csvOf(sampleState([trial])).split('\r\n');
  assert.match(header, /^trial,id,point,state,.*,lr,optimizer,layers,loss$/);
  const line = lines.join('\r\n');
  assert.ok(line.includes(`"'=HYPERLINK(""http://x"")"`), line);
  assert.ok(line.includes('"two\nlines, ""quoted"""'), line);
  assert.ok(line.includes(',784 32 10,'), line);
  // Numbers are not text: a negative one stays a number.
  assert.ok(csvOf(sampleState([{ ...trial, began: -1.5 }])).includes(',-1.5,'));
});

test('a journal for Optuna has the study, and a line for each trial with its inner values', () => {
  const [study, ...trials] = journalOf(SMALL)
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  assert.equal([study.op_code, study.study_name, study.directions], [0, 'paper', [2]]);
  assert.equal(
    trials.map(({ state }) => state),
    [1, 1, 1, 1, 0, 3, 4],
  );
  assert.equal(trials[0].values, [0.5]);
  assert.equal(trials[3].params, { lr: 0.001, optimizer: 0, layers: 1 });
  assert.is(Object.keys(trials[0].intermediate_values).length, 6);
  assert.is(trials[6].datetime_start, null);
});

test('a stored sweep is read back, and something else is refused by what is missing', () => {
  assert.equal(readState(JSON.parse(JSON.stringify(SMALL))), SMALL);
  for (const [given, message] of [
    [[], /the file is not an object/],
    [{ ...SMALL, objective: { metric: 'x' } }, /objective\.metric is not one of test\.accuracy/],
    [{ ...SMALL, trials: [{ ...SMALL.trials[0], state: 'gone' }] }, /trials\[0\]\.state/],
    [{ ...SMALL, workers: [{}] }, /workers\[0\]\.name is not a text/],
  ] as const) {
    assert.throws(() => readState(given), message);
  }
});

test.run();
