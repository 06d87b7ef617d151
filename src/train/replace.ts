import type { TrainingData } from './options.ts';
import { prepareAgain } from './prepare.ts';
import { putRate } from './rate.ts';
import { Rig } from './rig.ts';
import type { Run } from './run.ts';

/** Sets the learning rate, while training waits; see `Trainer.setLearningRate`. */
export async function setRate(run: Run, rate: number): Promise<void> {
  await run.rig.submitting;
  await putRate(run.session, rate);
  run.keeper.drop();
}

/** Continues with other data, while nothing else trains; see `Trainer.setData`. */
export async function replaceData(run: Run, dataset: TrainingData): Promise<void> {
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
}
