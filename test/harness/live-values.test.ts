import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Allowance, PARTS } from '../../src/harness/worker/allowance.ts';
import type { LabState } from '../../src/harness/worker/lab-event.ts';
import { COUNTS, LiveValues } from '../../src/harness/worker/live-values.ts';
import type {
  PulseAnswer,
  PulseReading,
  PulseWait,
} from '../../src/harness/worker/pulse-reading.ts';
import type { Pace } from '../../src/train/session-options.ts';
import type { Trainer } from '../../src/train/trainer.ts';

/** A clock that work moves on, and `runs` to the end of the next sleep. */
function clock() {
  const at = { ms: 0 };
  const naps: { readonly ends: number; readonly wake: () => void }[] = [];
  const nap = (ms: number): Promise<void> =>
    new Promise((wake) => {
      naps.push({ ends: at.ms + ms, wake });
      naps.sort((a, b) => a.ends - b.ends);
    });
  const runs = async <T>(waited: Promise<T>): Promise<T> => {
    let isOver = false;
    const over = (): void => {
      isOver = true;
    };
    waited.then(over, over);
    for (;;) {
      await new Promise((resolve) => setImmediate(resolve));
      if (isOver) return waited;
      const next = naps.shift();
      if (!next) throw new Error('all wait for nothing');
      at.ms = Math.max(at.ms, next.ends);
      next.wake();
    }
  };
  return { at, time: { now: () => at.ms, nap }, runs };
}

interface Costs {
  /** Of planning, of each kernel, and of a look. */
  readonly plan: number;
  readonly kernels: readonly number[];
  readonly look: number;
}

/** Live values of a run whose work takes so long. Spending is noted with the time at which it began. */
function stage({ plan, kernels, look }: Costs) {
  const { at, time, runs } = clock();
  const allowance = new Allowance(time);
  const work: { readonly what: string; readonly from: number; readonly ms: number }[] = [];
  const does = (what: string, ms: number): void => {
    work.push({ what, from: at.ms, ms });
    at.ms += ms;
  };
  const calls = { destroyed: 0, atOnce: 0 };
  const create = async (_: Trainer, pace?: Pace) => {
    does('plan', plan);
    if (!pace) calls.atOnce++;
    for (const [done, ms] of kernels.entries()) {
      await pace?.(done, kernels.length);
      does('kernel', ms);
    }
    return {
      look: async (): Promise<PulseReading> => {
        does('look', look);
        const seen = { step: work.length, epochs: 0, samples: 1, since: 0, rate: 1 };
        return { ...seen, cost: look, layers: [] };
      },
      destroy: () => {
        calls.destroyed++;
      },
    };
  };
  let run: { readonly trainer: Trainer } | undefined = { trainer: { session: {} } as Trainer };
  const live = new LiveValues(() => run, { allowance, create });
  return {
    at,
    work,
    calls,
    live,
    look: () => runs(live.look()),
    sleep: (ms: number) => runs(time.nap(ms)),
    prepare: () => runs(live.prepare()),
    enter: (...states: readonly LabState[]) => {
      for (const state of states) live.state(state);
    },
    leave: () => {
      run = undefined;
    },
  };
}

const isWait = (answer: PulseAnswer): answer is PulseWait => !!answer && 'wait' in answer;

/** Asks as the page does, until there is a look. */
async function firstLook({ look, sleep }: ReturnType<typeof stage>): Promise<readonly PulseWait[]> {
  const waits: PulseWait[] = [];
  for (;;) {
    const answer = await look();
    if (!isWait(answer)) return waits;
    waits.push(answer);
    await sleep(50);
  }
}

const DEVICES: readonly (readonly [string, Costs])[] = [
  ['of a GPU', { plan: 3, kernels: Array(10).fill(12), look: 4 }],
  ['of a CPU', { plan: 20, kernels: [90, 50, 40, 30, 36, 37, 34, 39, 52, 25], look: 30 }],
];

for (const [name, costs] of DEVICES) {
  test(`kernels ${name} are compiled in turn beside a run, in their part of its time`, async () => {
    const all = stage(costs);
    all.enter('preparing', 'running');
    const waits = await firstLook(all);
    const { work, at, calls } = all;
    assert.equal(
      work.map(({ what }) => what),
      ['plan', ...costs.kernels.map(() => 'kernel'), 'look'],
    );
    // All was done by then, within its part: but for the first kernel, and the first look, of which nothing is known.
    let spent = 0;
    for (const { what, from, ms } of work.slice(0, -1)) {
      assert.ok(PARTS * spent <= from + 1e-9, `${what} at ${from}: ${spent}`);
      spent += ms;
    }
    assert.ok(PARTS * spent <= (work.at(-1)?.from ?? 0) + 1e-9);
    // And not much later than it might be: each kernel waits as if it took as long as the others.
    const latest = PARTS * (spent + Math.max(...costs.kernels)) + 400 + costs.look;
    assert.ok(at.ms <= latest, `${at.ms} of ${latest}`);
    assert.is(calls.atOnce, 0);
    assert.ok(waits.length > 3);
    assert.equal(waits.at(-1)?.kernels.all, costs.kernels.length);
    for (const { wait, ask } of waits) assert.ok(wait >= ask);
  });
}

test('before the first step all is compiled at once, and the first look is there when the run begins', async () => {
  const all = stage({ plan: 10, kernels: [50, 50], look: 30 });
  const { live, work, at, calls } = all;
  live.watch();
  all.enter('preparing');
  await all.prepare();
  assert.is(calls.atOnce, 1);
  assert.is(at.ms, 10 + 50 + 50 + 30);
  const made = work.length;
  all.enter('running');
  const begun = at.ms;
  const first = (await all.look()) as PulseReading;
  assert.is(first.step, made);
  assert.is(work.length, made);
  // The next one when it is one part of the time, which what came before the first step is not.
  const wait = PARTS * COUNTS * 30;
  assert.equal(await all.look(), { wait, ask: wait, kernels: { done: 0, all: 0 } });
  at.ms = begun + wait;
  await all.look();
  assert.is(work.length, made + 1);
  assert.is(((await all.look()) as PulseWait).wait, 2 * wait - (at.ms - begun));
});

test('nothing is prepared for a run that nobody watches, or any more', async () => {
  const all = stage({ plan: 10, kernels: [50], look: 30 });
  all.enter('preparing');
  await all.prepare();
  assert.equal(all.work, []);
  all.live.watch();
  all.live.rest();
  await all.prepare();
  assert.equal(all.work, []);
});

test('while a run is paused, and after it, nothing waits, and time that it did not train is none of its own', async () => {
  const costs = { plan: 0, kernels: [100, 100, 100], look: 10 };
  const all = stage(costs);
  all.enter('preparing', 'running');
  await all.sleep(1000);
  all.enter('pausing', 'paused');
  const paused = all.at.ms;
  await firstLook(all);
  assert.is(all.at.ms, paused + 300 + 10);
  await all.sleep(1e6);
  all.enter('running');
  // A second of training is enough for one look that counts twenty milliseconds.
  for (const looks of [true, false]) assert.is(!isWait(await all.look()), looks);
  all.enter('ended');
  assert.not.ok(isWait(await all.look()));
  all.leave();
  assert.is(await all.look(), undefined);
});

test('whoever stops watching while kernels are compiled ends that, and frees what was made', async () => {
  const all = stage({ plan: 0, kernels: [100, 100], look: 10 });
  all.enter('preparing', 'running');
  await all.look();
  all.live.rest();
  await all.sleep(60_000);
  // The first kernel was being compiled.
  assert.equal(
    all.work.map(({ what }) => what),
    ['plan', 'kernel'],
  );
  const other = stage({ plan: 0, kernels: [], look: 10 });
  await other.look();
  other.live.rest();
  await other.sleep(0);
  assert.is(other.calls.destroyed, 1);
});

test.run();
