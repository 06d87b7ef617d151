import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Chunks, fittedSteps } from '../../src/train/chunks.ts';

interface Machine {
  /** Milliseconds of a step on the GPU. */
  readonly step: number;
  /** Milliseconds until a finished submit is reported. */
  readonly late?: number;
  /** The browser asks so often, in milliseconds, whether a submit is done. */
  readonly poll?: number;
  /** Milliseconds to record a step. */
  readonly record?: number;
  readonly stepsPerEpoch?: number;
}

/** Trains as the loop does, with two submits in flight: the share of the time that the GPU works, and the longest submits. */
function trained(machine: Machine, seconds: number) {
  const { step, late = 0, poll = 0, record = 0, stepsPerEpoch = 600 } = machine;
  const chunks = new Chunks();
  let now = 0;
  let free = 0;
  let busy = 0;
  let submits = 0;
  let longest = 0;
  const half = 500 * seconds;
  chunks.begin(0);
  const flying: { seen: number; steps: number }[] = [];
  for (let at = 0; now < 1000 * seconds; ) {
    const steps = Math.min(chunks.size, stepsPerEpoch - at);
    now += steps * record;
    const end = Math.max(free, now) + steps * step;
    free = end;
    // What it has settled on counts.
    if (now > half) {
      busy += steps * step;
      submits++;
      longest = Math.max(longest, steps * step);
    }
    flying.push({ seen: poll ? poll * Math.ceil((end + late) / poll) : end + late, steps });
    at += steps;
    while (flying.length >= (at === stepsPerEpoch ? 1 : 2)) {
      const [oldest] = flying.splice(0, 1);
      now = Math.max(now, oldest.seen);
      chunks.done(now, oldest.steps, stepsPerEpoch);
    }
    if (at === stepsPerEpoch) {
      at = 0;
      chunks.begin(now);
    }
  }
  return { busy: busy / (now - half), longest, submits, size: chunks.size };
}

test('a submit takes 50 ms, an eighth of a short epoch, or up to 100 ms of a long one', () => {
  assert.is(fittedSteps(1, 600), 50);
  assert.is(fittedSteps(0.045, 600), 75);
  assert.is(fittedSteps(0.001, 600), 2000);
  assert.is(fittedSteps(10, 600), 10);
  assert.is(fittedSteps(1000, 600), 1);
});

test('a fast GPU always has work: recording does not hold it up', () => {
  const { busy, size } = trained({ step: 0.045, late: 0.1, record: 0.02 }, 4);
  assert.ok(busy > 0.9, `${busy}`);
  assert.ok(size > 50 && size <= 75, `${size}`);
});

test('so it has if a browser answers 2 ms late', () => {
  assert.ok(trained({ step: 0.045, late: 2, record: 0.005 }, 4).busy > 0.8);
});

test('a browser that asks every 100 ms gets longer submits', () => {
  for (const [step, stepsPerEpoch] of [
    [0.05, 100_000],
    [1, 20_000],
    [20, 600],
  ]) {
    const { busy, longest } = trained({ step, poll: 100, stepsPerEpoch }, 40);
    assert.ok(busy > 0.7, `${step} ms: ${busy}`);
    // Such answers tell a step's time only roughly.
    assert.ok(longest <= 125, `${step} ms: ${longest}`);
  }
});

test('no submit of a slow adapter takes longer than 100 ms, or a step', () => {
  for (const [step, most] of [
    [3, 100],
    [10, 100],
    [60, 60],
    [300, 300],
  ]) {
    const { longest, busy } = trained({ step, late: 1 }, 40);
    assert.ok(longest <= most + 1e-9, `${step} ms: ${longest}`);
    assert.ok(busy > 0.95, `${step} ms: ${busy}`);
  }
});

test('steps that become slower get smaller submits', () => {
  const chunks = new Chunks();
  let now = 0;
  chunks.begin(now);
  const run = (step: number, times: number): void => {
    for (let i = 0; i < times; i++) {
      const { size } = chunks;
      now += size * step;
      chunks.done(now, size, 100_000);
    }
  };
  run(1, 60);
  assert.is(chunks.size, 100);
  run(10, 60);
  assert.ok(chunks.size <= 10, `${chunks.size}`);
});

test.run();
