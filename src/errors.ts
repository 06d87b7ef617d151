import type { Snapshot } from './train/snapshot.ts';

/**
 * Base of every error that gradweave throws on purpose. The message says what was got, what is
 * allowed and what to do; the class says which kind of mistake it was.
 */
export class GradweaveError extends Error {
  /** The class's name, which minified code keeps. */
  override name = 'GradweaveError';
}

/** An option or argument is outside what is allowed. */
export class OptionError extends GradweaveError {
  override name = 'OptionError';
}

/** Tensor shapes do not fit together. */
export class ShapeError extends GradweaveError {
  override name = 'ShapeError';
}

/** A file or byte sequence is not what it claims to be. */
export class DataError extends GradweaveError {
  override name = 'DataError';
}

/** No usable WebGPU adapter or device. */
export class AdapterError extends GradweaveError {
  override name = 'AdapterError';
}

/** A shader did not compile or a pipeline could not be made. */
export class ShaderError extends GradweaveError {
  override name = 'ShaderError';
}

/** Training has made numbers that are not finite. */
export class NonFiniteError extends GradweaveError {
  override name = 'NonFiniteError';
  /** The first step, from 0, whose loss, or whose update, is not finite. */
  readonly step: number;
  /** The first tensor of that step that is not finite; undefined where it was not looked for. */
  readonly tensor: string | undefined;
  /** The run before that step, where `fit` watched it. */
  readonly snapshot: Snapshot | undefined;
  constructor(message: string, step = 0, tensor?: string, snapshot?: Snapshot) {
    super(message);
    this.step = step;
    this.tensor = tensor;
    this.snapshot = snapshot;
  }
}

/** The device was lost while it was needed. */
export class DeviceLostError extends GradweaveError {
  override name = 'DeviceLostError';
  /** The run as `fit` kept it last. */
  readonly snapshot: Snapshot | undefined;
  constructor(message: string, snapshot?: Snapshot, options?: ErrorOptions) {
    super(message, options);
    this.snapshot = snapshot;
  }
}

/** The device refused an allocation, or a limit of the device would be passed. */
export class MemoryError extends GradweaveError {
  override name = 'MemoryError';
}

/** The object, or what it belongs to, was destroyed. */
export class DestroyedError extends GradweaveError {
  override name = 'DestroyedError';
}

/** The object is doing something that excludes the call. */
export class BusyError extends GradweaveError {
  override name = 'BusyError';
}

/** WebGPU refused something that an object submitted, and none of the other classes describes it. */
export class DeviceError extends GradweaveError {
  override name = 'DeviceError';
}
