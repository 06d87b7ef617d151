import { describe } from '../check.ts';
import { OptionError } from '../errors.ts';
import type { Gpu } from '../gpu/gpu.ts';
import { Profiler } from '../gpu/profiler.ts';
import type { Session } from './session.ts';

/** Milliseconds of GPU time, as a number or with its unit. */
export type Budget = number | `${number}ms`;

/** Fastest that a step is taken to be: browsers round timestamps, some of them to 0.1 ms. */
const LEAST_MS = 0.005;

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
 * As many steps as fit a share of a frame. How long a step takes is learnt from timestamps, or without
 * them from when the work is done; a frame whose work is not done yet gets no more of it, so that what
 * is drawn never waits behind a queue of steps.
 */
export class Frames {
  readonly #engine: Gpu;
  readonly #session: Session;
  #profiler: Profiler | undefined;
  /** Whether there is known to be memory for timestamps; the first frames may be over before. */
  #timed = false;
  #stepMs: number | undefined;
  #steps = 0;
  #busy = false;
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
        this.#timed = true;
      },
      () => this.destroy(),
    );
  }

  /**
   * Submits steps.
   *
   * @returns how many; 0 while the last ones are not done
   */
  run(milliseconds: number): number {
    this.#engine.assertAlive();
    if (this.#fault !== undefined) throw this.#fault;
    if (this.#busy) return 0;
    // At most doubled: the first step's time holds the last of compiling.
    const fitting = this.#stepMs === undefined ? 1 : Math.floor(milliseconds / this.#stepMs);
    const steps = Math.min(
      Math.max(1, fitting),
      Math.max(1, 2 * this.#steps),
      this.#session.mostSteps,
    );
    this.#steps = steps;
    this.#busy = true;
    let submitted = (): void => {};
    this.#submitting = new Promise((resolve) => {
      submitted = () => {
        this.#submitting = undefined;
        resolve();
      };
    });
    this.#running = this.#submit(steps, submitted)
      .catch((error: unknown) => {
        this.#fault = error;
      })
      .finally(() => {
        submitted();
        this.#busy = false;
        this.#running = undefined;
      });
    return steps;
  }

  /** Settled when the steps of the last frame are done; undefined if they are. */
  get running(): Promise<void> | undefined {
    return this.#running;
  }

  /** Settled when the steps of the last frame stand in the queue; undefined where they do. */
  get submitting(): Promise<void> | undefined {
    return this.#submitting;
  }

  async #submit(steps: number, submitted: () => void): Promise<void> {
    const { device } = this.#engine;
    const encoder = device.createCommandEncoder();
    const staged = this.#session.stage(encoder, steps);
    // Not for a resident data set: its steps stand in the queue before this returns.
    if (staged) await staged;
    this.#engine.assertAlive();
    const profiler = this.#timed ? this.#profiler : undefined;
    this.#session.encode(encoder, steps, profiler?.stretch());
    profiler?.resolve(encoder);
    const begun = performance.now();
    const taken = this.#engine.submit(encoder);
    submitted();
    const [nanoseconds] = profiler
      ? await profiler.read()
      : [await device.queue.onSubmittedWorkDone().then(() => 1e6 * (performance.now() - begun))];
    await taken;
    const measured = Math.max(LEAST_MS, nanoseconds / 1e6 / steps);
    // A frame that was too long is seen to at once, one that was too short by and by.
    const before = this.#stepMs ?? measured;
    this.#stepMs = Math.max(measured, 0.8 * before + 0.2 * measured);
  }

  destroy(): void {
    this.#timed = false;
    this.#profiler?.destroy();
  }
}
