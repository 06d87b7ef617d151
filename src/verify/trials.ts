import type { Trial } from './trial.ts';
import { batchNormTrials } from './trials/batch-norm.ts';
import { convolutionTrials } from './trials/convolutions.ts';
import { dataTrials } from './trials/data.ts';
import { elementwiseTrials, longTrials } from './trials/elements.ts';
import { imageTrials } from './trials/images.ts';
import { moreLossTrials } from './trials/losses.ts';
import { mixedTrials } from './trials/mixed.ts';
import {
  evaluationTrials,
  inferenceTrials,
  modelTrials,
  networkTrials,
} from './trials/networks.ts';
import { poolTrials } from './trials/pools.ts';
import { productTrials } from './trials/products.ts';
import { scheduleTrials } from './trials/schedules.ts';
import { sequenceTrials } from './trials/sequences.ts';
import { groupTrials, normTrials, updateTrials } from './trials/updates.ts';

/** Everything that `verify` runs, under both plans. */
export function allTrials(): Trial[] {
  return [
    ...productTrials(),
    ...mixedTrials(),
    ...convolutionTrials(),
    ...elementwiseTrials(),
    ...longTrials(),
    ...poolTrials(),
    ...dataTrials(),
    ...imageTrials(),
    ...moreLossTrials(),
    ...updateTrials(),
    ...scheduleTrials(),
    ...groupTrials(),
    ...normTrials(),
    ...evaluationTrials(),
    ...inferenceTrials(),
    ...networkTrials(),
    ...modelTrials(),
    ...batchNormTrials(),
    ...sequenceTrials(),
  ];
}
