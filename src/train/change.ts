import { checkNumber } from '../check.ts';
import { loadInto } from '../infer/holder.ts';
import { initialize } from '../nn/model.ts';
import { keyOf } from '../random/domains.ts';
import type { TrainingData } from './options.ts';
import { prepareAgain } from './prepare.ts';
import { putRate } from './rate.ts';
import { Rig } from './rig.ts';
import type { Run } from './run.ts';
import { checkSnapshot, type Snapshot } from './snapshot.ts';

/** Sets the learning rate; see `Trainer.setLearningRate`. */
export async function setRate(run: Run, rate: number): Promise<void> {
  checkNumber('learning rate', rate);
  if (run.watched) run.activity.assertRests('setLearningRate()');
  await run.lifetime.run(() =>
    run.activity.read(async () => {
      await run.rig.submitting;
      await putRate(run.session, rate);
      run.keeper.drop();
    }),
  );
}

/** Continues from a snapshot; see `Trainer.goOn`. */
export function resumeFrom(run: Run, snapshot: Snapshot): void {
  run.assertFree('goOn()');
  checkSnapshot(snapshot, run.options, run.session.store.kinds);
  run.keeper.drop();
  run.put(snapshot);
}

/** Continues with other data; see `Trainer.setData`. */
export async function replaceData(run: Run, dataset: TrainingData): Promise<void> {
  run.lifetime.assert();
  return run.training('setData()', async () => {
    const options = await run.lifetime.until(prepareAgain(run.options, dataset));
    await run.rig.running;
    const old = run.rig;
    const { store, rate } = old.session;
    await run.activity.quiet();
    if (!old.replace(options)) {
      const rig = await Rig.create(run.workspace, options, store);
      await run.activity.quiet();
      rig.session.rate = rate;
      run.rig = rig;
      old.leave();
    }
    const epoch = old.session.timetable.epochFrom(run.step);
    run.options = options;
    run.keeper.drop();
    run.leaveEpoch();
    run.session.begin(run.step, epoch);
  });
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
}
