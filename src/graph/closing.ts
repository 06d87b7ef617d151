import { bindingCount } from '../gpu/link.ts';
import type { Closing, Node } from './op.ts';
import type { Plan } from './plan.ts';
import { accessesOf, type PlannedDispatch } from './planned-dispatch.ts';

/** WebGPU's default for the storage buffers of a kernel. */
const MOST_BOUND = 8;

/**
 * The dispatches of a step that ends with a closing. If the plan's last dispatch has room for it, it is a workgroup of
 * that one; else it is a dispatch of its own.
 */
export function withClosing({ dispatches }: Plan, closing: Closing): readonly PlannedDispatch[] {
  const last = dispatches[dispatches.length - 1];
  const { dispatch } = closing;
  const own = [...dispatches, { ...dispatch, covers: [], ...accessesOf(dispatch) }];
  if (!last?.closing?.(closing)) return own;
  // Only its name is read, by `explain`.
  const tick = { id: Infinity, name: dispatch.label } as Node;
  const merged = dispatches.map((one) => ({
    ...one,
    ...one.closing?.(closing),
    covers: one === last ? [...one.covers, tick] : one.covers,
  }));
  return merged.every(({ parts }) => bindingCount(parts) <= MOST_BOUND) ? merged : own;
}
