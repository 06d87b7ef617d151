import { checkInteger, checkKeys } from '../check.ts';
import { OptionError } from '../errors.ts';
import { checkEncoder } from '../gpu/engine.ts';
import { type Budget, millisecondsOf } from './frames.ts';
import { runSteps } from './loop.ts';
import type { Run } from './run.ts';
import { stepSums } from './tally.ts';

/** Encodes steps into the caller's encoder; see `Trainer.encode`. */
export function encodeSteps(run: Run, encoder: GPUCommandEncoder, steps: number): number {
  run.assertFree('encode()');
  const { session } = run;
  checkEncoder(encoder);
  checkInteger('encode(): steps', steps, 1);
  if (!session.ready) {
    throw new OptionError(
      "these steps cannot be encoded at once: their data are streamed, or their kernels still compile. Use fit(), or data: 'resident' and no start",
    );
  }
  if (session.live) {
    throw new OptionError(
      'encode() does not take a live set, whose epochs have no fixed length; use run(), steps() or fit()',
    );
  }
  const count = Math.min(steps, session.mostSteps);
  session.encode(encoder, count);
  run.step += count;
  return count;
}

/** Submits the steps of a frame; see `Trainer.run`. */
export function runFrame(run: Run, options: { readonly budget: Budget }): number {
  run.workspace.assertAlive();
  run.activity.assertIdle('run()');
  checkKeys('run()', options, ['budget']);
  const milliseconds = millisecondsOf(options.budget);
  if (run.activity.reading()) return 0;
  const { frames, train, session } = run.rig;
  // The live set is still empty.
  if (train.count === 0) return 0;
  if (!frames.running) session.catchUp();
  const steps = frames.run(milliseconds);
  run.step += steps;
  // Its memory is needed until they are done.
  const { running } = frames;
  if (steps > 0 && running) run.lifetime.run(() => running).catch(() => {});
  return steps;
}

/** The mean loss of each of a number of steps; see `Trainer.steps`. */
export async function lossesOfSteps(run: Run, count: number): Promise<number[]> {
  const first = run.step;
  const losses: number[] = [];
  const { workspace, session } = run.rig;
  while (run.step < first + count) {
    session.catchUp();
    const { timetable } = session;
    const epoch = timetable.epochOf(run.step);
    const leftOfEpoch = timetable.batches - timetable.placeOf(run.step);
    const left = Math.min(first + count - run.step, leftOfEpoch, 512);
    const from = run.step;
    const { reading: hold } = run.activity;
    run.step += await runSteps(workspace, session, epoch, left, { chunk: 'auto', hold });
    for (const sums of await stepSums(session, from, run.step)) {
      // Without a sample that counts there is neither loss nor gradient.
      losses.push(sums.weight === 0 ? 0 : run.metricsOf(sums).loss);
    }
  }
  return losses;
}
