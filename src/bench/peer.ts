import type { ImageDataset } from '../data/dataset.ts';
import { DataError } from '../errors.ts';
import type { LossKind } from '../nn/losses.ts';

/** Which operand of a product is stored transposed. */
export type Layout = 'NN' | 'NT' | 'TN';
export type OptimizerKind = 'sgd' | 'adam';

/** The network, the data and the recipe that every contender trains: one and the same. */
export interface StepSpec {
  readonly widths: readonly number[];
  readonly dropout: number;
  readonly batch: number;
  readonly loss: LossKind;
  readonly optimizer: OptimizerKind;
  readonly learningRate: number;
  /** Mean and deviation that pixels from 0 to 1 are standardised with. */
  readonly normalize: readonly [number, number];
}

/** A library's training loop. */
export interface StepPeer {
  /** Trains `steps` steps, over the epochs' ends where need be, and waits for the last. */
  run(steps: number): Promise<void>;
  /** Share of the test images that the network classifies rightly, without dropout. */
  accuracy(): Promise<number>;
  dispose(): void | Promise<void>;
}

/** A library's product of two n×n matrices. */
export interface GemmPeer {
  /** Multiplies `count` times and waits for the last. */
  run(count: number): Promise<void>;
  /** The first row of the product of the values that it was given, to be checked. */
  row(): Promise<Float32Array>;
  dispose(): void;
}

/** A library on one of its backends. */
export interface Peer {
  readonly name: string;
  readonly device: 'gpu' | 'cpu';
  readonly version: string;
  /** Starts the backend; throws where it cannot run here. */
  init(): Promise<void>;
  /** Brings the data to the device, once for all recipes, so that their memory can be told apart. */
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
 * Loads the peers' script, which is no part of the package: `bench/` builds and serves it.
 *
 * @param address of the script
 * @param assets of the folder with the libraries' own files
 * @throws DataError where it cannot be loaded.
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
