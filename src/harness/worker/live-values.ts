import { Allowance } from './allowance.ts';
import type { LabState } from './lab-event.ts';
import { Pulse } from './pulse.ts';
import { type MakesLooking, PulseOpening } from './pulse-opening.ts';
import type { PulseAnswer, PulseReading } from './pulse-reading.ts';
import type { Run } from './subject.ts';

/** Milliseconds after which a question is answered, if looking has to wait. */
const ANSWER_MS = 150;

/** A look counts so many times what was measured of it: copies, messages and drawing in the page are not, and count as much again. */
export const COUNTS = 2;

/**
 * What happens in the layers of the present network. What looks need, and the first look, are made before the first step if
 * somebody watches then. While the run trains, all has its {@link Allowance}.
 */
export class LiveValues {
  readonly #run: () => Pick<Run, 'trainer'> | undefined;
  readonly #allowance: Allowance;
  readonly #create: MakesLooking;
  #opening: PulseOpening | undefined;
  #watched = false;
  /** Seen before the first step, and not asked for yet. */
  #first: PulseReading | undefined;
  /** Milliseconds that the last look counts. */
  #cost = 0;

  /** @param parts tests have others */
  constructor(
    run: () => Pick<Run, 'trainer'> | undefined,
    parts: { readonly allowance?: Allowance; readonly create?: MakesLooking } = {},
  ) {
    this.#run = run;
    this.#allowance = parts.allowance ?? new Allowance();
    this.#create = parts.create ?? Pulse.create;
  }

  /** See {@link Allowance.state}. */
  state(state: LabState): void {
    this.#allowance.state(state);
  }

  /** Somebody watches: a run that is prepared now begins with a look. */
  watch(): void {
    this.#watched = true;
  }

  /** Nobody watches. */
  rest(): void {
    this.#watched = false;
    this.leave();
  }

  /** Frees what looks need. The next one makes it again. */
  leave(): void {
    this.#opening?.leave();
    this.#opening = undefined;
    this.#first = undefined;
    this.#cost = 0;
  }

  #opened({ trainer }: Pick<Run, 'trainer'>): PulseOpening {
    const known = this.#opening;
    if (known?.fits(trainer)) return known;
    this.leave();
    const opening = new PulseOpening(trainer, this.#allowance, this.#create);
    this.#opening = opening;
    opening.made.catch(() => {
      // The next look tries again.
      if (this.#opening === opening) this.#opening = undefined;
    });
    return opening;
  }

  /** Looks before the first step of a run, if somebody watches. What goes wrong, the next look says. */
  async prepare(): Promise<void> {
    const run = this.#run();
    if (!run || !this.#watched) return;
    try {
      const pulse = await this.#opened(run).made;
      this.#first = await pulse?.look();
      this.#cost = COUNTS * (this.#first?.cost ?? 0);
    } catch {}
  }

  /**
   * A look, or how long it has to wait.
   *
   * @returns undefined if there is no network, or if its layers are not known
   * @throws as {@link Pulse.create}
   */
  async look(): Promise<PulseAnswer> {
    this.#watched = true;
    const run = this.#run();
    if (!run) return undefined;
    const first = this.#first;
    this.#first = undefined;
    if (first) return first;
    const opening = this.#opened(run);
    const answer = this.#allowance.time.nap(ANSWER_MS).then(() => 'later' as const);
    const pulse = await Promise.race([opening.made, answer]);
    const { kernels } = opening;
    if (pulse === 'later') return { ...opening.waits, kernels };
    if (!pulse) return undefined;
    const wait = this.#allowance.due(this.#cost);
    if (wait > 0) return { wait, ask: wait, kernels };
    const reading = await pulse.look();
    this.#cost = COUNTS * reading.cost;
    this.#allowance.spend(this.#cost);
    return reading;
  }
}
