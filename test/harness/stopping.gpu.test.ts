import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Gate } from '../../src/harness/gate.ts';
import { openJob } from '../../src/harness/tasks/job.ts';
import { createTrainer, type RunControl, runTrainer } from '../../src/harness/tasks/run-trainer.ts';
import { settingsOf } from '../../src/harness/tasks/settings.ts';
import type { Trainer } from '../../src/train/trainer.ts';
import { anotherEngine } from '../gpu/helpers.ts';
import { inLongRun } from '../run/thorough.ts';

/** So high a rate that the test loss falls, then rises. */
const QUERY =
  'model=2&layers=784,6,10&dropout=0&batch-size=20&train-limit=120&optimizer=sgd&lr=6&momentum=0.9&epochs=12&family=portable&plan=plain';

const silent = (): void => {};

async function trained(more: string, control: RunControl = {}) {
  const engine = await anotherEngine();
  const options = new URLSearchParams(QUERY + more);
  const job = await openJob(options, settingsOf(options), silent);
  const trainer = await createTrainer(engine, job);
  const outcome = await runTrainer(trainer, job, silent, control);
  const found = { outcome, ...(await stateOf(trainer)), step: trainer.step };
  engine.destroy();
  return found;
}

/** Parameters and the optimizer's state. */
async function stateOf(trainer: Trainer) {
  const { tensors } = await trainer.snapshot();
  return {
    tensors: [...tensors].map(([kind, all]) => [kind, [...all].map(([name, v]) => [name, [...v]])]),
  };
}

/** The same by the engine's own means. */
async function byFit(patience: number) {
  const engine = await anotherEngine();
  const options = new URLSearchParams(QUERY);
  const job = await openJob(options, settingsOf(options), silent);
  const trainer = await createTrainer(engine, job);
  const history = await trainer.fit({
    epochs: 12,
    stop: { on: 'test.loss', patience, restoreBest: true },
  });
  const found = { history, ...(await stateOf(trainer)), step: trainer.step };
  engine.destroy();
  return found;
}

const losses = (history: readonly { readonly test?: { readonly loss: number } }[]) =>
  history.map((record) => record.test?.loss);

test('a run ends after its patience and keeps the best epoch, with the bits of the engine’s own', async () => {
  const own = await byFit(2);
  const { outcome, tensors, step } = await trained('&patience=2&keep=best');
  assert.equal(losses(outcome.history), losses(own.history));
  assert.ok(outcome.history.length < 12, 'it ended early');
  assert.is(outcome.early, true);
  assert.is(outcome.kept, outcome.history.length - 2);
  assert.is(outcome.test.loss, outcome.history[(outcome.kept ?? 0) - 1].test?.loss);
  assert.equal(tensors, own.tensors);
  assert.is(step, own.step);
});

inLongRun(test)('pauses change neither when it ends nor what is kept', async () => {
  const whole = await trained('&patience=2&keep=best');
  const gate = new Gate();
  const paused = await trained('&patience=2&keep=best', {
    gate,
    onPause: () => void setTimeout(() => gate.resume()),
    onEpoch: async () => gate.pause(),
  });
  assert.equal(losses(paused.outcome.history), losses(whole.outcome.history));
  assert.is(paused.outcome.kept, whole.outcome.kept);
  assert.equal(paused.tensors, whole.tensors);
});

inLongRun(test)(
  'without these settings a run has all its epochs and the last weights',
  async () => {
    const { outcome } = await trained('');
    assert.is(outcome.history.length, 12);
    assert.equal([outcome.early, outcome.kept], [undefined, undefined]);
    assert.is(outcome.test.loss, outcome.history[11].test?.loss);
  },
);

test.run();
