import { DeviceLostError, OptionError } from '../../errors.ts';
import type { Engine } from '../../gpu/engine.ts';
import { saveModel } from '../../train/model-file/write.ts';
import type { Snapshot } from '../../train/snapshot.ts';
import { readWeights } from '../../train/weights.ts';
import { Gate } from '../gate.ts';
import type { TaskName } from '../protocol.ts';
import { bench } from '../tasks/bench.ts';
import { openEngine } from '../tasks/data.ts';
import { type GivenData, type Job, openJob } from '../tasks/job.ts';
import { openSoon, RENEWED } from '../tasks/lasting-engine.ts';
import { runsOf } from '../tasks/many-runs.ts';
import { findRate } from '../tasks/rate-finder.ts';
import type { RateSearch } from '../tasks/rate-search.ts';
import {
  createTrainer,
  runTrainer,
  type TrainOutcome,
  withWarmStart,
} from '../tasks/run-trainer.ts';
import { type Settings, settingsOf } from '../tasks/settings.ts';
import type { Before } from '../tasks/stopping.ts';
import type { Emit } from '../tasks/task.ts';
import type { GivenText } from '../tasks/text.ts';
import { verify } from '../tasks/verify.ts';
import { fileFacts } from './file-facts.ts';
import { Gallery } from './gallery.ts';
import { Inspection, type StoredNetwork } from './inspection.ts';
import { hashOf } from './job-hash.ts';
import type { LabEvent, LabState } from './lab-event.ts';
import { type ManyWish, studyMany } from './many-study.ts';
import { beforeOf, fromStored, longer, type MoreWish } from './more-epochs.ts';
import { ANEW } from './more-notes.ts';
import { networksIn } from './networks-in.ts';
import { type OwnCalls, OwnData } from './own-data.ts';
import { epochsOf, type Run } from './subject.ts';
import { type AttentionPicture, TextStudy, type WritingWish, type Written } from './text-study.ts';
import { type Lessons, Tutor } from './tutor.ts';
import type { Look } from './views.ts';

/** Weights after a step, as they are exported. */
export interface Weights {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** As if all epochs had been trained in one go; at the end of the best epoch if its weights are kept. */
  readonly step: number;
  /** The run's, as {@link Lab.train} was given. */
  readonly key: string;
  /** The epoch that they are of, if those of the best one were put back. */
  readonly kept: number | undefined;
}

/** The outcome of a run; of several networks that of their means, and which one is the best. */
export type LabOutcome = TrainOutcome & { readonly best?: number };

/**
 * The worker's side of the page: trains, pauses, inspects and exports one network at a time. The weights of a
 * run outlive its device.
 */
export class Lab {
  readonly #emit: (event: LabEvent) => void;
  #engine: Engine | undefined;
  readonly #own = new OwnData();
  #text: GivenText | undefined;
  #run: Run | undefined;
  #gate: Gate | undefined;
  #snapshot: Weights | undefined;
  /** The search for a learning rate that goes on. */
  #search: object | undefined;
  /** Whether the run goes on with another device and has not shown progress yet. */
  #isResuming = false;
  readonly #inspection = new Inspection({
    run: () => this.#run,
    engine: () => this.#open(),
    given: () => this.#given,
  });
  readonly #gallery = new Gallery(
    () => this.#inspection.subject,
    (epochs) => this.#emit({ type: 'drawn', epochs }),
  );
  readonly #study = new TextStudy();
  readonly #tutor = new Tutor({
    run: () => this.#run,
    busy: () => this.#gate !== undefined && this.#gate.state !== 'stopped',
    open: () => this.#open(),
    given: () => this.#given,
  });

  constructor(emit: (event: LabEvent) => void) {
    this.#emit = emit;
  }

  /**
   * Runs `verify` or `bench` with the options of a query.
   *
   * @returns the task's result; its rows are sent as events
   */
  task(name: Extract<TaskName, 'verify' | 'bench'>, query: string): Promise<unknown> {
    const options = new URLSearchParams(query);
    return name === 'verify' ? verify(options, this.#emit) : bench(options, this.#emit);
  }

  /** See {@link OwnData}: a call of one of its methods. */
  async own<M extends keyof OwnCalls>(
    method: M,
    ...given: Parameters<OwnCalls[M]>
  ): Promise<Awaited<ReturnType<OwnCalls[M]>>> {
    const call = this.#own[method] as (...all: readonly unknown[]) => unknown;
    return (await call.apply(this.#own, given)) as Awaited<ReturnType<OwnCalls[M]>>;
  }

  /**
   * Learns from this text instead of the built-in one.
   *
   * @param given undefined for the built-in one
   */
  useText(given: GivenText | undefined): void {
    this.#text = given;
  }

  /** See {@link networksIn}. */
  networksIn(query: string): ReturnType<typeof networksIn> {
    const { own } = this.#own.given;
    if (!own) return networksIn(query);
    const { train } = own.data === 'table' ? own.table : own.dataset;
    return networksIn(query, train.count);
  }

  /** See {@link Tutor}. */
  lesson<K extends keyof Lessons>(
    name: K,
    ...given: Parameters<Lessons[K]>
  ): ReturnType<Lessons[K]> {
    const tell = this.#tutor[name] as (...all: Parameters<Lessons[K]>) => ReturnType<Lessons[K]>;
    return tell.apply(this.#tutor, given);
  }

  /** The device in use. */
  get engine(): Engine | undefined {
    return this.#engine;
  }

  /** Requests a device if there is none or the last one was lost. */
  async #open(request: (emit: Emit) => Promise<Engine> = openEngine): Promise<Engine> {
    try {
      this.#engine?.assertAlive();
    } catch {
      this.#close();
    }
    if (this.#engine) {
      this.#emit({ type: 'adapter', adapter: this.#engine.adapter });
      return this.#engine;
    }
    const engine = await request(this.#emit);
    this.#engine = engine;
    engine.device.lost.then(() => {
      // While nothing runs, nothing else reports it.
      if (this.#engine === engine && this.#gate?.state !== 'open') this.#sayLost(engine);
    });
    return engine;
  }

  #sayLost(engine: Engine): void {
    try {
      engine.assertAlive();
    } catch (error) {
      if (error instanceof DeviceLostError)
        this.#emit({ type: 'error', name: error.name, message: error.message });
    }
  }

  #close(): void {
    this.#end();
    this.#inspection.drop();
    this.#engine?.destroy();
    this.#engine = undefined;
  }

  #end(): void {
    this.#gallery.drop();
    this.#tutor.drop();
    this.#run?.trainer.destroy();
    this.#run = undefined;
  }

  #state(state: LabState): void {
    this.#emit({ type: 'state', state });
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
      this.#end();
      this.#snapshot = undefined;
      const engine = await this.#open();
      const opened = await openJob(runs[0].options, all[0], this.#emit, this.#given);
      const { title } = opened.settings;
      // A network that is fitted to its data is another one than the settings name.
      if (title !== all[0].title) this.#emit({ type: 'fitted', title });
      void this.#hash(opened);
      if (hold) gate.pause();
      if (runs.length > 1) return await this.#trainMany(engine, opened, all, gate, from, key);
      const job = withWarmStart(engine, opened);
      const trainer = await createTrainer(engine, job);
      this.#run = { engine, trainer, job, key };
      if (from) {
        trainer.load(readWeights(from, trainer.options.model));
        const { loss, accuracy } = await trainer.evaluate();
        this.#emit({ type: 'tested', test: { loss, accuracy } });
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
      const engine = await this.#open();
      // A run whose device was lost for good has its copy alone.
      const run = this.#run?.engine === engine ? this.#run : undefined;
      const held = run?.key === wish.key ? run : undefined;
      const options = new URLSearchParams(wish.query);
      let next: Run;
      if (held) next = await longer(held, wish);
      else {
        const opened = await openJob(options, settingsOf(options), () => {}, this.#given);
        next = await fromStored(engine, withWarmStart(engine, opened), wish);
        this.#emit({ type: 'note', text: ANEW });
      }
      if (next.trainer !== this.#run?.trainer) this.#end();
      this.#run = { ...next, key: wish.key, kept: wish.kept };
      return this.#carryOn(this.#run, gate, beforeOf(wish));
    });
  }

  /**
   * Looks for a learning rate of settings, with a network of its own: the run stays as it is. Of several networks, the first one's
   * settings count.
   *
   * @throws OptionError while a run is trained, or another search goes on
   */
  async findRate(query: string): Promise<RateSearch> {
    this.#needRest();
    const search = {};
    this.#search = search;
    try {
      const { options } = runsOf(new URLSearchParams(query))[0];
      const engine = await this.#open();
      const job = await openJob(options, settingsOf(options), () => {}, this.#given);
      return await findRate(engine, withWarmStart(engine, job), () => this.#search !== search);
    } finally {
      if (this.#search === search) this.#search = undefined;
    }
  }

  /** Ends what {@link findRate} is doing. */
  endFinding(): void {
    this.#search = undefined;
  }

  /** @throws OptionError while something is trained */
  #needRest(): void {
    if (this.#gate && this.#gate.state !== 'stopped') {
      throw new OptionError('a run is in progress; stop it before you start another');
    }
    if (this.#search) {
      throw new OptionError('a learning rate is being looked for; close its window first');
    }
  }

  /** Trains a run to its last epoch. */
  async #carryOn(run: Run, gate: Gate, before?: Before): Promise<LabOutcome> {
    await this.#keep();
    if (gate.state === 'open') this.#state('running');
    // While it trains, its weights are those of its last step.
    if (run.kept !== undefined) this.#run = { ...run, kept: undefined };
    const outcome = await runTrainer(run.trainer, run.job, this.#emit, {
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
    this.#needRest();
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
      await this.#gallery.draw().catch(() => {});
      this.#state('ended');
    }
  }

  get #given(): GivenData {
    return { ...this.#own.given, text: this.#text };
  }

  /** Says which data a run has, without holding it up. */
  async #hash(job: Job): Promise<void> {
    try {
      this.#emit({ type: 'hash', sha256: await hashOf(job) });
    } catch {
      // Without it the run has no mark of its data, and is the same.
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
    const { outcome, best } = await studyMany(engine, wish, this.#emit);
    this.#run = { engine, trainer: best.trainer, job: best.job, key };
    return { ...outcome, best: best.run };
  }

  #progress(gate: Gate): void {
    // Only now is the network on the other device.
    if (this.#isResuming && gate.state === 'open') this.#state('running');
    this.#isResuming = false;
    this.#gallery.drawNow();
  }

  /** Opens another device for the run. Views are recreated at their next drawing. */
  async #renew(): Promise<Engine> {
    this.#emit({ type: 'note', text: RENEWED });
    this.#gallery.drop();
    this.#tutor.drop();
    this.#inspection.drop();
    this.#engine?.destroy();
    this.#engine = undefined;
    const engine = await this.#open(openSoon);
    if (this.#run) this.#run = { ...this.#run, engine };
    this.#isResuming = true;
    // A stored network that is looked into was on the lost device.
    void this.#inspection.current().catch(() => {});
    return engine;
  }

  async #paused(): Promise<void> {
    this.#state('paused');
    await this.#keep().catch(() => {});
    await this.#gallery.draw().catch(() => {});
  }

  /** Copies the weights to the CPU, where they survive a lost device, or uses `fit`'s own copy. */
  async #keep(kept?: Snapshot): Promise<Weights | undefined> {
    const run = this.#run;
    if (!run) return this.#snapshot;
    const from = kept ?? run.trainer;
    const { job, key = '' } = run;
    const { stepsPerEpoch } = run.trainer;
    const step = Math.round(epochsOf(run, kept) * stepsPerEpoch);
    const bytes = await saveModel(from, fileFacts(job, step));
    const snapshot = { bytes: new Uint8Array(bytes), step, key, kept: run.kept };
    this.#snapshot = snapshot;
    return snapshot;
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

  /** Chooses what is looked into: a stored network, or the run's if none is given. See {@link Inspection.choose}. */
  async inspect(stored: StoredNetwork | undefined): Promise<void> {
    this.#gallery.drop();
    await this.#inspection.choose(stored);
  }

  /** See {@link Inspection.outputs}. */
  outputs(): ReturnType<Inspection['outputs']> {
    return this.#inspection.outputs();
  }

  /** See {@link Inspection.images}. */
  images(...given: Parameters<Inspection['images']>): ReturnType<Inspection['images']> {
    return this.#inspection.images(...given);
  }

  /** See {@link Inspection.classify}. */
  classify(...given: Parameters<Inspection['classify']>): ReturnType<Inspection['classify']> {
    return this.#inspection.classify(...given);
  }

  /** See {@link Inspection.insides}. */
  insides(): ReturnType<Inspection['insides']> {
    return this.#inspection.insides();
  }

  /** See {@link Inspection.unit}. */
  unit(...given: Parameters<Inspection['unit']>): ReturnType<Inspection['unit']> {
    return this.#inspection.unit(...given);
  }

  /** See {@link Gallery.attach}. */
  attach(...given: Parameters<Gallery['attach']>): void {
    this.#gallery.attach(...given);
  }

  /** See {@link Gallery.look}. */
  look(choice: Partial<Look>): Promise<void> {
    return this.#gallery.look(choice);
  }

  /** See {@link Gallery.show}. */
  show(...given: Parameters<Gallery['show']>): Promise<void> {
    return this.#gallery.show(...given);
  }

  /** See {@link TextStudy.attention}. */
  async attention(text: string): Promise<AttentionPicture> {
    return this.#study.attention(await this.#inspection.current(), text);
  }

  /** Continues a text; each character is sent as an event, too. See {@link TextStudy.write}. */
  async write(wish: WritingWish): Promise<Written> {
    return this.#study.write(await this.#inspection.current(), wish, this.#emit);
  }

  /** Ends what {@link write} is doing. */
  endWriting(): void {
    this.#study.end();
  }
}
