/**
 * The base class of all errors that gradweave throws on purpose. The message says what was given, what is
 * allowed and what to do. The class says what kind of error it is.
 */
export class GradweaveError extends Error {
  /** The name of the class, also in minified code. */
  override name = 'GradweaveError';
}

/** An option or an argument is invalid. */
export class OptionError extends GradweaveError {
  override name = 'OptionError';
}

/** Tensor shapes do not fit together. */
export class ShapeError extends GradweaveError {
  override name = 'ShapeError';
}

/** Data or a file are invalid. */
export class DataError extends GradweaveError {
  override name = 'DataError';
}

/** No usable WebGPU adapter or device. */
export class AdapterError extends GradweaveError {
  override name = 'AdapterError';
}

/** A shader did not compile, or a pipeline could not be created. */
export class ShaderError extends GradweaveError {
  override name = 'ShaderError';
}

/** Training has produced numbers that are not finite. */
export class NonFiniteError extends GradweaveError {
  override name = 'NonFiniteError';
  /** The first step, from 0, whose loss or update is not finite. */
  readonly step: number;
  /** The first tensor of that step that is not finite; only known with `watch`. */
  readonly tensor: string | undefined;
  constructor(message: string, step = 0, tensor?: string, snapshot?: object) {
    super(message);
    this.step = step;
    this.tensor = tensor;
    // Declared in src/train/snapshot.ts, which knows its type.
    Object.assign(this, { snapshot });
  }
}

/** The GPU device was lost. */
export class DeviceLostError extends GradweaveError {
  override name = 'DeviceLostError';
  constructor(message: string, snapshot?: object, options?: ErrorOptions) {
    super(message, options);
    // Declared in src/train/snapshot.ts, which knows its type.
    Object.assign(this, { snapshot });
  }
}

/** The device has not enough memory, or a limit of the device would be exceeded. */
export class MemoryError extends GradweaveError {
  override name = 'MemoryError';
}

/** The object or its owner was destroyed. */
export class DestroyedError extends GradweaveError {
  override name = 'DestroyedError';
}

/** The object is busy with something that excludes the call. */
export class BusyError extends GradweaveError {
  override name = 'BusyError';
}

/** WebGPU refused submitted work, and no other class describes the reason. */
export class DeviceError extends GradweaveError {
  override name = 'DeviceError';
}
