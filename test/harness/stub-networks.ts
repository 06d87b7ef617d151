import type { Ensemble, EnsembleFitOptions } from '../../src/ensemble/ensemble.ts';
import type { Engine } from '../../src/gpu/engine.ts';
import { LastingEnsemble } from '../../src/harness/tasks/lasting-ensemble.ts';
import { runEnsemble } from '../../src/harness/tasks/run-ensemble.ts';
import type { ManyWish, studyMany } from '../../src/harness/worker/many-study.ts';
import type { EpochRecord } from '../../src/train/history.ts';
import type { Trainer } from '../../src/train/trainer.ts';
import { type StubEngine, turn } from './stub-run.ts';

/** Steps of an epoch. */
const STEPS = 4;

const METRICS = { loss: 0.5, accuracy: null };

/** Two networks of no numbers, which are trained, copied, lost and resumed as `Ensemble` says it. */
class StubNetworks {
  step = 0;
  stepsPerEpoch = STEPS;
  active = 2;
  readonly session = { store: { kinds: ['parameters'] }, gpu: { buffers: { liveBytes: 0 } } };
  readonly members: readonly { run: number; state: string; history: EpochRecord[] }[];
  readonly #engine: StubEngine;
  readonly #onStep: (step: number) => void;

  constructor(engine: StubEngine, onStep: (step: number) => void) {
    this.#engine = engine;
    this.#onStep = onStep;
    const options = { model: { parameters: [{ shape: [1] }] } };
    this.members = [0, 1].map((run) => ({ run, state: 'training', history: [], options }));
  }

  async snapshot(run: number) {
    await turn();
    this.#engine.assertAlive();
    return { step: this.step, history: [...this.members[run].history] };
  }

  resume(all: readonly { readonly step: number; readonly history: EpochRecord[] }[]): void {
    this.step = all[0].step;
    for (const { run, history } of this.members) history.splice(0, 99, ...all[run].history);
  }

  async fit({ signal, onEpoch }: EnsembleFitOptions): Promise<void> {
    do {
      signal?.throwIfAborted();
      await turn();
      this.#engine.assertAlive();
      this.step++;
      this.#onStep(this.step);
      if (this.step % STEPS > 0) signal?.throwIfAborted();
      this.#engine.assertAlive();
    } while (this.step % STEPS > 0);
    const epoch = this.step / STEPS;
    const record = { epoch, train: METRICS, test: METRICS, seconds: 1 };
    const records = new Map(this.members.map(({ run }) => [run, record]));
    for (const { history } of this.members) history.push(record);
    await onEpoch?.({ epoch, records, active: 2, better: [] } as unknown as Parameters<
      NonNullable<EnsembleFitOptions['onEpoch']>
    >[0]);
  }

  destroy(): void {}

  async [Symbol.asyncDispose](): Promise<void> {}
}

/** As `studyMany`, with networks that have no numbers. @param onStep called in each step */
export const studyOf = (onStep: (step: number) => void): typeof studyMany =>
  (async (open: () => Promise<Engine>, wish: ManyWish, emit: Parameters<typeof studyMany>[2]) => {
    const many = await LastingEnsemble.create(await open(), {
      make: async (engine) => {
        wish.onReady();
        return new StubNetworks(engine as unknown as StubEngine, onStep) as unknown as Ensemble;
      },
      renew: wish.renew,
      everyMs: 1,
    });
    const { job, gate, onPause } = wish;
    const { history } = await runEnsemble(many, job, emit, { gate, onPause });
    const { step } = await many.during((networks) => networks.snapshot(0));
    const trainer = { step, snapshot: async () => ({ step }) } as unknown as Trainer;
    return { outcome: { history }, best: { run: 0, trainer, job }, ends: {} };
  }) as unknown as typeof studyMany;
