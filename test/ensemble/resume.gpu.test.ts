import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Ensemble } from '../../src/ensemble/ensemble.ts';
import { BusyError, DestroyedError, OptionError } from '../../src/errors.ts';
import { Engine } from '../../src/gpu/engine.ts';
import type { Snapshot } from '../../src/train/snapshot.ts';
import { anotherEngine, QUICK, rejects } from '../gpu/helpers.ts';
import { assertSame, small } from '../train/helpers.ts';
import { outcomesOf } from './helpers.ts';

const RUNS = [{ seed: 1 }, { seed: 2 }, { seed: 3 }];

const create = (engine: Engine) =>
  Ensemble.create(engine, { ...small({ family: 'portable' }), runs: RUNS });

async function copiesOf(ensemble: Ensemble): Promise<Snapshot[]> {
  const all: Snapshot[] = [];
  for (const { run } of ensemble.members) all.push(await ensemble.snapshot(run));
  return all;
}

/** Trains until the middle of an epoch. */
async function interrupted(ensemble: Ensemble): Promise<void> {
  const abort = new AbortController();
  const fitting = ensemble.fit({ epochs: 1, signal: abort.signal });
  const timer = setInterval(() => {
    if (ensemble.step % ensemble.stepsPerEpoch > 0) abort.abort(new OptionError('enough'));
  });
  await fitting.catch(() => {});
  clearInterval(timer);
}

test('networks that resume on another device end as if nothing had happened, also in the middle of an epoch', async () => {
  const engine = await anotherEngine();
  const ensemble = await create(engine);
  await ensemble.fit({ epochs: 1 });
  ensemble.stop(0);
  await interrupted(ensemble);
  const copies = await copiesOf(ensemble);
  assert.is(copies[0].seconds, 0, 'it has no open epoch');
  assert.ok(copies[1].seconds > 0);
  await ensemble.fit({ epochs: 2 });
  const { seconds } = ensemble.members[1].history[1];
  assert.ok(seconds > copies[1].seconds, 'the epoch takes what it took before and after the copy');
  const wanted = await outcomesOf(ensemble);
  engine.destroy();
  const other = await Engine.create(QUICK);
  const next = await create(other);
  next.resume(copies);
  assert.equal(
    next.members.map(({ state, history }) => [state, history.length]),
    [0, 1, 2].map((run) => [run === 0 ? 'stopped' : 'training', copies[run].history.length]),
  );
  assert.equal([next.active, next.step], [2, copies[1].step]);
  assert.is((await next.snapshot(1)).seconds, copies[1].seconds);
  await next.fit({ epochs: 2 });
  for (const [run, outcome] of (await outcomesOf(next)).entries()) {
    assertSame(outcome, wanted[run], `runs[${run}]`);
  }
  // Back to the first step of all, those that had ended too.
  const fresh = await create(other);
  next.resume(await copiesOf(fresh));
  await Promise.all([next.fit({ epochs: 1 }), fresh.fit({ epochs: 1 })]);
  const again = await outcomesOf(next);
  for (const [run, outcome] of (await outcomesOf(fresh)).entries()) {
    assertSame(again[run], outcome, `runs[${run}], again`);
  }
  other.destroy();
});

test('snapshots that are not of the runs are refused by name, and nothing changes', async () => {
  const engine = await anotherEngine();
  const ensemble = await create(engine);
  await ensemble.fit({ epochs: 1 });
  const copies = await copiesOf(ensemble);
  const resume = async (...given: readonly unknown[]): Promise<void> =>
    (ensemble.resume as (...all: unknown[]) => void).call(ensemble, ...given);
  await rejects(resume(copies[0]), OptionError, 'resume()', 'each of the 3 runs');
  await rejects(resume(), OptionError, 'each of the 3 runs');
  await rejects(resume(copies.slice(1)), OptionError, '2 snapshots');
  await rejects(resume([copies[1], copies[0], copies[2]]), OptionError, 'seed');
  await rejects(resume([copies[0], 5, copies[2]]), OptionError, 'runs[1]', 'snapshot()');
  await rejects(resume(copies, { epochs: 1 }), OptionError, 'takes no options');
  for (const [odd, ...why] of [
    [{ step: copies[2].step + 1 }, 'runs[2]', 'finished epochs'],
    [{ learningRate: 0.5 }, 'runs[2]', 'learning rate 0.5'],
    [{ origin: { ...copies[2].origin, epoch: 3 } }, 'runs[2]', 'other data'],
  ] as const) {
    await rejects(resume([copies[0], copies[1], { ...copies[2], ...odd }]), OptionError, ...why);
  }
  assert.equal([ensemble.active, ensemble.step], [3, ensemble.stepsPerEpoch]);
  const fitting = ensemble.fit({ epochs: 1 });
  await rejects(resume(copies), BusyError, 'resume()');
  await fitting;
  const ended = await outcomesOf(ensemble);
  ensemble.resume(copies);
  await ensemble.fit({ epochs: 1 });
  for (const [run, outcome] of (await outcomesOf(ensemble)).entries()) {
    assertSame(outcome, ended[run], `runs[${run}]`);
  }
  engine.destroy();
  await rejects(resume(copies), DestroyedError, 'engine');
});

test.run();
