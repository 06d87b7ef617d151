import { DeviceLostError, OptionError } from '../../errors.ts';
import type { Engine } from '../../gpu/engine.ts';
import type { Snapshot } from '../../train/snapshot.ts';
import { readWeights } from '../../train/weights.ts';
import { Gate } from '../gate.ts';
import { type GivenData, type Job, openJob } from '../tasks/job.ts';
import { RENEWED } from '../tasks/lasting-engine.ts';
import { runsOf } from '../tasks/many-runs.ts';
import {
  createTrainer,
  runTrainer,
  type TrainOutcome,
  withWarmStart,
} from '../tasks/run-trainer.ts';
import { type Settings, settingsOf } from '../tasks/settings.ts';
import type { Before } from '../tasks/stopping.ts';
import { sayHash } from './job-hash.ts';
import type { LabDevice } from './lab-device.ts';
import type { LabEvent, LabState } from './lab-event.ts';
import { type ManyWish, studyMany } from './many-study.ts';
import { beforeOf, fromStored, longer, type MoreWish } from './more-epochs.ts';
import { ANEW } from './more-notes.ts';
import { type Weights, weightsOf } from './run-weights.ts';
import type { Run } from './subject.ts';

/** The outcome of a run; of several networks that of their means, and which one is the best. */
export type LabOutcome = TrainOutcome & { readonly best?: number };

/** What shows a run while it is trained. */
interface TrainingViews {
  /** The run's network goes. */
  leaveRun(): void;
  /** The device goes. */
  leaveDevice(): void;
  /** There is another device. */
  renewed(): void;
  draw(): Promise<void>;
  /** Draws if the last pictures are old. */
  drawNow(): void;
}

/** What a {@link Training} asks of the lab. */
interface TrainingHost {
  readonly emit: (event: LabEvent) => void;
  readonly device: LabDevice;
  /** Data from the user. */
  readonly given: () => GivenData;
  /** Whether a learning rate is being looked for. */
  readonly isFinding: () => boolean;
  readonly views: TrainingViews;
}

/** Trains one run at a time, and keeps its weights: they outlive its device. */
export class Training {
  readonly #host: TrainingHost;
  #run: Run | undefined;
  #gate: Gate | undefined;
  #snapshot: Weights | undefined;
  /** Whether the run goes on with another device and has not shown progress yet. */
  #isResuming = false;

  constructor(host: TrainingHost) {
    this.#host = host;
  }

  /** The run that is trained, or was trained last. */
  get run(): Run | undefined {
    return this.#run;
  }

  /** Whether a run is trained, or paused. */
  get isBusy(): boolean {
    return this.#gate !== undefined && this.#gate.state !== 'stopped';
  }

  /** @throws OptionError while a run is trained, or paused */
  needRest(): void {
    if (this.isBusy) {
      throw new OptionError('a run is in progress; stop it before you start another');
    }
  }

  /** Whether a run is trained and not paused. */
  get isRunning(): boolean {
    return this.#gate?.state === 'open';
  }

  /** Frees the run's network. */
  end(): void {
    this.#host.views.leaveRun();
    this.#run?.trainer.destroy();
    this.#run = undefined;
  }

  #state(state: LabState): void {
    this.#host.emit({ type: 'state', state });
  }

  /**
   * Trains a network from new or given weights to the end of its epochs; several at once if the query asks for them, of which the
   * best one stays.
   *
   * @param query as in the address; see `settingsOf`
   * @param from weights as safetensors
   * @param hold starts paused, with the weights loaded
   * @param key the run's name for {@link more} and {@link weights}. Default none
   * @returns the outcome, also if it was stopped; of several networks that of their means
   * @throws OptionError, DataError, ShapeError, MemoryError, AdapterError, DeviceLostError
   */
  train(query: string, from?: Uint8Array, hold = false, key = ''): Promise<LabOutcome> {
    return this.#during(async (gate) => {
      const options = new URLSearchParams(query);
      const runs = runsOf(options);
      const all = runs.map((run) => settingsOf(run.options));
      this.end();
      this.#snapshot = undefined;
      const engine = await this.#host.device.open();
      const opened = await openJob(runs[0].options, all[0], this.#host.emit, this.#host.given());
      const { title } = opened.settings;
      // A network that is fitted to its data is another one than the settings name.
      if (title !== all[0].title) this.#host.emit({ type: 'fitted', title });
      void sayHash(opened, this.#host.emit);
      if (hold) gate.pause();
      if (runs.length > 1) return await this.#trainMany(engine, opened, all, gate, from, key);
      const job = withWarmStart(engine, opened);
      const trainer = await createTrainer(engine, job);
      this.#run = { engine, trainer, job, key };
      if (from) {
        trainer.load(readWeights(from, trainer.options.model));
        const { loss, accuracy } = await trainer.evaluate();
        this.#host.emit({ type: 'tested', test: { loss, accuracy } });
      }
      return this.#carryOn(this.#run, gate);
    });
  }

  /**
   * Gives a run more epochs: with the state of its optimizer if the worker still has it, else from its stored weights, and then
   * says so in a note.
   *
   * @throws OptionError, DataError, MemoryError, AdapterError, DeviceLostError
   */
  more(wish: MoreWish): Promise<LabOutcome> {
    return this.#during(async (gate) => {
      const engine = await this.#host.device.open();
      // A run whose device was lost for good has its copy alone.
      const run = this.#run?.engine === engine ? this.#run : undefined;
      const held = run?.key === wish.key ? run : undefined;
      const options = new URLSearchParams(wish.query);
      let next: Run;
      if (held) next = await longer(held, wish);
      else {
        const opened = await openJob(options, settingsOf(options), () => {}, this.#host.given());
        next = await fromStored(engine, withWarmStart(engine, opened), wish);
        this.#host.emit({ type: 'note', text: ANEW });
      }
      if (next.trainer !== this.#run?.trainer) this.end();
      this.#run = { ...next, key: wish.key, kept: wish.kept };
      return this.#carryOn(this.#run, gate, beforeOf(wish));
    });
  }

  /** Trains a run to its last epoch. */
  async #carryOn(run: Run, gate: Gate, before?: Before): Promise<LabOutcome> {
    await this.#keep();
    if (gate.state === 'open') this.#state('running');
    // While it trains, its weights are those of its last step.
    if (run.kept !== undefined) this.#run = { ...run, kept: undefined };
    const outcome = await runTrainer(run.trainer, run.job, this.#host.emit, {
      gate,
      ...(before ? { before } : {}),
      onPause: () => void this.#paused(),
      onProgress: () => this.#progress(gate),
      renew: () => this.#renew(),
    });
    if (this.#run && outcome.kept !== undefined) this.#run = { ...this.#run, kept: outcome.kept };
    return outcome;
  }

  /** Excludes all other training, and keeps the weights at the end. */
  async #during(work: (gate: Gate) => Promise<LabOutcome>): Promise<LabOutcome> {
    this.needRest();
    if (this.#host.isFinding()) {
      throw new OptionError('a learning rate is being looked for; close its window first');
    }
    const gate = new Gate();
    this.#gate = gate;
    try {
      this.#state('preparing');
      return await work(gate);
    } catch (error) {
      const kept = error instanceof DeviceLostError ? error.snapshot : undefined;
      if (kept) await this.#keep(kept);
      throw error;
    } finally {
      gate.stop();
      await this.#keep().catch(() => {});
      await this.#host.views.draw().catch(() => {});
      this.#state('ended');
    }
  }

  async #trainMany(
    engine: Engine,
    job: Job,
    settings: readonly Settings[],
    gate: Gate,
    from: Uint8Array | undefined,
    key: string,
  ): Promise<LabOutcome> {
    const wish: ManyWish = {
      ...{ job, settings, gate, from },
      onReady: () => {
        if (gate.state === 'open') this.#state('running');
      },
      onPause: () => this.#state('paused'),
    };
    const { outcome, best } = await studyMany(engine, wish, this.#host.emit);
    this.#run = { engine, trainer: best.trainer, job: best.job, key };
    return { ...outcome, best: best.run };
  }

  #progress(gate: Gate): void {
    // Only now is the network on the other device.
    if (this.#isResuming && gate.state === 'open') this.#state('running');
    this.#isResuming = false;
    this.#host.views.drawNow();
  }

  /** Opens another device for the run. Views are recreated at their next drawing. */
  async #renew(): Promise<Engine> {
    const { emit, device, views } = this.#host;
    emit({ type: 'note', text: RENEWED });
    views.leaveRun();
    views.leaveDevice();
    const engine = await device.renew();
    if (this.#run) this.#run = { ...this.#run, engine };
    this.#isResuming = true;
    views.renewed();
    return engine;
  }

  async #paused(): Promise<void> {
    this.#state('paused');
    await this.#keep().catch(() => {});
    await this.#host.views.draw().catch(() => {});
  }

  /** Copies the weights to the CPU, where they survive a lost device, or uses `fit`'s own copy. */
  async #keep(kept?: Snapshot): Promise<Weights | undefined> {
    if (this.#run) this.#snapshot = await weightsOf(this.#run, kept);
    return this.#snapshot;
  }

  /** Pauses the run between two chunks of steps. */
  pause(): void {
    if (this.#gate?.state !== 'open') return;
    this.#gate.pause();
    this.#state('pausing');
  }

  resume(): void {
    if (this.#gate?.state !== 'paused') return;
    this.#gate.resume();
    this.#state('running');
  }

  /** Ends the run between two chunks of steps. The network stays, for inspection and export. */
  stop(): void {
    this.#gate?.stop();
  }

  /**
   * The weights as safetensors, with PyTorch's names; the last copy if the device was lost.
   *
   * @throws OptionError if there is no network yet.
   */
  async weights(): Promise<Weights> {
    const weights = await this.#keep().catch(() => this.#snapshot);
    if (!weights) throw new OptionError('there are no weights yet; start a run first');
    return weights;
  }
}
