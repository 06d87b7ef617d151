import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { timedRound } from '../../src/harness/worker/step-pace.ts';

/** A GPU whose first steps are slow, and whose every wait costs some time. */
function slowAtFirst(cold: number, warm: number, wait = 0) {
  let [clock, done] = [0, 0];
  const rounds: number[] = [];
  return {
    rounds,
    now: () => clock,
    run: async (steps: number) => {
      rounds.push(steps);
      clock += wait;
      for (let i = 0; i < steps; i++) clock += done++ < 4 ? cold : warm;
    },
  };
}

test('the pace is that of warm steps: those before count as little as the waits between', async () => {
  const gpu = slowAtFirst(50, 2, 8);
  const limits = { enoughMs: 300, mostSteps: 4000 };
  const round = await timedRound(gpu.run, limits, undefined, gpu.now);
  assert.equal(gpu.rounds, [1, 1, 2, 4, 8, 16, 32, 64, 128, 256]);
  assert.equal(round, { steps: 256, seconds: (256 * 2 + 8) / 1000 });
});

test('kernels that are compiled with the first step, however long, are not counted once a step', async () => {
  for (const [compile, step, wait] of [
    [700, 2, 0],
    [550, 2, 20],
    [4000, 400, 5],
  ]) {
    let [clock, done] = [0, 0];
    const run = async (steps: number) => {
      clock += wait + steps * step + (done === 0 ? compile : 0);
      done += steps;
    };
    const limits = { enoughMs: 300, mostSteps: 8000 };
    const round = await timedRound(run, limits, undefined, () => clock);
    const pace = (1000 * (round?.seconds ?? 0)) / (round?.steps ?? 0);
    assert.ok(pace >= step && pace <= 1.1 * step, `${pace} ms a step of ${step}`);
  }
});

test('long steps are timed one by one, fast ones up to a number', async () => {
  const long = slowAtFirst(900, 900);
  assert.equal(
    await timedRound(long.run, { enoughMs: 300, mostSteps: 4000 }, undefined, long.now),
    {
      steps: 1,
      seconds: 0.9,
    },
  );
  const fast = slowAtFirst(0, 0.001);
  const { steps } = (await timedRound(
    fast.run,
    { enoughMs: 300, mostSteps: 100 },
    undefined,
    fast.now,
  )) ?? { steps: 0 };
  assert.is(
    fast.rounds.reduce((sum, one) => sum + one, 0),
    100,
  );
  assert.is(steps, fast.rounds.at(-1));
});

test('a run that begins meanwhile ends it', async () => {
  const gpu = slowAtFirst(1, 1);
  let asked = 0;
  const limits = { enoughMs: 300, mostSteps: 4000 };
  assert.is(await timedRound(gpu.run, limits, () => ++asked > 3, gpu.now), undefined);
  assert.equal(gpu.rounds, [1, 1, 2]);
});

test.run();
