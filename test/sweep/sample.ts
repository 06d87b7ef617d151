/** A sweep that was never run, for tests of views. */

import type { TrialEpoch } from '../../src/trial/result.ts';
import type { StoredTrial, SweepState, TrialState } from '../../sweep/src/contract.ts';

const ADAPTER = {
  vendor: 'nvidia',
  architecture: 'ampere',
  device: '',
  description: 'NVIDIA A10',
  software: false,
} as const;

const hex = (text: string): string => text.padEnd(64, '0');

/** Pseudo-random, from 0 to 1, the same for the same number. */
const noise = (n: number): number => Math.abs(Math.sin(n * 12.9898) * 43758.5453) % 1;

/** How a trial of the sample stands. */
export interface SampleTrial {
  readonly number: number;
  readonly point: number;
  readonly seed: number;
  readonly state: TrialState;
  readonly accuracy?: number | null;
  readonly lr?: number;
  readonly epochs?: number;
  readonly lost?: number;
  readonly failure?: string;
  readonly worker?: string;
}

export function sampleTrial(given: SampleTrial): StoredTrial {
  const { number, point, seed, state, lr = 0.001, lost = 0, failure = null } = given;
  const { accuracy = 0.88, worker = 'dora-1', epochs: planned = 6 } = given;
  const ended = ['done', 'pruned', 'failed'].includes(state);
  const done = { done: planned, pruned: 2, failed: 1, running: 3, waiting: 0 }[state];
  const epochs = Array.from({ length: done }, (_, i): TrialEpoch => {
    const left = (planned - i - 1) / planned;
    const reached = accuracy === null ? null : accuracy - 0.25 * left ** 2;
    const loss = reached === null ? null : 1.6 * (1 - reached);
    return {
      epoch: i + 1,
      train: { loss: loss === null ? null : loss * 0.9, accuracy: reached },
      test: { loss, accuracy: reached },
      seconds: 2,
    };
  });
  const values = {
    lr,
    optimizer: lr > 0.01 ? 'sgd' : 'adam',
    layers: [784, 32 << (point % 4), 10],
  };
  const last = epochs.at(-1)?.test ?? { loss: null, accuracy: null };
  const id = hex(`${(number + 1).toString(16)}a`);
  return {
    id,
    spec: {
      format: 'gradweave-trial-1',
      engine: '0.1.0',
      model: '2',
      data: { kind: 'built-in', sha256: hex('d') },
      options: { loss: 'cross_entropy', ...values },
      seed,
      epochs: planned,
    },
    point,
    values,
    shape: '',
    number,
    state,
    attempts: state === 'waiting' ? lost : lost + 1,
    lost,
    worker: state === 'waiting' && lost === 0 ? null : worker,
    epochs,
    result:
      state === 'done' || state === 'pruned'
        ? {
            id,
            digest: hex(`${number}d`),
            test: last,
            history: epochs,
            seconds: 2 * done,
            place: { adapter: ADAPTER, runtime: 'Chrome 156', family: 'tiled' },
            resumed: lost,
          }
        : null,
    failure,
    began: state === 'waiting' ? null : 1_800_000_000 + 4 * number,
    ended: ended ? 1_800_000_000 + 4 * number + 12 : null,
  };
}

export function sampleState(
  trials: readonly StoredTrial[],
  more: Partial<SweepState> = {},
): SweepState {
  return {
    revision: 1,
    name: 'paper',
    objective: { metric: 'test.accuracy', direction: 'maximize' },
    dimensions: ['lr', 'optimizer', 'layers'],
    planned: trials.length,
    over: false,
    trials,
    workers: [
      {
        name: 'dora-1',
        runtime: 'Chrome 156',
        adapter: ADAPTER,
        seen: 1_800_000_400,
        running: trials.filter(({ state }) => state === 'running').map(({ id }) => id),
        done: trials.filter(({ state }) => state === 'done').length,
      },
    ],
    alarms: [],
    began: 1_800_000_000,
    now: 1_800_000_402,
    ...more,
  };
}

/** A sweep of `points` points with three seeds each, of all states. */
export function sampleSweep(points: number): SweepState {
  const trials = Array.from({ length: 3 * points }, (_, number) => {
    const point = Math.floor(number / 3);
    const lr = Number((10 ** (-4 + 3 * noise(point + 1))).toPrecision(3));
    const accuracy = 0.89 - 0.04 * Math.abs(Math.log10(lr) + 2.6) - 0.006 * noise(7 * number + 3);
    const place = number / (3 * points);
    const state: TrialState =
      place > 0.9
        ? 'waiting'
        : place > 0.86
          ? 'running'
          : number % 17 === 5
            ? 'pruned'
            : number % 29 === 9
              ? 'failed'
              : 'done';
    return sampleTrial({
      ...{ number, point, seed: (number % 3) + 1, state, lr, accuracy },
      lost: number % 11 === 4 ? 1 : 0,
      worker: `dora-${(number % 3) + 1}`,
      ...(state === 'failed' ? { failure: 'The device was lost three times: out of memory' } : {}),
    });
  });
  return sampleState(trials);
}
