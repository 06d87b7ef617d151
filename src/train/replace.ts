import { sizeText } from '../data/host.ts';
import { OptionError } from '../errors.ts';
import {
  isImages,
  isTensors,
  isTested,
  type ResolvedOptions,
  type TrainingData,
} from './options.ts';
import { prepare } from './prepare.ts';
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
  // Kernels that change images know their sizes.
  if (imageSize(dataset) !== imageSize(run.options.dataset) || !old.replace(options)) {
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

const imageSize = (dataset: TrainingData): string =>
  isImages(dataset) ? sizeText(dataset.train) : '';

const kindOf = (dataset: TrainingData): string =>
  isImages(dataset) ? 'images' : isTensors(dataset) ? 'tensors on the GPU' : 'arrays';

/**
 * The options of a run with other data. The standardisation and the batch size stay.
 *
 * @throws OptionError, DataError if the run cannot continue with the data
 */
async function prepareAgain(
  before: ResolvedOptions,
  dataset: TrainingData,
): Promise<ResolvedOptions> {
  const { host: _, samples: __, ...options } = before;
  if (options.order.kind === 'listed') {
    throw new OptionError(
      'setData(): the listed order belongs to the data before; use another order',
    );
  }
  const after = await prepare({ ...options, dataset }, before.batchSize);
  const [was, is] = [before, after].map((complete) => kindOf(complete.dataset));
  if (was !== is) {
    throw new OptionError(`setData(): ${is} were given; this trainer learns from ${was}`);
  }
  if (isTested(before) !== isTested(after)) {
    throw new OptionError(
      `setData(): data ${isTested(after) ? 'with' : 'without'} a test split were given; those before had ${isTested(before) ? 'one' : 'none'}`,
    );
  }
  return after;
}
