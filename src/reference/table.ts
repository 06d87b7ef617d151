import type { Reference } from '../graph/value.ts';
import { accumulateReference } from '../ops/accumulate.ts';
import { activationGradientReference, activationReference } from '../ops/activation-reference.ts';
import { addReference } from '../ops/add.ts';
import { addPositionsReference, positionSumsReference } from '../ops/add_positions.ts';
import {
  attentionGradientReference,
  attentionReference,
  attentionSumsReference,
  headDotsReference,
} from '../ops/attention-reference.ts';
import { batchMeanGradientReference, batchMeanReference } from '../ops/batch_mean.ts';
import {
  batchMomentsReference,
  batchNormGradientReference,
  batchNormReference,
  batchNormSlopesReference,
  batchNormTotalsReference,
  batchStatisticsReference,
  scaleDeviationsReference,
  standardiseColumnsReference,
  trackStatisticsReference,
} from '../ops/batch-reference.ts';
import { addBiasReference, columnSumsReference } from '../ops/bias.ts';
import { clampReference } from '../ops/clamp.ts';
import { classSharesReference } from '../ops/class_shares.ts';
import { argmaxReference, confusionReference, hitsReference } from '../ops/classify.ts';
import { columnsReference, concatReference } from '../ops/concat.ts';
import { constantReference } from '../ops/constant.ts';
import {
  convolveReference,
  convolveTransposedReference,
  convolveWeightsReference,
} from '../ops/convolution/reference.ts';
import { dropoutReference } from '../ops/dropout.ts';
import { embedGradientReference, embedReference } from '../ops/embed.ts';
import { featuresReference } from '../ops/features.ts';
import { imagesReference } from '../ops/images-reference.ts';
import { matmulReference } from '../ops/matmul.ts';
import { normReference, squaresReference } from '../ops/norm.ts';
import { oneHotReference } from '../ops/one_hot.ts';
import { packReference } from '../ops/pack.ts';
import {
  averagePoolGradientReference,
  averagePoolReference,
  maxPoolGradientReference,
  maxPoolReference,
} from '../ops/pool-reference.ts';
import {
  rowNormGradientReference,
  rowNormReference,
  softmaxGradientReference,
  softmaxReference,
} from '../ops/row-reference.ts';
import { scaleReference } from '../ops/scale.ts';
import { columnProductsReference, scaleColumnsReference } from '../ops/scale_columns.ts';
import { externalReference, labelsReference } from '../ops/sources.ts';
import { turnReference } from '../ops/turn.ts';
import { reshapeReference } from '../ops/view.ts';
import { weighReference } from '../ops/weigh.ts';
import { lossGradientReference, lossRowsReference } from './losses.ts';
import { updateReference } from './optimizers.ts';

const scratchReference: Reference = () => {
  throw new TypeError('scratch memory has no value');
};

/**
 * The float64 reference of each op, by the op's name. The engine uses only the type of the names, so apps that do not
 * import the reference do not ship it.
 */
export const references = {
  activation: activationReference,
  activationGradient: activationGradientReference,
  add: addReference,
  addBias: addBiasReference,
  addPositions: addPositionsReference,
  argmax: argmaxReference,
  averagePool: averagePoolReference,
  averagePoolGradient: averagePoolGradientReference,
  attention: attentionReference,
  attentionGradient: attentionGradientReference,
  attentionSums: attentionSumsReference,
  batchMean: batchMeanReference,
  batchMeanGradient: batchMeanGradientReference,
  batchMoments: batchMomentsReference,
  batchNorm: batchNormReference,
  batchNormGradient: batchNormGradientReference,
  batchNormSlopes: batchNormSlopesReference,
  batchNormTotals: batchNormTotalsReference,
  batchStatistics: batchStatisticsReference,
  clamp: clampReference,
  classShares: classSharesReference,
  columnProducts: columnProductsReference,
  columnSums: columnSumsReference,
  columns: columnsReference,
  concat: concatReference,
  confusion: confusionReference,
  constant: constantReference,
  convolve: convolveReference,
  convolveTransposed: convolveTransposedReference,
  convolveWeights: convolveWeightsReference,
  dropout: dropoutReference,
  embed: embedReference,
  embedGradient: embedGradientReference,
  headDots: headDotsReference,
  hits: hitsReference,
  images: imagesReference,
  input: externalReference,
  labels: labelsReference,
  lossGradient: lossGradientReference,
  lossRows: lossRowsReference,
  matmul: matmulReference,
  maxPool: maxPoolReference,
  maxPoolGradient: maxPoolGradientReference,
  norm: normReference,
  oneHot: oneHotReference,
  pack: packReference,
  positionSums: positionSumsReference,
  parameter: externalReference,
  features: featuresReference,
  relayout: reshapeReference,
  reshape: reshapeReference,
  rowNorm: rowNormReference,
  rowNormGradient: rowNormGradientReference,
  scale: scaleReference,
  scaleColumns: scaleColumnsReference,
  scaleDeviations: scaleDeviationsReference,
  scratch: scratchReference,
  softmax: softmaxReference,
  squares: squaresReference,
  turn: turnReference,
  softmaxGradient: softmaxGradientReference,
  standardiseColumns: standardiseColumnsReference,
  trackStatistics: trackStatisticsReference,
  accumulate: accumulateReference,
  update: updateReference,
  weigh: weighReference,
};

/** The names of all ops. */
export type ReferenceName = keyof typeof references;

/** References by op. Their attributes have no type here; each is called with nodes of its op. */
export type References = Readonly<Record<ReferenceName, Reference<never>>>;
