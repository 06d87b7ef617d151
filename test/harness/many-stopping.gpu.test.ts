import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Gate } from '../../src/harness/gate.ts';
import { openJob } from '../../src/harness/tasks/job.ts';
import { LastingEnsemble } from '../../src/harness/tasks/lasting-ensemble.ts';
import { createEnsemble } from '../../src/harness/tasks/many.ts';
import { copiesOf } from '../../src/harness/tasks/many-copies.ts';
import { runsOf } from '../../src/harness/tasks/many-runs.ts';
import { type EnsembleControl, runEnsemble } from '../../src/harness/tasks/run-ensemble.ts';
import { createTrainer, runTrainer } from '../../src/harness/tasks/run-trainer.ts';
import { settingsOf } from '../../src/harness/tasks/settings.ts';
import type { EpochRecord } from '../../src/train/history.ts';
import type { Snapshot } from '../../src/train/snapshot.ts';
import { anotherEngine } from '../gpu/helpers.ts';
import { inLongRun } from '../run/thorough.ts';

/** So high a rate that the test losses fall, then rise: of each seed at another time. */
const QUERY =
  'model=2&layers=784,6,10&dropout=0&batch-size=20&train-limit=120&optimizer=sgd&lr=6&momentum=0.9&epochs=12&family=portable&plan=plain';
const SEEDS = '&seeds=1..3';
const [BOTH, PATIENCE] = ['&patience=2&keep=best', '&patience=2'];

const silent = (): void => {};

/** Parameters and the optimizer's state. */
const stateOf = ({ tensors }: Snapshot) =>
  [...tensors].map(([kind, all]) => [kind, [...all].map(([name, v]) => [name, [...v]])]);

const losses = (history: readonly EpochRecord[]) =>
  history.map(({ train, test: tested }) => [train.loss, tested?.loss]);

async function together(more: string, control: EnsembleControl = {}) {
  const engine = await anotherEngine();
  const runs = runsOf(new URLSearchParams(QUERY + SEEDS + more));
  const settings = runs.map(({ options }) => settingsOf(options));
  const job = await openJob(runs[0].options, settings[0], silent);
  const many = await LastingEnsemble.create(engine, {
    make: (opened) => createEnsemble(opened, job, settings),
  });
  const outcome = await runEnsemble(many, job, silent, control);
  const ensemble = many.current;
  const states = (await copiesOf(ensemble)).networks.map(stateOf);
  const evaluations = await ensemble.evaluate();
  const networks = ensemble.members.map(({ run, state, history }) => ({
    ...{ state, history: losses(history), tensors: states[run] },
    kept: outcome.kept.get(run),
    test: evaluations[run].loss,
  }));
  engine.destroy();
  return { outcome, networks };
}

async function alone(seed: number, more: string) {
  const engine = await anotherEngine();
  const options = new URLSearchParams(`${QUERY}${more}&seed=${seed}`);
  const job = await openJob(options, settingsOf(options), silent);
  const trainer = await createTrainer(engine, job);
  const { history, kept, test: tested, early } = await runTrainer(trainer, job, silent);
  const found = {
    ...{ state: early ? 'stopped' : 'training', history: losses(history), kept },
    ...{ tensors: stateOf(await trainer.snapshot()), test: tested.loss },
  };
  engine.destroy();
  return found;
}

test('each of several networks ends after its own patience and keeps its best epoch, with the bits of its run alone', async () => {
  const { outcome, networks } = await together(BOTH);
  const ends = networks.map(({ history }) => history.length);
  assert.ok(new Set(ends).size > 1, `they end at different epochs: ${ends}`);
  assert.is(outcome.history.length, Math.max(...ends));
  assert.ok(outcome.stopped.size > 0);
  for (const [i, network] of networks.entries()) {
    assert.equal(network, await alone(i + 1, BOTH), `seed ${i + 1}`);
  }
});

inLongRun(test)('pauses change neither when networks end nor what is kept', async () => {
  const whole = await together(BOTH);
  const gate = new Gate();
  const paused = await together(BOTH, {
    gate,
    onPause: () => void setTimeout(() => gate.resume()),
    onEpoch: async () => gate.pause(),
  });
  assert.equal(paused.networks, whole.networks);
});

inLongRun(test)('patience alone leaves each network its last weights', async () => {
  const { networks } = await together(PATIENCE);
  for (const [i, network] of networks.entries()) {
    assert.equal(network, await alone(i + 1, PATIENCE), `seed ${i + 1}`);
  }
});

test.run();
