import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { leftAlone } from '../../src/harness/page/notebook/run-merge.ts';
import { type RunRecord, runJson } from '../../src/harness/page/notebook/run-store.ts';
import { Addition } from '../../src/harness/page/train/addition.ts';

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

test.run();
