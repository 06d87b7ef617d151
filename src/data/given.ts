import { checkKeys, isObject } from '../check.ts';
import { checkGiven, type GivenBuffer, type GivenFunction } from '../gpu/given.ts';
import { linkable } from '../gpu/given-function.ts';
import type { Gpu } from '../gpu/gpu.ts';
import type { FeatureSource } from '../ops/features.ts';
import type { LabelSource, OutputRows } from '../ops/sources.ts';

/** Numbers of samples on the GPU: f32 [samples, columns] row by row without padding, or a function. */
export type GivenTensor = GivenBuffer | GivenFunction;

/**
 * A split that is already on the GPU, in the caller's buffers, or is computed there. The caller may write
 * to the buffers between steps, and destroys them after the trainer.
 */
export interface TensorSplit {
  /** Samples. */
  readonly count: number;
  /** [count, product of the model's input shape]. */
  readonly inputs: GivenTensor;
  /** The wanted outputs, [count, outputs], for the loss `mse`. */
  readonly targets?: GivenTensor;
  /**
   * Instead of targets: u32 [count], the class of each sample, below the model's outputs. For a model of outputs [T, C]: u32
   * [count, T], the class of each position.
   */
  readonly labels?: GivenBuffer;
  /** f32 [count], a factor for each sample's loss and gradient. Default 1. */
  readonly weights?: GivenBuffer;
}

/** Samples that are numbers on the GPU. */
export interface TensorDataset {
  /** Default `tensors`. */
  readonly name?: string;
  readonly train: TensorSplit;
  /** Default none: epochs are not evaluated. */
  readonly test?: TensorSplit;
}

/** Where a split's numbers come from in a graph. */
export interface GivenSources {
  /** Undefined for images. */
  readonly inputs: FeatureSource | undefined;
  /** Undefined if the split has labels or nothing. */
  readonly targets: FeatureSource | undefined;
  /** The classes of the positions of a sample, if it has several. */
  readonly labels?: LabelSource | undefined;
  /** Whether its samples have weights. */
  readonly weighted: boolean;
}

/** A split in the caller's buffers, checked and ready to be bound. */
export class GivenSplit {
  readonly count: number;
  /** Numbers of one sample. */
  readonly columns: number;
  readonly sources: GivenSources;
  /** What kernels bind, by name. */
  readonly named: Readonly<Record<string, GPUBufferBinding>>;

  /**
   * @param columns numbers of a sample's input
   * @param rows of a sample: numbers of its target, or its positions, which have a label each
   * @param positionLabels how labels of positions are read
   * @throws OptionError if a buffer does not fit or a function is invalid; MemoryError if the device cannot bind
   *   so much
   */
  constructor(
    { device }: Gpu,
    split: TensorSplit,
    columns: number,
    { positions, width: outputs }: OutputRows,
    positionLabels: (positions: number) => LabelSource,
  ) {
    const { count, inputs, targets, labels, weights } = split;
    const named: Record<string, GPUBufferBinding> = {};
    const place = (name: string, tensor: GivenTensor, width: number): FeatureSource => {
      const [source, bindings] = sourceOf(name, tensor, count * width * 4, device);
      Object.assign(named, bindings);
      return source;
    };
    this.count = count;
    this.columns = columns;
    this.sources = {
      inputs: place('inputs', inputs, columns),
      targets: targets === undefined ? undefined : place('targets', targets, outputs),
      labels: positions > 1 ? positionLabels(positions) : undefined,
      weighted: weights !== undefined,
    };
    if (labels !== undefined) {
      named.labels = checkGiven('labels', labels, 4 * count * positions, device);
    }
    if (weights !== undefined) {
      named.sampleWeights = checkGiven('weights', weights, 4 * count, device);
    }
    this.named = named;
  }

  /** The buffers are the caller's. */
  destroy(): void {}
}

const isFunction = (tensor: GivenTensor): tensor is GivenFunction =>
  isObject(tensor) && 'wgsl' in tensor;

/**
 * A caller's tensor as a source of features.
 *
 * @param bytes the bytes of the buffer that are read
 * @returns the source, and its bindings by the program's names
 */
export function sourceOf(
  name: string,
  tensor: GivenTensor,
  bytes: number,
  device: GPUDevice,
): [FeatureSource, Record<string, GPUBufferBinding>] {
  if (!isFunction(tensor)) {
    return [{ kind: 'values', name }, { [name]: checkGiven(name, tensor, bytes, device) }];
  }
  checkKeys(name, tensor, ['wgsl', 'bindings']);
  const { file, bindings } = linkable(name, tensor, device);
  const names = Object.keys(bindings).map((own) => [own, own]);
  return [{ kind: 'function', name, file, bindings: Object.fromEntries(names) }, { ...bindings }];
}
