import { MemoryError, OptionError } from '../errors.ts';
import type { Node } from './graph.ts';
import { slotBytes } from './parameters.ts';
import { shown, storageOf } from './tensor.ts';

/** Where a parameter lies. */
export interface Slot {
  /** Which of the store's buffers. */
  readonly bank: number;
  readonly offset: number;
  readonly shape: readonly number[];
}

/** Where all parameters lie. */
export interface StoreLayout {
  readonly slots: ReadonlyMap<string, Slot>;
  /** Bytes of each buffer. */
  readonly banks: readonly number[];
}

/** What of a device's limits a layout depends on, in bytes. */
export type StoreLimits = Pick<GPUSupportedLimits, 'maxBufferSize' | 'maxStorageBufferBindingSize'>;

/**
 * Lays parameters one behind the other, each on a boundary that a binding may begin at, in as few
 * buffers as hold them in this order.
 *
 * A vector behind a matrix, a layer's bias behind its weight, stays in its buffer: one kernel updates
 * both and binds them as one range.
 *
 * @throws OptionError where two have one name; MemoryError where no binding can hold such a range.
 */
export function layOut(parameters: readonly Node[], limits: StoreLimits): StoreLayout {
  const slots = new Map<string, Slot>();
  const banks: number[] = [];
  for (const range of rangesOf(parameters)) {
    const begins = range.map((_, i) => range.slice(0, i).reduce((sum, p) => sum + slotBytes(p), 0));
    const last = range.length - 1;
    checkRange(range, begins[last] + storageOf(range[last].spec.shape).bytes, limits);
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
    `${names} needs ${bytes} bytes in one binding; this device allows ${most}. Make the layer smaller, or the engine with limits { maxStorageBufferBindingSize, maxBufferSize } where the adapter has more`,
  );
}
