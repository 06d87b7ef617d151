import { loadFamily } from '../fusion/index.ts';
import { Activity } from '../gpu/activity.ts';
import type { Engine } from '../gpu/engine.ts';
import { Lifetime } from '../gpu/lifetime.ts';
import { Workspace } from '../gpu/workspace.ts';
import { resetRun } from './change.ts';
import type { TrainerOptions, TrainingData } from './options.ts';
import { prepare } from './prepare.ts';
import { Rig } from './rig.ts';
import { Run } from './run.ts';
import type { Sharing } from './share.ts';

/**
 * Makes a run with initial weights; see `Trainer.create`.
 *
 * @param onAbort is given what ends the run if the caller's signal is aborted
 */
export async function createRun<Data extends TrainingData>(
  engine: Engine,
  given: TrainerOptions<Data>,
  onAbort: (end: () => void) => void,
): Promise<Run> {
  // While the data are checked.
  loadFamily('fused', engine.family).catch(() => {});
  const options = await engine.until(prepare(given));
  const { share, model } = options;
  let sharing: Sharing | undefined;
  if (share !== undefined) {
    const { sharingOf } = await import('./later.ts');
    sharing = sharingOf(share, model, engine);
  }
  const name = engine.nameOf('trainer');
  const activity = new Activity(name, sharing?.from.activity);
  const lenders = new Set([...(sharing?.loans.values() ?? [])].map(({ store }) => store));
  let made: Run | undefined;
  const free = (): void => {
    made?.rig.destroy();
    for (const store of lenders) store.destroy();
    activity.leave();
  };
  const lifetime = new Lifetime(name, free, engine.lifetime);
  for (const store of lenders) store.retain();
  onAbort(() => lifetime.end());
  try {
    const run = await lifetime.run(async () => {
      const rig = await Rig.create(new Workspace(engine, lifetime), options, sharing?.loans);
      made = new Run(options, rig, lifetime, activity);
      await activity.quiet();
      return made;
    });
    resetRun(run);
    return run;
  } catch (error) {
    lifetime.end();
    throw error;
  }
}
