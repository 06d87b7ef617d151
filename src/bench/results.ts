import type { AdapterInfo } from '../gpu/adapter-info.ts';
import type { KernelFamily } from '../gpu/family.ts';
import type { GpuCounts } from './hooks.ts';
import type { Layout, StepSpec } from './peer.ts';
import type { Timing } from './stopwatch.ts';

/** Shares and speeds are of the race's medians; times are milliseconds, sizes bytes. */
export interface StepResult {
  readonly contender: string;
  /** Ours, a library in the same page, or a program outside of it. */
  readonly kind: 'ours' | 'peer' | 'program';
  readonly loss: StepSpec['loss'];
  readonly optimizer: StepSpec['optimizer'];
  /** A step. */
  readonly time: Timing;
  readonly samplesPerSecond: number;
  readonly shareOfPeak: number;
  /** From the call to the end of the first step, in a browser that is warm. */
  readonly firstStep: number;
  /** A step's; null where there is no GPU to ask. */
  readonly counts: GpuCounts | null;
  /** The most bytes that its GPU buffers held, beyond what was there before it; null without a GPU. */
  readonly gpuBytes: number | null;
  /** Test accuracy after so many steps: a contender that does not learn has no time. */
  readonly learned: { readonly steps: number; readonly accuracy: number };
  /** Microseconds of JavaScript for a step; ours alone. */
  readonly encode?: { readonly ours: number; readonly withWebGpu: number };
}

/** Whole epochs through `fit`, as a user trains. */
export interface EpochResult {
  readonly family: KernelFamily;
  readonly steps: number;
  readonly time: Timing;
  readonly shareOfPeak: number;
  /** Of one epoch. What reads the epoch's sums at its end is counted apart. */
  readonly loop: GpuCounts;
  readonly end: GpuCounts;
}

export interface GemmResult {
  readonly contender: string;
  readonly layout: Layout;
  readonly n: number;
  readonly time: Timing;
  readonly gflops: number;
  readonly shareOfPeak: number;
}

/** A step's dispatches in order, each timed alone. */
export interface DispatchesResult {
  readonly contender: string;
  readonly dispatches: readonly { readonly label: string; readonly nanoseconds: number }[];
}

/** Two trainers of the same seed, and the hashes of their weights. */
export interface RepeatResult {
  readonly family: KernelFamily;
  readonly steps: number;
  readonly hashes: readonly [string, string];
}

/** Steps of 784–W–W–10 by width: time for a floating point operation. */
export interface ScalingResult {
  readonly family: KernelFamily;
  readonly widths: readonly {
    readonly width: number;
    readonly flop: number;
    readonly time: Timing;
  }[];
  /** Time for an operation at the largest width, over that at the smallest. */
  readonly ratio: number;
}

/** The first step in a fresh browser; milliseconds. */
export interface ColdSample {
  readonly contender: string;
  readonly total: number;
  /** Ours: device, planning and upload, the wait for compilers beyond that, and the step itself. */
  readonly parts?: {
    readonly engine: number;
    readonly create: number;
    readonly compile: number;
    readonly step: number;
  };
}

/** What the page measured. */
export interface BenchResults {
  readonly date: string;
  readonly adapter: AdapterInfo & { readonly driver: string };
  /** That the device can run, the one that suits it first. */
  readonly families: readonly KernelFamily[];
  readonly runtime: 'browser' | 'node';
  readonly dataset: { readonly name: string; readonly synthetic: boolean };
  readonly rounds: number;
  /** GFLOP/s of multiply-adds in registers, before and after all the rest. */
  readonly peak: { readonly before: number; readonly after: number };
  readonly peers: readonly { readonly name: string; readonly version: string }[];
  readonly steps: readonly StepResult[];
  readonly epochs: readonly EpochResult[];
  readonly gemm: readonly GemmResult[];
  /** Results that were kept before there was this part have none. */
  readonly dispatches?: readonly DispatchesResult[];
  readonly repeat: readonly RepeatResult[];
  readonly scaling: readonly ScalingResult[];
  /** JavaScript's heap at its largest between contenders; null where it cannot be read. */
  readonly heapBytes: number | null;
}

/** What the command keeps of a run. */
export interface SavedBench extends BenchResults {
  readonly cold: readonly { readonly contender: string; readonly samples: readonly ColdSample[] }[];
  readonly browser: string;
  readonly system: { readonly os: string; readonly cpu: string; readonly cores: number };
  readonly commit: string;
  readonly command: string;
}
