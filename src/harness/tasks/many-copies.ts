import type { Ensemble } from '../../ensemble/ensemble.ts';
import { sizeOf } from '../../graph/tensor.ts';
import type { Snapshot } from '../../train/snapshot.ts';

/** Copies of several networks, from which they go on, on any device. */
export interface Copies {
  /** By run. */
  readonly networks: readonly Snapshot[];
  /** The runs that were ended by `Ensemble.stop`: a copy of the epoch that was a network's last one does not tell. */
  readonly stopped: ReadonlySet<number>;
}

/** Bytes of all networks' parameters and states of the optimizer. */
export function copyBytesOf({ members, session }: Ensemble): number {
  const [{ options }] = members;
  const numbers = options.model.parameters.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
  return 4 * numbers * session.store.kinds.length * members.length;
}

/** Copies all networks of an ensemble. @throws DeviceLostError, MemoryError */
export async function copiesOf(ensemble: Ensemble): Promise<Copies> {
  const { members } = ensemble;
  const networks: Snapshot[] = [];
  for (const { run } of members) networks.push(await ensemble.snapshot(run));
  const stopped = members.flatMap(({ run, state }) => (state === 'stopped' ? [run] : []));
  return { networks, stopped: new Set(stopped) };
}

/** Sets all networks of an ensemble to copies of them. */
export function putCopies(ensemble: Ensemble, { networks, stopped }: Copies): void {
  const { members } = ensemble;
  // Of options, only the number of epochs and with it the schedule may have changed.
  ensemble.resume(networks.map((copy, run) => ({ ...copy, options: members[run].options })));
  for (const run of stopped) ensemble.stop(run);
}
