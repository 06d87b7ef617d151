import { describe } from '../check.ts';
import { OptionError } from '../errors.ts';
import type { Gpu } from '../gpu/gpu.ts';
import { Profiler } from '../gpu/profiler.ts';
import { waitFor } from '../gpu/wait.ts';
import { FrameBudget, type Portion } from './frame-budget.ts';
import type { Session } from './session.ts';

/** Milliseconds of GPU time, as a number or with its unit. */
export type Budget = number | `${number}ms`;

/** If two ends of work are closer than this, the time between them is unknown. */
const AT_ONCE_MS = 0.1;

/** @throws OptionError unless it is a time above 0. */
export function millisecondsOf(budget: Budget): number {
  const text = typeof budget === 'string' ? budget.replace(/ms$/, '') : budget;
  const milliseconds = typeof text === 'string' && text.trim() ? Number(text) : text;
  if (typeof milliseconds === 'number' && milliseconds > 0 && milliseconds < Infinity) {
    return milliseconds;
  }
  throw new OptionError(`budget ${describe(budget)} was given; use a time above 0, as 4 or '4ms'`);
}

/**
 * Submits as many steps as fit a frame's budget, see {@link FrameBudget}. The time of a step comes from
 * timestamps, or without them from the ends of the work before it and of its own.
 */
export class Frames {
  readonly #engine: Gpu;
  readonly #session: Session;
  readonly #budget = new FrameBudget();
  #profiler: Profiler | undefined;
  /** Whether the timestamps are free; not before their memory is confirmed. */
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
    // Samples of the last frame are still being staged, in memory that this one needs.
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

  /** Settled when the steps of the last frame are submitted; undefined if they are. */
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
      // Not for a resident data set: its steps are submitted before this returns.
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
      // If it fails, the wait after it fails too and reports it.
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
