import { type Family, type PlanKind, plan } from '../fusion/index.ts';
import type { Gpu } from '../gpu/gpu.ts';
import type { LinkOptions } from '../gpu/link.ts';
import { withClosing } from '../graph/closing.ts';
import { Arena, type BoundDispatch, type Resources } from '../graph/executor.ts';
import { type ExplainOptions, explain } from '../graph/explain.ts';
import type { Closing, KernelChoice, Ref } from '../graph/op.ts';
import type { Plan } from '../graph/plan.ts';
import type { PlannedDispatch } from '../graph/planned-dispatch.ts';
import { tunePlan } from '../graph/tuner.ts';
import type { Pace, SessionGraph } from './session-options.ts';

export interface ProgramOptions {
  readonly plan: PlanKind;
  /** Loaded for this kind of plan. */
  readonly family: Family;
  /** Prefer kernels that compile fast over fast kernels. */
  readonly quick: boolean;
  /** Whether a layer's parameters are not adjacent in memory. */
  readonly apart: boolean;
  readonly resources: Resources;
  /** Ends a step and prepares the next one. */
  readonly tick: Closing;
  /** How products hold their operands. Default as they are. */
  readonly staging?: KernelChoice['staging'];
}

/** A session's graph, planned for one family of kernels, with its memory and bindings. */
export class Program {
  readonly #engine: Gpu;
  readonly #graph: SessionGraph;
  readonly #options: ProgramOptions;
  #arena: Arena;
  #plan: Plan;
  #step: readonly BoundDispatch[] = [];

  /** Plans and allocates; call {@link compile} next. */
  constructor(engine: Gpu, graph: SessionGraph, options: ProgramOptions) {
    this.#engine = engine;
    this.#graph = graph;
    this.#options = options;
    this.#plan = this.#planned();
    this.#arena = new Arena(engine, this.#plan, options.resources);
  }

  /** The memory of the plan. {@link tune} replaces it. */
  get arena(): Arena {
    return this.#arena;
  }

  #planned(): Plan {
    const { device, tunings } = this.#engine;
    const { targets, keep } = this.#graph;
    const { plan: kind, family, apart, staging } = this.#options;
    const quick = this.#options.quick || this.#engine.quick;
    return plan(
      kind,
      targets,
      keep,
      { device, family },
      { tuning: new Map(tunings), quick, apart, staging },
    );
  }

  get plan(): Plan {
    return this.#plan;
  }

  /** The dispatches of a step; the last one ends with the tick. */
  get dispatches(): readonly PlannedDispatch[] {
    return withClosing(this.#plan, this.#options.tick);
  }

  /** The same, compiled and bound. Empty before {@link compile}. */
  get step(): readonly BoundDispatch[] {
    return this.#step;
  }

  /** The tick alone, which is always the first workgroup of the last dispatch. Empty before {@link compile}. */
  get tick(): readonly BoundDispatch[] {
    return this.#step.slice(-1).map((last) => ({ ...last, grid: [1, 1, 1] }));
  }

  /**
   * Confirms the choice of kernels by timing, see {@link tunePlan}. The engine keeps the result.
   *
   * @param budget milliseconds
   */
  async tune(budget: number): Promise<void> {
    const { tunings } = this.#engine;
    const found = await tunePlan(this.#engine, this.arena, this.#plan, { budget, known: tunings });
    if (found.size === 0) return;
    tunings.add(found);
    this.replan();
  }

  /** Plans again, after something has changed that the plan depends on. Its memory is new. */
  replan(): void {
    // Another plan has scratch memory of its own.
    this.#plan = this.#planned();
    this.#arena.destroy();
    this.#arena = new Arena(this.#engine, this.#plan, this.#options.resources);
  }

  /**
   * Compiles all kernels and binds them.
   *
   * @param pace compiles them in turn: while steps run, so that at most one kernel holds them up. Default: all at once
   */
  async compile(pace?: Pace): Promise<void> {
    const { dispatches } = this;
    const options = this.#linking;
    for (const [done, dispatch] of pace ? dispatches.entries() : []) {
      await pace?.(done, dispatches.length);
      await this.arena.bind([dispatch], options);
    }
    this.#step = await this.arena.bind(dispatches, options);
  }

  /** The plain plan runs kernels as they are written, to compare the lowered ones with. */
  get #linking(): LinkOptions<Ref> {
    return { unroll: this.#options.plan === 'fused' };
  }

  /** The plan and the tick as a table; see {@link explain}. */
  explain(options: ExplainOptions): string {
    return explain(this.#plan, this.arena, options, this.dispatches, this.#linking);
  }

  destroy(): void {
    this.arena.destroy();
  }
}
