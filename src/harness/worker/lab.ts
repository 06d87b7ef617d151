import { parseSafetensors } from '../../data/safetensors.ts';
import type { Engine } from '../../gpu/engine.ts';
import type { TaskName } from '../protocol.ts';
import { bench } from '../tasks/bench.ts';
import type { GivenData } from '../tasks/job.ts';
import type { GivenText } from '../tasks/text.ts';
import { verify } from '../tasks/verify.ts';
import { Gallery } from './gallery.ts';
import { Inspection, type StoredNetwork } from './inspection.ts';
import { learnsFrom } from './job-hash.ts';
import { LabDevice } from './lab-device.ts';
import type { LabEvent } from './lab-event.ts';
import { networksIn } from './networks-in.ts';
import { type OwnCalls, OwnData } from './own-data.ts';
import { RateFinding } from './rate-finding.ts';
import type { TableCalls } from './table-study.ts';
import { type AttentionPicture, TextStudy, type WritingWish, type Written } from './text-study.ts';
import { Training } from './training.ts';
import { type Lessons, Tutor } from './tutor.ts';
import type { Look } from './views.ts';

/** The worker's side of the page: what it can be asked. Each part does the work of one purpose. */
export class Lab {
  readonly #emit: (event: LabEvent) => void;
  readonly #own = new OwnData();
  #text: GivenText | undefined;
  readonly #device = new LabDevice({
    emit: (event) => this.#emit(event),
    isTraining: () => this.#training.turn.isRunning,
    isBusy: () => this.#training.turn.isBusy,
    left: (isBusy) => {
      // A paused run has a copy, and asks for another device when it is resumed.
      if (!isBusy) this.#training.end();
      this.#inspection.leaveLost();
    },
  });
  readonly #training: Training = new Training({
    emit: (event) => {
      if (event.type === 'state') this.#tutor.live.state(event.state);
      this.#emit(event);
    },
    device: this.#device,
    given: () => this.#given,
    isFinding: () => this.#finding.isOpen,
    views: {
      leaveRun: () => {
        this.#gallery.drop();
        this.#tutor.live.leave();
      },
      ready: () => this.#tutor.live.prepare(),
      leaveDevice: () => this.#inspection.leaveLost(),
      // A stored network that is looked into was on the lost device.
      renewed: () => void this.#inspection.current().catch(() => {}),
      draw: () => this.#gallery.draw(),
      drawNow: () => this.#gallery.drawNow(),
    },
  });
  readonly #finding = new RateFinding({
    device: this.#device,
    given: () => this.#given,
    needRest: () => this.#training.turn.needRest(),
  });
  readonly #inspection = new Inspection({
    run: () => this.#training.run,
    engine: () => this.#device.open(),
    given: () => this.#given,
  });
  readonly #gallery = new Gallery(
    () => this.#inspection.subject,
    (epochs) => this.#emit({ type: 'drawn', epochs }),
  );
  readonly #study = new TextStudy();
  readonly #tutor = new Tutor({
    run: () => this.#training.run,
    busy: () => this.#training.turn.isBusy,
    open: () => this.#device.open(),
    given: () => this.#given,
  });

  constructor(emit: (event: LabEvent) => void) {
    this.#emit = emit;
  }

  get #given(): GivenData {
    return { ...this.#own.given, text: this.#text };
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

  /** Checks that a file has weights, of any network. @throws DataError */
  needWeights(file: Uint8Array): void {
    parseSafetensors(file);
  }

  /** See {@link learnsFrom}. */
  learnsFrom(query: string, sha256: string): Promise<boolean> {
    return learnsFrom(query, sha256, this.#given);
  }

  /** See {@link networksIn}. */
  networksIn(query: string): ReturnType<typeof networksIn> {
    const { own } = this.#own.given;
    if (!own) return networksIn(query);
    if (own.data === 'table') return networksIn(query, { samples: own.table.train.count });
    const { count, channels = 1, ...size } = own.dataset.train;
    return networksIn(query, { samples: count, channels, size });
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
    return this.#device.engine;
  }

  /** See {@link Training.train}. */
  train(...given: Parameters<Training['train']>): ReturnType<Training['train']> {
    return this.#training.train(...given);
  }

  /** See {@link Training.more}. */
  more(...given: Parameters<Training['more']>): ReturnType<Training['more']> {
    return this.#training.more(...given);
  }

  /** See {@link RateFinding.find}. */
  findRate(query: string): ReturnType<RateFinding['find']> {
    return this.#finding.find(query);
  }

  /** See {@link RateFinding.end}. */
  endFinding(): void {
    this.#finding.end();
  }

  /** See {@link Turn.pause}. */
  pause(): void {
    this.#training.turn.pause();
  }

  /** See {@link Turn.resume}. */
  resume(): void {
    this.#training.turn.resume();
  }

  /** See {@link Turn.stop}. */
  stop(): void {
    this.#training.turn.stop();
  }

  /** See {@link Training.weights}. */
  weights(): ReturnType<Training['weights']> {
    return this.#training.weights();
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

  /** See {@link TableStudy}: a call of one of its methods. */
  async table<M extends keyof TableCalls>(
    method: M,
    ...given: Parameters<TableCalls[M]>
  ): Promise<Awaited<ReturnType<TableCalls[M]>>> {
    const { table } = this.#inspection;
    const call = table[method] as (...all: readonly unknown[]) => unknown;
    return (await call.apply(table, given)) as Awaited<ReturnType<TableCalls[M]>>;
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
