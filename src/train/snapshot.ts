import type { StoreKind } from '../graph/store.ts';
import type { RunState } from './history.ts';
import type { Complete } from './options.ts';
import type { Session } from './session.ts';

/**
 * A run as it was at one moment, on the CPU, where it outlives its device. `trainer.goOn` takes it, of this
 * run or of one with the same options; `checkpointOf` makes a file of it.
 */
export interface Snapshot extends RunState {
  /** What the run is a function of. */
  readonly options: Complete;
  /** Parameters and the optimizer's state by name, as they are stored: row by row, weights [in, out]. */
  readonly tensors: ReadonlyMap<StoreKind, ReadonlyMap<string, Float32Array>>;
  /** What the epoch of the last step has summed up to, as the GPU holds it: 4 words. */
  readonly sums: Int32Array;
}

/** The epoch of the last step that was done. */
const lastEpoch = ({ stepsPerEpoch }: Session, step: number): number =>
  Math.floor(Math.max(0, step - 1) / stepsPerEpoch);

/**
 * Copies a run as it is now. All of one moment, between two submits of steps: copies that are asked for at
 * once are submitted at once.
 *
 * @throws DeviceLostError where the device is gone.
 */
export async function takeSnapshot(
  session: Session,
  options: Complete,
  state: RunState,
): Promise<Snapshot> {
  const { store } = session;
  const record = session.epochRecord(lastEpoch(session, state.step));
  const reads = store.kinds.map((kind) => store.read(kind, 'at once'));
  // Where one fails, the others' buffers are to be free before anybody hears of it.
  await Promise.allSettled([record, ...reads]);
  const [sums, ...values] = await Promise.all([record, ...reads]);
  return { ...state, options, sums, tensors: new Map(store.kinds.map((k, i) => [k, values[i]])) };
}

/** Puts tensors, clock and sums to where a snapshot has them. */
export function putSnapshot(session: Session, { step, sums, tensors }: Snapshot): void {
  for (const [kind, values] of tensors) {
    for (const [name, stored] of values) session.store.write(name, stored, kind);
  }
  session.seek(step);
  session.writeEpochRecord(lastEpoch(session, step), sums);
}
