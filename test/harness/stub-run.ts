import { DestroyedError, DeviceLostError } from '../../src/errors.ts';
import type { Engine } from '../../src/gpu/engine.ts';
import type { Job } from '../../src/harness/tasks/job.ts';
import { LabDevice } from '../../src/harness/worker/lab-device.ts';
import type { LabEvent, LabState } from '../../src/harness/worker/lab-event.ts';
import type { studyMany } from '../../src/harness/worker/many-study.ts';
import type { Weights } from '../../src/harness/worker/run-weights.ts';
import type { Run } from '../../src/harness/worker/subject.ts';
import { Training } from '../../src/harness/worker/training.ts';
import type { TrainingHost } from '../../src/harness/worker/training-host.ts';
import type { EpochRecord } from '../../src/train/history.ts';
import type { Snapshot } from '../../src/train/snapshot.ts';
import type { FitOptions, Trainer } from '../../src/train/trainer.ts';

export const turn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

/** An engine without a GPU: it can be lost. */
export class StubEngine {
  isLost = false;
  readonly adapter = { software: false };
  readonly buffers = { liveBytes: 0 };
  readonly tunings = { add() {} };
  readonly device = { lost: new Promise<void>(() => {}) };

  assertAlive(): void {
    if (this.isLost) throw new DeviceLostError('it was taken away');
  }

  destroy(): void {}
}

/** Steps of an epoch. */
const STEPS = 4;

/** A copy of a {@link StubTrainer}. */
interface Copy {
  readonly step: number;
  readonly history: readonly EpochRecord[];
}

/** A network of no numbers, which is trained, copied, lost and replaced as `Trainer.fit` says it. */
export class StubTrainer {
  engine: StubEngine;
  step = 0;
  history: EpochRecord[] = [];
  isDestroyed = false;
  /** Whether `fit` keeps copies of what it has done. */
  copies = true;
  readonly stepsPerEpoch = STEPS;
  readonly dispatchesPerStep = 1;
  readonly options = { model: {} };
  /** What it tells of each step, before anybody else is told. */
  readonly #onStep: (trainer: StubTrainer) => void;
  #kept: Copy | undefined;

  constructor(engine: StubEngine, onStep: (trainer: StubTrainer) => void) {
    this.engine = engine;
    this.#onStep = onStep;
  }

  get state() {
    return { step: this.step, origin: { step: 0, epoch: 0 } };
  }

  async snapshot(): Promise<Copy> {
    await turn();
    this.engine.assertAlive();
    return { step: this.step, history: [...this.history] };
  }

  async evaluate(): Promise<{ loss: number; accuracy: null }> {
    await this.snapshot();
    return { loss: 1 / (1 + this.step), accuracy: null };
  }

  async fit(options: FitOptions): Promise<void> {
    const { epochs, renew } = options;
    const goal = this.history.length + epochs;
    for (let losses = 1; ; losses++) {
      try {
        if (this.#kept?.step !== this.step) this.#kept = await this.snapshot();
        while (this.history.length < goal) await this.#chunk(options);
        if (this.copies) this.#kept = await this.snapshot();
        return;
      } catch (error) {
        if (!(error instanceof DeviceLostError)) throw error;
        const kept = this.#kept;
        if (!kept || !renew || losses > 3) throw error;
        const lost = new DeviceLostError(error.message, kept as unknown as Snapshot);
        this.engine = (await renew(lost)) as unknown as StubEngine;
        if (this.isDestroyed) throw new DestroyedError('the trainer was destroyed');
        this.step = kept.step;
        this.history = [...kept.history];
      }
    }
  }

  /** A step, or the end of an epoch. */
  async #chunk({ signal, onProgress, onEpoch }: FitOptions): Promise<void> {
    signal?.throwIfAborted();
    await turn();
    this.engine.assertAlive();
    this.step++;
    this.#onStep(this);
    const place = { epoch: this.history.length + 1, step: this.step % STEPS, steps: STEPS };
    onProgress?.(place as Parameters<NonNullable<FitOptions['onProgress']>>[0]);
    if (this.step % STEPS > 0) {
      // As of a chunk that is submitted: an abort ends it before a loss is known.
      signal?.throwIfAborted();
      this.engine.assertAlive();
    } else {
      const metrics = await this.evaluate();
      const record = { epoch: this.step / STEPS, train: metrics, test: metrics, seconds: 1 };
      this.history.push(record);
      await (onEpoch as ((record: EpochRecord) => Promise<void>) | undefined)?.(record);
    }
    if (this.copies) this.#kept = await this.snapshot();
  }

  destroy(): void {
    this.isDestroyed = true;
  }
}

export const QUERY = 'model=2&epochs=3&train-limit=100';

/** Where something happens to a run, and what is asked of it then. */
export interface Plan {
  /** Called in each step. */
  readonly step?: (made: StubTraining, trainer: { readonly step: number }) => void;
  /** Called while another device is asked for; it comes after this. */
  readonly asked?: (made: StubTraining) => unknown;
  /** Called when there is another device. */
  readonly renewed?: (made: StubTraining) => void;
  /** Called when the page is told so. */
  readonly told?: (made: StubTraining, event: LabEvent) => void;
  /** Trains several networks. */
  readonly study?: typeof studyMany;
}

/** The training of the worker, on engines without a GPU. */
export class StubTraining {
  readonly engines: StubEngine[] = [];
  readonly events: LabEvent[] = [];
  readonly training: Training;

  constructor(plan: Plan) {
    const device = new LabDevice({
      emit: (event) => this.events.push(event),
      isTraining: () => this.training.turn.isRunning,
      isBusy: () => this.training.turn.isBusy,
      left: (isBusy) => {
        if (!isBusy) this.training.end();
      },
    });
    const request = async (): Promise<Engine> => {
      if (this.engines.length > 0) await plan.asked?.(this);
      const engine = new StubEngine();
      this.engines.push(engine);
      return engine as unknown as Engine;
    };
    const views = { leaveRun() {}, ready: turn, leaveDevice() {}, draw: turn, drawNow() {} };
    const host = {
      emit: (event: LabEvent) => {
        this.events.push(event);
        plan.told?.(this, event);
      },
      device: { open: () => device.open(request), renew: () => device.renew(request) },
      given: () => ({}),
      isFinding: () => false,
      views: { ...views, renewed: () => plan.renewed?.(this) },
    };
    const making = {
      openJob: async (_: unknown, settings: unknown) =>
        ({ data: 'images', settings, dataset: { train: { count: 100 } } }) as unknown as Job,
      createTrainer: async (engine: unknown) => {
        const made = new StubTrainer(engine as StubEngine, (trainer) => plan.step?.(this, trainer));
        await made.snapshot();
        return made as unknown as Trainer;
      },
      weightsOf: async ({ trainer, key = '', kept }: Run, copy?: unknown) => {
        const { step } = (copy as Copy | undefined) ?? (await trainer.snapshot());
        return { bytes: new Uint8Array(), step, key, kept } as Weights;
      },
      ...(plan.study ? { study: plan.study } : {}),
    };
    this.training = new Training(
      host as unknown as TrainingHost,
      making as unknown as ConstructorParameters<typeof Training>[1],
    );
  }

  /** Takes the device away that there is. */
  lose(): void {
    const engine = this.engines.at(-1);
    if (engine) engine.isLost = true;
  }

  get states(): readonly LabState[] {
    return this.events.flatMap((event) => (event.type === 'state' ? [event.state] : []));
  }
}
