/**
 * What training needs only with some data, options or calls. It is imported when it is needed, and is one file in an
 * app's bundle: bundlers put what several such files share into many small ones, which every run would load.
 */
export { GivenSplit } from '../data/given.ts';
export { ResidentTokens } from '../data/resident-tokens.ts';
export { StreamedSplit } from '../data/streamed.ts';
export { updatesEvery } from '../nn/accumulation.ts';
export { positionLabels } from '../ops/tokens.ts';
export { changing } from './changing.ts';
export { checkCounted } from './check-counted.ts';
export { checkMetrics } from './check-metrics.ts';
export { checkNumbers } from './check-numbers.ts';
export { checkWeights, needAverage } from './check-weights.ts';
export { stopperFor } from './conditions.ts';
export { Feed } from './feed.ts';
export { checkFrozen } from './frozen.ts';
export { anyHostData } from './host-data.ts';
export { measure } from './measure.ts';
export { findMislabelled } from './mislabelled.ts';
export { inferenceOf } from './own-inference.ts';
export { predictWith } from './predict.ts';
export { Predictor } from './predictor.ts';
export { profileSteps } from './profile.ts';
export { replaceData, setRate } from './replace.ts';
export { sharingOf } from './share.ts';
export { watchOf } from './watch.ts';
