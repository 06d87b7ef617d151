import { DeviceLostError, OptionError } from '../../errors.ts';
import type { Engine } from '../../gpu/engine.ts';
import type { Gate } from '../gate.ts';
import type { TaskEvent } from '../protocol.ts';
import { RENEWED } from '../tasks/lasting-engine.ts';
import { runsOf } from '../tasks/many-runs.ts';
import { settingsOf } from '../tasks/settings.ts';
import { hashOf, sayHash } from './job-hash.ts';
import type { LabOutcome } from './lab-outcome.ts';
import { LatestRun } from './latest-run.ts';
import { MAKING } from './making.ts';
import { ManyTraining } from './many-training.ts';
import type { MoreWish } from './more-epochs.ts';
import { OneTraining } from './one-training.ts';
import type { Weights } from './run-weights.ts';
import type { Run } from './subject.ts';
import type { TakenWeights } from './taken-weights.ts';
import type { TrainingHost } from './training-host.ts';
import { Turn } from './turn.ts';

/** Trains one run at a time, and keeps its weights: they outlive its device. */
export class Training {
  readonly #host: TrainingHost;
  readonly #turn: Turn;
  readonly #latest: LatestRun;
  readonly #one: OneTraining;
  readonly #many: ManyTraining;
  readonly #openJob: typeof MAKING.openJob;
  /** Whether the run goes on with another device and has not shown progress yet. */
  #isResuming = false;

  constructor(host: TrainingHost, making = MAKING) {
    const { emit, given, views } = host;
    this.#host = host;
    this.#openJob = making.openJob;
    this.#turn = new Turn((event) => emit(event));
    this.#latest = new LatestRun(() => views.leaveRun(), making.weightsOf);
    this.#one = new OneTraining({
      ...{ emit, given, making, latest: this.#latest },
      renew: () => this.#renew(),
      onReady: async () => {
        await views.ready();
        this.#turn.sayRunning();
      },
      onPause: () => void this.#paused(),
      onProgress: () => this.#progress(),
    });
    const many = {
      emit,
      renew: () => this.#renew(),
      onReady: () => this.#running(),
      onPause: () => this.#turn.say('paused'),
      onWeights: (weights: Weights) => this.#latest.take(weights),
    };
    this.#many = new ManyTraining(many, making.study);
  }

  /** The run that is trained, or was trained last. */
  get run(): Run | undefined {
    return this.#latest.run;
  }

  /** See {@link Turn}: whether a run is trained, and how it is paused and ended. */
  get turn(): Omit<Turn, 'begin' | 'end' | 'say' | 'sayRunning'> {
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
   * @param key the run's name for {@link more} and {@link weights}. Default none
   * @returns the outcome, also if it was stopped; of several networks that of their means
   * @throws OptionError, DataError, ShapeError, MemoryError, AdapterError, DeviceLostError
   */
  train(query: string, from?: Uint8Array, key = ''): Promise<LabOutcome> {
    return this.#during(async (gate) => {
      const { emit, device, given } = this.#host;
      const options = new URLSearchParams(query);
      const runs = runsOf(options);
      const all = runs.map((run) => settingsOf(run.options));
      this.end();
      this.#many.forget();
      this.#latest.forget();
      const engine = await device.open();
      const job = await this.#openJob(runs[0].options, all[0], emit, given());
      const { title } = job.settings;
      // A network that is fitted to its data is another one than the settings name.
      if (title !== all[0].title) emit({ type: 'fitted', title });
      void sayHash(job, emit);
      return runs.length > 1
        ? this.#trainMany(async () => engine, { job, settings: all, gate, from }, key)
        : this.#one.train(engine, { job, gate, from, key });
    });
  }

  /**
   * Makes a network of given weights the one that was trained last, to look into it, to use it or to start from it. What was
   * trained last before stays if the weights are not those of the settings' network.
   *
   * @param query as of {@link train}; of several networks, the first one
   * @param from weights as safetensors
   * @param key the run's name
   * @throws OptionError, DataError, ShapeError, MemoryError, AdapterError, DeviceLostError
   */
  takeWeights(query: string, from: Uint8Array, key: string): Promise<TakenWeights> {
    return this.#during(async () => {
      const { emit, device, given } = this.#host;
      const [{ options }] = runsOf(new URLSearchParams(query));
      const settings = settingsOf(options);
      const engine = await device.open();
      // They are those of the run before until these weights are taken.
      const data: TakenWeights['dataset'][] = [];
      const hear = (event: TaskEvent): void => {
        if (event.type === 'dataset') data.push(event);
        else emit(event);
      };
      const job = await this.#openJob(options, settings, hear, given());
      const [dataset] = data;
      const { title } = job.settings;
      const taken = await this.#one.take(engine, { job, from, key });
      this.#many.forget();
      const sha256 = await hashOf(job).catch(() => undefined);
      return {
        ...taken,
        ...{ adapter: engine.adapter, fitted: title === settings.title ? undefined : title },
        dataset: sha256 === undefined ? dataset : { ...dataset, sha256 },
      };
    });
  }

  /**
   * Gives a run more epochs: see {@link OneTraining.more}. Several networks go on if the worker still has all of them.
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
      return this.#one.more(engine, wish, gate);
    });
  }

  /** Excludes all other training, and keeps the weights at the end. */
  async #during<T>(work: (gate: Gate) => Promise<T>): Promise<T> {
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
      await this.#latest.keep(kept).catch(() => {});
      throw error;
    } finally {
      this.#turn.end();
      await this.#host.views.draw().catch(() => {});
      this.#turn.say('ended');
    }
  }

  async #trainMany(...given: Parameters<ManyTraining['train']>): Promise<LabOutcome> {
    const { outcome, run } = await this.#many.train(...given);
    this.#latest.run = run;
    await this.#latest.keep().catch(() => {});
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
