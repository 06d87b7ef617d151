import { parseSafetensors } from '../../data/safetensors.ts';
import type { Engine } from '../../gpu/engine.ts';
import type { TaskName } from '../protocol.ts';
import { bench } from '../tasks/bench.ts';
import type { GivenText } from '../tasks/text.ts';
import { verify } from '../tasks/verify.ts';
import type { Gallery } from './gallery.ts';
import type { Inspection } from './inspection.ts';
import { learnsFrom } from './job-hash.ts';
import type { LabEvent } from './lab-event.ts';
import { LabParts } from './lab-parts.ts';
import { networksIn } from './networks-in.ts';
import type { OwnCalls } from './own-data.ts';
import type { RateFinding } from './rate-finding.ts';
import type { StoredNetwork } from './stored-network.ts';
import type { TableCalls } from './table-study.ts';
import type { AttentionPicture, WritingWish, Written } from './text-study.ts';
import type { Training } from './training.ts';
import type { Lessons } from './tutor.ts';
import type { Look } from './views.ts';

/** The worker's side of the page: what it can be asked. Its {@link LabParts} do the work. */
export class Lab {
  readonly #emit: (event: LabEvent) => void;
  readonly #parts: LabParts;

  constructor(emit: (event: LabEvent) => void) {
    this.#emit = emit;
    this.#parts = new LabParts(emit);
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
    const { own } = this.#parts;
    const call = own[method] as (...all: readonly unknown[]) => unknown;
    return (await call.apply(own, given)) as Awaited<ReturnType<OwnCalls[M]>>;
  }

  /**
   * Learns from this text instead of the built-in one.
   *
   * @param given undefined for the built-in one
   */
  useText(given: GivenText | undefined): void {
    this.#parts.text = given;
  }

  /** Checks that a file has weights, of any network. @throws DataError */
  needWeights(file: Uint8Array): void {
    parseSafetensors(file);
  }

  /** See {@link learnsFrom}. */
  learnsFrom(query: string, sha256: string): Promise<boolean> {
    return learnsFrom(query, sha256, this.#parts.given);
  }

  /** See {@link networksIn}. */
  networksIn(query: string): ReturnType<typeof networksIn> {
    const { own } = this.#parts.own.given;
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
    const { tutor } = this.#parts;
    const tell = tutor[name] as (...all: Parameters<Lessons[K]>) => ReturnType<Lessons[K]>;
    return tell.apply(tutor, given);
  }

  /** The device in use. */
  get engine(): Engine | undefined {
    return this.#parts.device.engine;
  }

  /** See {@link Training.train}. */
  train(...given: Parameters<Training['train']>): ReturnType<Training['train']> {
    return this.#parts.training.train(...given);
  }

  /** See {@link Training.takeWeights}. */
  takeWeights(...given: Parameters<Training['takeWeights']>): ReturnType<Training['takeWeights']> {
    return this.#parts.training.takeWeights(...given);
  }

  /** See {@link Training.more}. */
  more(...given: Parameters<Training['more']>): ReturnType<Training['more']> {
    return this.#parts.training.more(...given);
  }

  /** See {@link RateFinding.find}. */
  findRate(query: string): ReturnType<RateFinding['find']> {
    return this.#parts.finding.find(query);
  }

  /** See {@link RateFinding.end}. */
  endFinding(): void {
    this.#parts.finding.end();
  }

  /** See {@link Turn.pause}. */
  pause(): void {
    this.#parts.training.turn.pause();
  }

  /** See {@link Turn.resume}. */
  resume(): void {
    this.#parts.training.turn.resume();
  }

  /** See {@link Turn.stop}. */
  stop(): void {
    this.#parts.training.turn.stop();
  }

  /** See {@link Training.weights}. */
  weights(): ReturnType<Training['weights']> {
    return this.#parts.training.weights();
  }

  /** Chooses what is looked into: a stored network, or the run's if none is given. See {@link Inspection.choose}. */
  async inspect(stored: StoredNetwork | undefined): Promise<void> {
    this.#parts.gallery.drop();
    await this.#parts.inspection.choose(stored);
  }

  /** See {@link Inspection.outputs}. */
  outputs(): ReturnType<Inspection['outputs']> {
    return this.#parts.inspection.outputs();
  }

  /** See {@link Inspection.images}. */
  images(...given: Parameters<Inspection['images']>): ReturnType<Inspection['images']> {
    return this.#parts.inspection.images(...given);
  }

  /** See {@link Inspection.classify}. */
  classify(...given: Parameters<Inspection['classify']>): ReturnType<Inspection['classify']> {
    return this.#parts.inspection.classify(...given);
  }

  /** See {@link Inspection.insides}. */
  insides(): ReturnType<Inspection['insides']> {
    return this.#parts.inspection.insides();
  }

  /** See {@link Inspection.unit}. */
  unit(...given: Parameters<Inspection['unit']>): ReturnType<Inspection['unit']> {
    return this.#parts.inspection.unit(...given);
  }

  /** See {@link TableStudy}: a call of one of its methods. */
  async table<M extends keyof TableCalls>(
    method: M,
    ...given: Parameters<TableCalls[M]>
  ): Promise<Awaited<ReturnType<TableCalls[M]>>> {
    const { table } = this.#parts.inspection;
    const call = table[method] as (...all: readonly unknown[]) => unknown;
    return (await call.apply(table, given)) as Awaited<ReturnType<TableCalls[M]>>;
  }

  /** See {@link Gallery.attach}. */
  attach(...given: Parameters<Gallery['attach']>): void {
    this.#parts.gallery.attach(...given);
  }

  /** See {@link Gallery.look}. */
  look(choice: Partial<Look>): Promise<void> {
    return this.#parts.gallery.look(choice);
  }

  /** See {@link Gallery.show}. */
  show(...given: Parameters<Gallery['show']>): Promise<void> {
    return this.#parts.gallery.show(...given);
  }

  /** See {@link TextStudy.attention}. */
  async attention(text: string): Promise<AttentionPicture> {
    return this.#parts.study.attention(await this.#parts.inspection.current(), text);
  }

  /** Continues a text; each character is sent as an event, too. See {@link TextStudy.write}. */
  async write(wish: WritingWish): Promise<Written> {
    return this.#parts.study.write(await this.#parts.inspection.current(), wish, this.#emit);
  }

  /** Ends what {@link write} is doing. */
  endWriting(): void {
    this.#parts.study.end();
  }
}
