import type { ImageDataset } from '../data/dataset.ts';
import { DataError } from '../errors.ts';
import type { LossKind } from '../nn/losses.ts';

/** Which operand of a product is stored transposed. */
export type Layout = 'NN' | 'NT' | 'TN';
export type OptimizerKind = 'sgd' | 'adam';

/** The network and recipe that every contender trains. */
export interface StepSpec {
  readonly widths: readonly number[];
  readonly dropout: number;
  readonly batch: number;
  readonly loss: LossKind;
  readonly optimizer: OptimizerKind;
  readonly learningRate: number;
  /** Mean and deviation to standardise pixels (0 to 1) with. */
  readonly normalize: readonly [number, number];
}

/** A library's training loop. */
export interface StepPeer {
  /** Trains `steps` steps, across epochs if needed, and waits for the last. */
  run(steps: number): Promise<void>;
  /** Accuracy on the test images (0 to 1), without dropout. */
  accuracy(): Promise<number>;
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
  /** Uploads the data once for all recipes, so that its memory can be measured separately. */
  prepare(spec: StepSpec, dataset: ImageDataset): Promise<void>;
  /** After {@link prepare}. */
  step(spec: StepSpec, dataset: ImageDataset): Promise<StepPeer>;
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
