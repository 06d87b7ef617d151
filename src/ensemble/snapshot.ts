import { RECORD_BYTES } from '../train/records.ts';
import type { Snapshot } from '../train/snapshot.ts';
import type { Crew } from './crew.ts';
import type { EnsembleProgress } from './fit.ts';
import type { Member } from './member.ts';

/** A copy of a network's run, as of a trainer. */
export async function snapshotOf(
  crew: Crew,
  member: Member,
  progress: EnsembleProgress,
): Promise<Snapshot> {
  const { store, session } = crew;
  const slot = crew.slotOf(member.run);
  const values = await Promise.all(store.kinds.map((kind) => store.read(slot, kind)));
  const step = member.ended ? member.step : progress.step;
  const epoch = session.timetable.epochOf(Math.max(0, step - 1));
  const open = step > member.history.length * session.stepsPerEpoch;
  return {
    options: member.options,
    step,
    history: [...member.history],
    seconds: open ? progress.seconds : 0,
    open,
    origin: session.timetable.origin,
    learningRate: member.options.optimizer.learningRate,
    sums: open ? await session.record(slot, epoch) : new Int32Array(RECORD_BYTES / 4),
    tensors: new Map(store.kinds.map((kind, i) => [kind, values[i]])),
  };
}
