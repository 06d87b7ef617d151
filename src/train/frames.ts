import { describe } from '../check.ts';
import { OptionError } from '../errors.ts';
import type { Gpu } from '../gpu/gpu.ts';
import { Profiler } from '../gpu/profiler.ts';
import { waitFor } from '../gpu/wait.ts';
import { FrameBudget, type Portion } from './frame-budget.ts';
import type { Session } from './session.ts';

/** Milliseconds of GPU time, as a number or with its unit. */
export type Budget = number | `${number}ms`;

/** Ends of work that are seen less apart than this are seen at once: nobody knows how long it took. */
const AT_ONCE_MS = 0.1;

/** @throws OptionError for what is no time above 0. */
export function millisecondsOf(budget: Budget): number {
  const text = typeof budget === 'string' ? budget.replace(/ms$/, '') : budget;
  const milliseconds = typeof text === 'string' && text.trim() ? Number(text) : text;
  if (typeof milliseconds === 'number' && milliseconds > 0 && milliseconds < Infinity) {
    return milliseconds;
  }
  throw new OptionError(
    `budget ${describe(budget)} was given; it is a time above 0, as 4 or '4ms'`,
  );
}

/**
 * Submits as many steps as fit a frame's budget, see {@link FrameBudget}. How long a step takes is learnt from
 * timestamps, or without them from when the work before it was done and when it was.
 */
export class Frames {
  readonly #engine: Gpu;
  readonly #session: Session;
  readonly #budget = new FrameBudget();
  #profiler: Profiler | undefined;
  /** Whether the timestamps are free; before there is known to be memory for them they are not. */
  #free = false;
  #submitting: Promise<void> | undefined;
  #running: Promise<void> | undefined;
  #fault: unknown;

  constructor(engine: Gpu, session: Session) {
    this.#engine = engine;
    this.#session = session;
    if (!engine.timestamps) return;
    this.#profiler = new Profiler(engine, 1);
    engine.buffers.settle().then(
      () => {
        this.#free = true;
      },
      () => this.destroy(),
    );
  }

  /**
   * Submits steps.
   *
   * @returns how many; 0 if training is behind
   */
  run(milliseconds: number): number {
    this.#engine.assertAlive();
    if (this.#fault !== undefined) throw this.#fault;
    // Images of the last frame are on their way, through memory that this one needs.
    if (this.#submitting) return 0;
    const portion = this.#budget.take(milliseconds, this.#session.mostSteps, performance.now());
    if (!portion) return 0;
    let submitted = (): void => {};
    this.#submitting = new Promise((resolve) => {
      submitted = () => {
        this.#submitting = undefined;
        submitted = () => {};
        resolve();
      };
    });
    const running: Promise<void> = this.#submit(portion, () => submitted())
      .catch((error: unknown) => {
        this.#fault = error;
      })
      .finally(() => {
        submitted();
        if (this.#running === running) this.#running = undefined;
      });
    this.#running = running;
    return portion.steps;
  }

  /** Settled when the steps of the last frame are done; undefined if they are. */
  get running(): Promise<void> | undefined {
    return this.#running;
  }

  /** Settled when the steps of the last frame stand in the queue; undefined where they do. */
  get submitting(): Promise<void> | undefined {
    return this.#submitting;
  }

  async #submit(portion: Portion, submitted: () => void): Promise<void> {
    const { device } = this.#engine;
    const encoder = device.createCommandEncoder();
    let profiler: Profiler | undefined;
    let milliseconds: number | undefined;
    try {
      const staged = this.#session.stage(encoder, portion.steps);
      // Not for a resident data set: its steps stand in the queue before this returns.
      if (staged) await staged;
      this.#engine.assertAlive();
      if (this.#free) profiler = this.#profiler;
      if (profiler) this.#free = false;
      this.#session.encode(encoder, portion.steps, profiler?.stretch());
      profiler?.resolve(encoder);
      const done = (): Promise<number> =>
        waitFor(this.#engine, device.queue.onSubmittedWorkDone()).then(() => performance.now());
      const begun = performance.now();
      const before = this.#profiler ? undefined : done();
      // If it fails, so does the wait behind it, which tells.
      before?.catch(() => {});
      const taken = this.#engine.submit(encoder);
      submitted();
      if (profiler) milliseconds = (await profiler.read())[0] / 1e6;
      else {
        const ended = await done();
        const own = before && ended - (await before);
        milliseconds = own !== undefined && own < AT_ONCE_MS ? ended - begun : own;
      }
      await taken;
      if (profiler) this.#free = true;
    } finally {
      this.#budget.done(portion, milliseconds);
    }
  }

  destroy(): void {
    this.#free = false;
    this.#profiler?.destroy();
    this.#profiler = undefined;
  }
}
