import type { AdapterInfo } from '../gpu/adapter-info.ts';
import type { KernelFamily } from '../gpu/family.ts';
import type { GpuCounts } from './hooks.ts';
import type { Layout, StepSpec } from './peer.ts';
import type { Timing } from './stopwatch.ts';

/** Shares and speeds are based on the race's medians. Times are milliseconds, sizes bytes. */
export interface StepResult {
  readonly contender: string;
  /** Ours, a library in the same page, or a program outside of the page. */
  readonly kind: 'ours' | 'peer' | 'program';
  readonly loss: StepSpec['loss'];
  readonly optimizer: StepSpec['optimizer'];
  /** A step. */
  readonly time: Timing;
  readonly samplesPerSecond: number;
  readonly shareOfPeak: number;
  /** From the call to the end of the first step, in a warm browser. */
  readonly firstStep: number;
  /** For each step; null without a GPU. */
  readonly counts: GpuCounts | null;
  /** Peak size of its GPU buffers; null without a GPU. */
  readonly gpuBytes: number | null;
  /** On the test split after so many steps: only contenders that learn are timed. The loss is missing in older results. */
  readonly learned: { readonly steps: number; readonly accuracy: number; readonly loss?: number };
  /** Microseconds of JavaScript for a step; only for ours. */
  readonly encode?: { readonly ours: number; readonly withWebGpu: number };
}

/** A product of a step, and our plain product of the same sizes; all of its kind together. */
export interface ProductResult {
  /** As `forward` or `weight gradient`. */
  readonly what: string;
  readonly products: readonly {
    readonly layout: Layout;
    readonly m: number;
    readonly n: number;
    readonly k: number;
    /** Operations that the step needs of it, and those of the plain product, in GFLOP. */
    readonly flop: number;
    readonly plainFlop: number;
    readonly plain: Timing;
  }[];
  /** How many there are in a step. */
  readonly count: number;
  /** Of one of them, with all that is fused into it. */
  readonly time: Timing;
  /** Its operations a second divided by those of the plain products. */
  readonly share: number;
}

/** A network's steps. */
export interface NetworkResult {
  readonly network: string;
  readonly title: string;
  readonly batch: number;
  readonly optimizer: StepSpec['optimizer'];
  readonly parameters: number;
  /** Operations of a step. */
  readonly flop: number;
  /** The loss that a contender must fall below to be timed. */
  readonly bound: number;
  readonly steps: readonly StepResult[];
  /** What others lack, and what was done instead. */
  readonly notes: readonly string[];
  /** Calls for each step of a loop that submits each step by itself, and bytes of buffers before and after it. */
  readonly loop: {
    readonly family: KernelFamily;
    readonly steps: number;
    readonly counts: GpuCounts;
    readonly bytes: readonly [before: number, after: number];
  };
  /** Empty if the device has no timestamps. */
  readonly products: readonly ProductResult[];
  /** All products together, and all dispatches of a step, each timed by itself; milliseconds. Null without timestamps. */
  readonly profiled: {
    readonly products: number;
    readonly all: number;
    readonly share: number;
  } | null;
}

/** Whole epochs through `fit`, as a user trains. */
export interface EpochResult {
  readonly family: KernelFamily;
  readonly steps: number;
  readonly time: Timing;
  readonly shareOfPeak: number;
  /** Calls in one epoch. Reading the epoch's sums at its end is counted separately. */
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

/** A step's dispatches in order, each timed separately. */
export interface DispatchesResult {
  readonly contender: string;
  readonly dispatches: readonly {
    readonly label: string;
    readonly nanoseconds: number;
    /** Standard error, if timestamps are rounded; results before 2026-11-28 have none. */
    readonly error?: number;
  }[];
}

/** Two trainers of the same seed, and the hashes of their weights. */
export interface RepeatResult {
  readonly family: KernelFamily;
  readonly steps: number;
  readonly hashes: readonly [string, string];
}

/** Steps of 784–W–W–10 by width: time for each floating point operation. */
export interface ScalingResult {
  readonly family: KernelFamily;
  readonly widths: readonly {
    readonly width: number;
    readonly flop: number;
    readonly time: Timing;
  }[];
  /** Time for each operation at the largest width, divided by that at the smallest. */
  readonly ratio: number;
}

/** Steps of several networks in the same dispatches. */
export interface ManyResult {
  readonly family: KernelFamily;
  /** A step of a trainer. */
  readonly single: Timing;
  readonly networks: readonly { readonly count: number; readonly time: Timing }[];
}

/** The first step in a fresh browser; milliseconds. */
export interface ColdSample {
  readonly contender: string;
  readonly total: number;
  /** Only for ours: device, planning and upload, waiting for compilation, and the step itself. */
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
  /** Families that the device can run, the default one first. */
  readonly families: readonly KernelFamily[];
  readonly runtime: 'browser' | 'node';
  readonly dataset: { readonly name: string; readonly synthetic: boolean };
  readonly rounds: number;
  /** GFLOP/s of multiply-adds in registers, before and after everything else. */
  readonly peak: { readonly before: number; readonly after: number };
  readonly peers: readonly { readonly name: string; readonly version: string }[];
  readonly steps: readonly StepResult[];
  /** Missing in older results. */
  readonly networks?: readonly NetworkResult[];
  readonly epochs: readonly EpochResult[];
  readonly gemm: readonly GemmResult[];
  /** Missing in older results. */
  readonly dispatches?: readonly DispatchesResult[];
  readonly repeat: readonly RepeatResult[];
  readonly scaling: readonly ScalingResult[];
  /** Missing in older results. */
  readonly many?: readonly ManyResult[];
  /** The largest JavaScript heap between contenders; null if it cannot be read. */
  readonly heapBytes: number | null;
}

/** A run as the command stores it. */
export interface SavedBench extends BenchResults {
  readonly cold: readonly { readonly contender: string; readonly samples: readonly ColdSample[] }[];
  readonly browser: string;
  readonly system: { readonly os: string; readonly cpu: string; readonly cores: number };
  readonly commit: string;
  readonly command: string;
}
