import { loadInto } from '../infer/holder.ts';
import { initialize } from '../nn/model.ts';
import { keyOf } from '../random/domains.ts';
import type { Run } from './run.ts';
import { checkSnapshot, type Snapshot } from './snapshot.ts';

/** Continues from a snapshot; see `Trainer.resume`. */
export function resumeFrom(run: Run, snapshot: Snapshot): void {
  run.assertFree('resume()');
  checkSnapshot(snapshot, run.options, run.session.store.kinds);
  run.keeper.drop();
  run.put(snapshot);
}

/** Starts over; see `Trainer.reset`. */
export function resetRun(run: Run): void {
  run.assertFree('reset()');
  const { model, seed, optimizer } = run.options;
  const { session } = run;
  const { store } = session;
  store.clearMoments();
  const initial = initialize(model, keyOf(seed));
  loadInto(run, new Map([...initial].filter(([name]) => store.owns(name))));
  session.rate = optimizer.learningRate;
  session.begin(0, 0);
  run.step = 0;
  run.leaveEpoch();
  run.history.length = 0;
  run.changed();
}
