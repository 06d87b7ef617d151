import {
  DataError,
  DeviceError,
  DeviceLostError,
  MemoryError,
  NonFiniteError,
  OptionError,
} from '../errors.ts';
import { ACCUMULATED } from '../ops/update.ts';
import { checkLoss } from './check-loss.ts';
import { Course } from './course.ts';
import { evaluateRun } from './evaluate.ts';
import { recordOf } from './evaluator.ts';
import { checkFitOptions, type FitOptions, keepOf } from './fit-options.ts';
import type { EpochRecord } from './history.ts';
import type { Keeper } from './keeper.ts';
import { runSteps } from './loop.ts';
import type { ResolvedOptions } from './options.ts';
import { ProgressWatch } from './progress.ts';
import { Renewals } from './renewals.ts';
import type { Run } from './run.ts';
import { putTensors } from './snapshot.ts';
import type { Stopper } from './stop.ts';
import { epochSums } from './tally.ts';

/** Trains a run; see `Trainer.fit`. */
export async function fitRun(run: Run, options: FitOptions): Promise<readonly EpochRecord[]> {
  run.lifetime.assert();
  checkFitOptions(options, run.options);
  if (run.activity.shared) {
    if (options.renew) {
      throw new OptionError(
        'renew was given for a trainer that shares parameters; another device cannot share them. Make new trainers and resume() from their snapshots',
      );
    }
    // The other trainer may have changed the parameters.
    run.keeper.drop();
  }
  return run.training('fit()', () => fitEpochs(run, options));
}

/** Checks the options that need more code. */
async function stopperOf(
  options: FitOptions,
  complete: ResolvedOptions,
): Promise<Stopper | undefined> {
  const { metrics, stop, weights } = options;
  if ([metrics, stop, weights].every((given) => given === undefined)) return undefined;
  const { stopperFor } = await import('./later.ts');
  return stopperFor(options, complete);
}

async function fitEpochs(run: Run, options: FitOptions): Promise<readonly EpochRecord[]> {
  const stopper = await stopperOf(options, run.options);
  const course = new Course(options, run.epoch + options.epochs, run.history, stopper);
  const keep = keepOf(options, run.session.store);
  const keeper = keep === false ? undefined : run.keeper;
  if (keep !== false) run.keeper.pace(keep);
  const keepNow = async (): Promise<void> => {
    if (keeper?.last?.step !== run.step) await keeper?.now();
  };
  const renewals = new Renewals(options.renew, run.lifetime);
  // Steps of a frame that are not submitted yet come first.
  await run.rig.submitting;
  for (;;) {
    try {
      await keepNow().catch((error: unknown) => {
        // Without memory for a copy the run goes without, unless the caller asked for one.
        const asked = options.keep !== undefined || options.renew !== undefined;
        if (asked || !(error instanceof MemoryError)) throw error;
      });
      while (run.epoch < course.goal) {
        await fitEpoch(run, run.epoch, options, keeper);
        await course.after(run.history, {
          take: () => run.take(),
          // Awaits the caller's callback between two epochs.
          call: (callback, record) => run.activity.rest(() => run.lifetime.until(callback(record))),
        });
      }
      const { best } = course;
      if (best) {
        await run.activity.quiet();
        run.keeper.drop();
        // Sums of gradients stay: they belong to the batches of the current step.
        const kept = [...best.tensors].filter(([kind]) => kind !== ACCUMULATED);
        putTensors(run.session, { tensors: new Map(kept) });
      }
      await keepNow().catch(() => {});
      return [...run.history];
    } catch (error) {
      run.lifetime.assert();
      // Kept as it is, unless its device is lost, its numbers are not finite, or steps were refused.
      const intact = ![DeviceLostError, NonFiniteError, DeviceError].some(
        (kind) => error instanceof kind,
      );
      if (intact) await keepNow().catch(() => {});
      await keeper?.settle();
      if (!(error instanceof DeviceLostError)) throw error;
      const kept = run.keeper.last;
      const rig = await renewals.after(error, run.workspace.engine, run.options, kept);
      run.rig.destroy();
      run.rig = rig;
      run.lifetime.assert();
      if (kept) run.put(kept);
    }
  }
}

/** Finishes an epoch, or the rest of it, and records it. */
async function fitEpoch(
  run: Run,
  epoch: number,
  options: FitOptions,
  keeper: Keeper | undefined,
): Promise<void> {
  const { chunk = 'auto', signal } = options;
  signal?.throwIfAborted();
  const { workspace, session, train, test: testSplit } = run.rig;
  // An epoch that is done but has no record yet is finished first.
  if (!run.open) session.catchUp();
  const steps = session.stepsPerEpoch;
  const before = run.step;
  const wasOpen = run.open;
  const begun = before - session.timetable.firstOf(epoch);
  const start = performance.now();
  const progress = new ProgressWatch(
    options.onProgress,
    epoch,
    begun,
    steps,
    run.options,
    train.count,
    speedOf(run),
  );
  const watch = options.watch ? await run.rig.watch() : undefined;
  await watch?.begin(before);
  run.watched = watch !== undefined;
  const { onSums, onChunk } = progress.callbacks;
  try {
    await runSteps(workspace, session, epoch, steps - begun, {
      chunk,
      hold: run.activity.reading,
      ...(signal ? { signal } : {}),
      ...(onSums ? { onSums } : {}),
      onChunk: (done, inFlight) => {
        // Counted here, so that the count is right if the caller's callback throws.
        run.step = before + done;
        run.open = true;
        keeper?.offer();
        return onChunk?.(done, inFlight);
      },
    });
  } catch (error) {
    if (error instanceof DeviceError) await run.recount(before, wasOpen);
    throw error;
  } finally {
    run.seconds += (performance.now() - start) / 1000;
  }
  // A complete epoch is recorded, even if it was aborted.
  if (run.step < session.timetable.firstOf(epoch + 1)) signal?.throwIfAborted();
  const sums = await epochSums(session, epoch).catch((error: unknown) => {
    // An epoch with an invalid label is over, and is not recorded.
    if (error instanceof DataError) run.leaveEpoch();
    throw error;
  });
  try {
    await watch?.check(sums, run.step);
    await checkLoss(session, sums, before, run.step);
  } catch (error) {
    if (!(error instanceof NonFiniteError)) throw error;
    run.keeper.drop();
    // Whatever continues from here, maybe with other weights, is not this epoch.
    run.leaveEpoch();
    throw watch ? await stoodBefore(run, error) : error;
  }
  const { validate = testSplit !== undefined, metrics, weights = 'last' } = options;
  const test = validate ? await evaluateRun(run, 'test', { metrics, weights }) : undefined;
  const record: EpochRecord = {
    epoch: epoch + 1,
    train: Object.freeze(run.metricsOf(sums)),
    ...(test ? { test: Object.freeze(recordOf(test)) } : {}),
    seconds: run.seconds,
  };
  run.leaveEpoch();
  run.history.push(Object.freeze(record));
}

/** Samples per second of the last epoch; 0 before the first. */
function speedOf({ history, rig }: Run): number {
  const seconds = history.at(-1)?.seconds ?? 0;
  return seconds > 0 ? rig.train.count / seconds : 0;
}

/** The watch has put the run back before a step: sets the counters, and keeps that state in the error. */
async function stoodBefore(
  run: Run,
  { message, step, tensor }: NonFiniteError,
): Promise<NonFiniteError> {
  run.step = step;
  run.open = run.session.timetable.placeOf(step) !== 0;
  return new NonFiniteError(message, step, tensor, await run.take());
}
