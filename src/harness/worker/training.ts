import { DeviceLostError, OptionError } from '../../errors.ts';
import type { Engine } from '../../gpu/engine.ts';
import { readWeights } from '../../train/weights.ts';
import type { Gate } from '../gate.ts';
import { openJob } from '../tasks/job.ts';
import { RENEWED } from '../tasks/lasting-engine.ts';
import { runsOf } from '../tasks/many-runs.ts';
import {
  createTrainer,
  runTrainer,
  type TrainOutcome,
  withWarmStart,
} from '../tasks/run-trainer.ts';
import { settingsOf } from '../tasks/settings.ts';
import type { Before } from '../tasks/stopping.ts';
import { beginAgain } from './begin-again.ts';
import { sayHash } from './job-hash.ts';
import { LatestRun } from './latest-run.ts';
import type { NetworkEnds } from './many-state.ts';
import { ManyTraining } from './many-training.ts';
import { beforeOf, fromStored, longer, type MoreWish } from './more-epochs.ts';
import { ANEW } from './more-notes.ts';
import type { Weights } from './run-weights.ts';
import type { Run } from './subject.ts';
import type { TrainingHost } from './training-host.ts';
import { Turn } from './turn.ts';

/** The outcome of a run; of several networks that of their means, and which one is the best. */
export type LabOutcome = TrainOutcome & {
  readonly best?: number;
  readonly ends?: NetworkEnds;
  /** Whether it had ended by early stopping before it went on, which counted the added epochs from 0. Absent: no. */
  readonly anew?: boolean;
};

/** Trains one run at a time, and keeps its weights: they outlive its device. */
export class Training {
  readonly #host: TrainingHost;
  readonly #turn: Turn;
  readonly #latest: LatestRun;
  readonly #many: ManyTraining;
  /** Whether the run goes on with another device and has not shown progress yet. */
  #isResuming = false;
  /** Whether the run that was begun last has finished an epoch. */
  #hasEpoch = false;

  constructor(host: TrainingHost) {
    this.#host = host;
    this.#turn = new Turn((event) => host.emit(event));
    this.#latest = new LatestRun(() => host.views.leaveRun());
    this.#many = new ManyTraining({
      emit: host.emit,
      renew: () => this.#renew(),
      onReady: () => this.#running(),
      onPause: () => this.#turn.say('paused'),
      onWeights: (weights) => this.#latest.take(weights),
    });
  }

  /** The run that is trained, or was trained last. */
  get run(): Run | undefined {
    return this.#latest.run;
  }

  /** See {@link Turn}: whether a run is trained, and how it is paused and ended. */
  get turn(): Omit<Turn, 'begin' | 'say' | 'sayRunning'> {
    return this.#turn;
  }

  /** Frees the run's network. */
  end(): void {
    this.#latest.end();
  }

  /** See {@link LatestRun.weights}. */
  weights(): Promise<Weights> {
    return this.#latest.weights();
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
      this.#many.forget();
      this.#latest.forget();
      const engine = await this.#host.device.open();
      const opened = await openJob(runs[0].options, all[0], this.#host.emit, this.#host.given());
      const { title } = opened.settings;
      // A network that is fitted to its data is another one than the settings name.
      if (title !== all[0].title) this.#host.emit({ type: 'fitted', title });
      void sayHash(opened, this.#host.emit);
      if (hold) gate.pause();
      if (runs.length > 1) {
        const wish = { job: opened, settings: all, gate, from };
        return this.#trainMany(async () => engine, wish, key);
      }
      return this.#beginning(engine, async (own) => {
        const job = withWarmStart(own, opened);
        const trainer = await createTrainer(own, job);
        this.#latest.run = { engine: own, trainer, job, key };
        if (from) {
          trainer.load(readWeights(from, trainer.options.model));
          const { loss, accuracy } = await trainer.evaluate();
          this.#host.emit({ type: 'tested', test: { loss, accuracy } });
        }
        return this.#carryOn(this.#latest.run, gate);
      });
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
      const { device } = this.#host;
      if (wish.several) {
        const more = this.#many.take(wish);
        this.end();
        return this.#trainMany(() => device.open(), { ...more, gate }, wish.key);
      }
      const engine = await device.open();
      this.#many.forget();
      return this.#beginning(engine, (own) => this.#moreOn(own, wish, gate));
    });
  }

  async #moreOn(engine: Engine, wish: MoreWish, gate: Gate): Promise<LabOutcome> {
    // A run whose device was lost for good has its copy alone.
    const run = this.run?.engine === engine ? this.run : undefined;
    const held = run?.key === wish.key ? run : undefined;
    const options = new URLSearchParams(wish.query);
    let next: Run;
    if (held) next = await longer(held, wish);
    else {
      const opened = await openJob(options, settingsOf(options), () => {}, this.#host.given());
      next = await fromStored(engine, withWarmStart(engine, opened), wish);
      this.#host.emit({ type: 'note', text: ANEW });
      const { length: done } = next.trainer.history;
      if (done < wish.history.length) this.#host.emit({ type: 'cut', epochs: done });
    }
    if (next.trainer !== this.run?.trainer) this.end();
    this.#latest.run = { ...next, key: wish.key, kept: wish.kept };
    const { history } = held ? wish : next.trainer;
    const before = beforeOf({ ...wish, history }, next.job.settings);
    const outcome = await this.#carryOn(this.#latest.run, gate, before);
    return before.anew ? { ...outcome, anew: true } : outcome;
  }

  /** Begins a run, on another device if its own is lost before it can go on from a copy. */
  #beginning(engine: Engine, work: (engine: Engine) => Promise<LabOutcome>): Promise<LabOutcome> {
    this.#hasEpoch = false;
    return beginAgain(engine, work, {
      renew: () => {
        // What was on the lost device goes with it.
        this.end();
        return this.#renew();
      },
      isBegun: () => this.#hasEpoch,
    });
  }

  /** Trains a run to its last epoch. */
  async #carryOn(run: Run, gate: Gate, before?: Before): Promise<LabOutcome> {
    await this.#latest.keep();
    await this.#host.views.ready();
    this.#turn.sayRunning();
    // While it trains, its weights are those of its last step.
    if (run.kept !== undefined) this.#latest.run = { ...run, kept: undefined };
    const outcome = await runTrainer(run.trainer, run.job, this.#host.emit, {
      gate,
      ...(before ? { before } : {}),
      onPause: () => void this.#paused(),
      onEpoch: async () => {
        this.#hasEpoch = true;
      },
      onProgress: () => this.#progress(),
      renew: () => this.#renew(),
    });
    if (this.run && outcome.kept !== undefined)
      this.#latest.run = { ...this.run, kept: outcome.kept };
    return outcome;
  }

  /** Excludes all other training, and keeps the weights at the end. */
  async #during(work: (gate: Gate) => Promise<LabOutcome>): Promise<LabOutcome> {
    this.#turn.needRest();
    if (this.#host.isFinding()) {
      throw new OptionError('a learning rate is being looked for; close its window first');
    }
    const gate = this.#turn.begin();
    try {
      this.#turn.say('preparing');
      return await work(gate);
    } catch (error) {
      const kept = error instanceof DeviceLostError ? error.snapshot : undefined;
      if (kept) await this.#latest.keep(kept);
      throw error;
    } finally {
      gate.stop();
      await this.#latest.keep().catch(() => {});
      await this.#host.views.draw().catch(() => {});
      this.#turn.say('ended');
    }
  }

  async #trainMany(...given: Parameters<ManyTraining['train']>): Promise<LabOutcome> {
    const { outcome, run } = await this.#many.train(...given);
    this.#latest.run = run;
    return outcome;
  }

  #progress(): void {
    // Only now is the network on the other device.
    if (this.#isResuming) this.#running();
    this.#host.views.drawNow();
  }

  #running(): void {
    this.#turn.sayRunning();
    this.#isResuming = false;
  }

  /** Opens another device for the run. Views are recreated at their next drawing. */
  async #renew(): Promise<Engine> {
    const { emit, device, views } = this.#host;
    emit({ type: 'note', text: RENEWED });
    views.leaveRun();
    views.leaveDevice();
    const engine = await device.renew();
    if (this.run) this.#latest.run = { ...this.run, engine };
    this.#isResuming = true;
    views.renewed();
    return engine;
  }

  async #paused(): Promise<void> {
    this.#turn.say('paused');
    await this.#latest.keep().catch(() => {});
    await this.#host.views.draw().catch(() => {});
  }
}
