import { MemoryError, OptionError } from '../errors.ts';
import type { Node } from './graph.ts';
import { slotBytes } from './parameters.ts';
import { shown, storageOf } from './tensor.ts';

/** A parameter's place. */
export interface Slot {
  /** The number of the store's buffer. */
  readonly bank: number;
  readonly offset: number;
  readonly shape: readonly number[];
}

/** The places of all parameters. */
export interface StoreLayout {
  readonly slots: ReadonlyMap<string, Slot>;
  /** Bytes of each buffer. */
  readonly banks: readonly number[];
}

/** The device limits that a layout depends on, in bytes. */
export type StoreLimits = Pick<GPUSupportedLimits, 'maxBufferSize' | 'maxStorageBufferBindingSize'>;

/**
 * Places parameters one after the other, each at an offset where a binding may start, in as few buffers as
 * this order allows.
 *
 * A vector after a matrix (a layer's bias after its weight) stays in the matrix's buffer: one kernel updates
 * both, and binds them as one range.
 *
 * @throws OptionError if two have the same name; MemoryError if a range is too large for one binding
 */
export function layOut(parameters: readonly Node[], limits: StoreLimits): StoreLayout {
  const slots = new Map<string, Slot>();
  const banks: number[] = [];
  for (const range of rangesOf(parameters)) {
    const begins = range.map((_, i) => range.slice(0, i).reduce((sum, p) => sum + slotBytes(p), 0));
    const last = range.length - 1;
    checkRange(range, begins[last] + storageOf(range[last].spec).bytes, limits);
    const bytes = begins[last] + slotBytes(range[last]);
    if (banks.length === 0 || banks[banks.length - 1] + bytes > limits.maxBufferSize) banks.push(0);
    const bank = banks.length - 1;
    for (const [i, { name, spec }] of range.entries()) {
      if (slots.has(name)) {
        throw new OptionError(`two parameters are called ${name}; give each its own name`);
      }
      slots.set(name, { bank, offset: banks[bank] + begins[i], shape: spec.shape });
    }
    banks[bank] += bytes;
  }
  return { slots, banks };
}

/** Parameters that must lie side by side. */
function rangesOf(parameters: readonly Node[]): Node[][] {
  const ranges: Node[][] = [];
  for (const [i, parameter] of parameters.entries()) {
    const behindMatrix = i > 0 && parameters[i - 1].spec.shape.length > 1;
    if (behindMatrix && parameter.spec.shape.length === 1)
      ranges[ranges.length - 1].push(parameter);
    else ranges.push([parameter]);
  }
  return ranges;
}

function checkRange(range: readonly Node[], bytes: number, limits: StoreLimits): void {
  const most = limits.maxStorageBufferBindingSize;
  if (bytes <= most) return;
  const names = range.map(({ name, spec }) => `${name} ${shown(spec.shape)}`).join(' with ');
  throw new MemoryError(
    `${names} needs ${bytes} bytes in one binding; this device allows ${most}. Make the layer smaller, or raise the engine's limits { maxStorageBufferBindingSize, maxBufferSize } if the adapter allows`,
  );
}
