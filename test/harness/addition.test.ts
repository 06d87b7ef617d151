import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { runJson } from '../../src/harness/page/notebook/run-export.ts';
import { leftAlone, takeUp } from '../../src/harness/page/notebook/run-merge.ts';
import type { RunRecord } from '../../src/harness/page/notebook/run-store.ts';
import { Addition } from '../../src/harness/page/train/addition.ts';
import { goesOn } from '../../src/harness/page/train/after-run.ts';
import { cutTexts } from '../../src/harness/page/train/course-text.ts';
import { historyOf } from '../../src/harness/worker/more-epochs.ts';

const epoch = (number: number) => ({
  epoch: number,
  seconds: 1,
  train: { loss: 1, accuracy: null },
});

/** A run of three epochs, of which the second was the best. */
const runOf = (query: string): RunRecord => ({
  ...{ id: 1, key: 'a', pinned: false, title: 'Model 2', loss: 'mse', begun: '', together: 1 },
  ...{ adapter: null, dataset: null, live: [], networks: [], spreads: [], seconds: 3 },
  ...{ query, epochs: 3, history: [1, 2, 3].map(epoch), state: 'done', shown: false, open: false },
  ...{ weights: { bytes: new Uint8Array(1), step: 24 }, kept: 2 },
});

test('a run that is given more epochs is one that is trained, and asks for them as it was', () => {
  const run = runOf('model=2&epochs=3');
  const { wish } = new Addition(run, 5);
  assert.equal([run.state, run.epochs, run.shown], ['running', 8, true]);
  assert.equal([wish.epochs, wish.history.length, wish.kept], [5, 3, 2]);
});

test('a run whose tab is closed before the first added epoch is what it was before, and says what was interrupted', () => {
  for (const [state, epochs] of [['done', 3] as const, ['stopped', 7] as const]) {
    const run: RunRecord = { ...runOf('model=2&epochs=3'), state, epochs };
    const addition = new Addition(run, 5);
    assert.is(run.adding?.epochs, 5);
    assert.equal(leftAlone(run), { state, epochs });
    assert.not.match(runJson(run), 'adding');
    run.history.push(epoch(4));
    addition.note(false);
    assert.equal(leftAlone(run), { state: 'stopped' });
    assert.equal([run.epochs, run.adding], [8, undefined]);
  }
});

test('what could not begin leaves the run as it was', () => {
  for (const anew of [false, true]) {
    const run = runOf('model=2&epochs=3&keep=best');
    new Addition(run, 5).failed(anew);
    assert.equal({ ...run, shown: false }, runOf('model=2&epochs=3&keep=best'));
  }
});

test('epochs are noted when the first one is trained, and once', () => {
  const plain = runOf('model=2&epochs=3');
  new Addition(plain, 5).note(false);
  assert.equal([plain.query, plain.more], ['model=2&epochs=8', undefined]);

  const best = runOf('model=2&epochs=3&keep=best');
  const addition = new Addition(best, 5);
  best.history.push(epoch(4));
  addition.note(true);
  addition.failed(true);
  assert.equal(best.more, [{ epochs: 5, anew: true }]);
  assert.equal([best.query, best.epochs], ['model=2&epochs=3&keep=best', 8]);
});

test('an end within the first epoch is noted if its weights are others', () => {
  const run = runOf('model=2&epochs=3&schedule=cosine');
  const addition = new Addition(run, 5);
  run.weights = { bytes: new Uint8Array(1), step: 26 };
  addition.failed(false);
  assert.equal(run.more, [{ epochs: 5, anew: false }]);
  assert.is(run.epochs, 8);
});

test('a run goes on at the epoch of its stored weights, not at one that was lost with its tab', () => {
  const run: RunRecord = {
    ...runOf('model=2&epochs=9'),
    ...{ state: 'stopped', weights: { bytes: new Uint8Array(1), step: 16 }, kept: undefined },
    live: [0.5, 1.5, 2, 2.5].map((at) => ({ epoch: at, loss: 1, accuracy: null })),
  };
  const whole = structuredClone(run);
  const addition = new Addition(run, 5);
  const { wish } = addition;
  assert.is(historyOf(wish, 8).length, 2);
  assert.is(historyOf({ ...wish, step: 15 }, 8).length, 1, 'of an unfinished epoch');
  assert.is(historyOf({ ...wish, kept: 1 }, 8).length, 3, 'the best epoch’s were put back');
  assert.is(historyOf({ ...wish, step: undefined }, 8).length, 3);

  addition.cut(2);
  assert.equal([run.history.length, run.live.length, run.seconds], [2, 3, 2]);
  assert.equal([run.epochs, addition.had, addition.lost], [7, 2, 1]);
  assert.match(cutTexts([addition])[0], 'those of epoch 2');
  addition.failed(true);
  assert.equal(
    [run.history, run.live, run.seconds, run.epochs],
    [...[whole.history, whole.live, whole.seconds, whole.epochs]],
  );

  const next = new Addition(run, 5);
  next.cut(2);
  run.history.push({ ...epoch(3), seconds: 2 });
  next.note(true);
  assert.equal([run.epochs, run.more], [7, [{ epochs: 5, anew: true }]]);
  // Another tab, which still has the epochs that were lost.
  const other = structuredClone(whole);
  other.history.push(epoch(4));
  takeUp(other, structuredClone(run));
  assert.equal(other.history, run.history);
});

test('several networks go on from the epochs that all of them have, each with its own', () => {
  const spread = (number: number) => ({ epoch: number, loss: { count: 1 }, accuracy: null });
  const run = {
    ...runOf('model=2&seeds=1,2'),
    networks: [0, 1].map((index) => ({ run: index, seed: index, history: [1, 2, 3].map(epoch) })),
    spreads: [1, 2, 3].map(spread),
  } as unknown as RunRecord;
  const whole = structuredClone(run);
  const addition = new Addition(run, 5);
  addition.cut(2);
  const lengths = [run, ...run.networks].map(({ history }) => history.length);
  assert.equal([...lengths, run.spreads.length, run.epochs], [2, 2, 2, 2, 7]);
  assert.is(cutTexts([addition, addition]).length, 1, 'said once of runs that go on together');
  addition.failed(false);
  assert.equal([run.networks, run.spreads], [whole.networks, whole.spreads]);
});

test('networks go on with all runs that were started with them, not with some', () => {
  const networks = [{ run: 0, seed: 1, history: [] }];
  const runs = ['a', 'b'].map((key) => ({ ...runOf('model=2'), key, networks, held: true }));
  assert.ok(goesOn(runs[0], runs, runs));
  assert.not.ok(goesOn(runs[0], runs, [runs[0]]), 'the other one was deleted');
  assert.ok(goesOn(runs[0], runs, runs), 'and came back');
  // One network alone needs no other run.
  const single = runOf('model=2');
  assert.ok(goesOn(single, runs, [runs[0], single]));
  assert.not.ok(goesOn({ ...single, state: 'failed' }, runs, [single]));
});

test('a run that goes on from its best epoch has that epoch’s weights until others are kept', () => {
  const run = runOf('model=2&epochs=3&keep=best');
  const addition = new Addition(run, 5);
  run.history.push(epoch(4));
  addition.note(false);
  // Its tab ends now.
  const again = new Addition(run, 5);
  assert.is(historyOf({ ...again.wish, step: 16 }, 8).length, 2);
});

test.run();
