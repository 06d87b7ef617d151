import { DataError } from '../errors.ts';
import type { LossKind } from '../nn/losses.ts';
import type { BenchData } from './data.ts';
import type { NetworkSpec } from './networks/index.ts';

/** Which operand of a product is stored transposed. */
export type Layout = 'NN' | 'NT' | 'TN';
export type OptimizerKind = 'sgd' | 'adam' | 'adamw';

/** How a contender shows that it learns; see `parts/race.ts`. */
export interface Proof {
  /** Accuracy on the test split that it must reach, or loss that it must fall below. */
  readonly measure: 'accuracy' | 'loss';
  readonly bound: number;
  /** It may train for this time, and at least so many steps. */
  readonly milliseconds: number;
  readonly steps: number;
}

/** The network and recipe that every contender trains. */
export interface StepSpec {
  readonly network: NetworkSpec;
  readonly batch: number;
  readonly loss: LossKind;
  readonly optimizer: OptimizerKind;
  readonly learningRate: number;
  /** AdamW's. */
  readonly weightDecay: number;
  /** Mean and deviation to standardise pixels (0 to 1) with. */
  readonly normalize: readonly [number, number];
  readonly proof: Proof;
}

/** What a network has learned. */
export interface Evaluated {
  readonly loss: number;
  /** From 0 to 1. */
  readonly accuracy: number;
}

/** A library's training loop. */
export interface StepPeer {
  /** Trains `steps` steps, across epochs if needed, and waits for the last. */
  run(steps: number): Promise<void>;
  /** Loss and accuracy on the test split, without dropout. */
  evaluate(): Promise<Evaluated>;
  dispose(): void | Promise<void>;
}

/** A library's product of two n×n matrices. */
export interface GemmPeer {
  /** Multiplies `count` times and waits for the last. */
  run(count: number): Promise<void>;
  /** The first row of the product, for a check. */
  row(): Promise<Float32Array>;
  dispose(): void;
}

/** A library on one of its backends. */
export interface Peer {
  readonly name: string;
  readonly device: 'gpu' | 'cpu';
  readonly version: string;
  /** Starts the backend; throws if it cannot run here. */
  init(): Promise<void>;
  /** What it lacks for a network, and what it does instead. */
  instead(spec: StepSpec): readonly string[];
  /** Uploads the data once for all recipes, so that its memory can be measured separately. */
  prepare(spec: StepSpec, data: BenchData): Promise<void>;
  /** After {@link prepare}. */
  step(spec: StepSpec, data: BenchData): Promise<StepPeer>;
  gemm(layout: Layout, n: number, values: Float32Array): Promise<GemmPeer>;
  /** Frees the data. */
  forget(): Promise<void>;
}

/** What the peers' script exports. */
export interface PeerModule {
  /** @param assets address of the folder with the libraries' own files, ending in a slash */
  peersOf(assets: string): readonly Peer[];
}

/**
 * Loads the peers' script, which is not part of the package: `bench/` builds and serves it.
 *
 * @param address of the script
 * @param assets of the folder with the libraries' own files
 * @throws DataError if it cannot be loaded.
 */
export async function loadPeers(address: string, assets: string): Promise<readonly Peer[]> {
  let module: Partial<PeerModule>;
  try {
    module = await import(address);
  } catch (error) {
    throw new DataError(
      `the peers' script ${address} could not be loaded (${String(error)}). Run: gradweave bench --peers, in a checkout`,
    );
  }
  if (typeof module.peersOf !== 'function') {
    throw new DataError(`${address} is not the peers' script: it does not export peersOf`);
  }
  return module.peersOf(assets);
}
