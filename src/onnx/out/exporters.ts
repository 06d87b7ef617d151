import type { Exporter } from './context.ts';
import { exportConvolve, exportConvolveTransposed } from './convolutions.ts';
import {
  exportActivation,
  exportAdd,
  exportAddBias,
  exportConstant,
  exportScale,
  exportScaleColumns,
} from './elements.ts';
import { exportRowNorm, exportSoftmax, exportStandardiseColumns } from './norms.ts';
import { exportAveragePool, exportMaxPool } from './pools.ts';
import { exportMatmul } from './products.ts';
import { exportAddPositions, exportAttention, exportEmbed } from './sequences.ts';
import { exportColumns, exportConcat, exportReshape, exportTurn } from './shapes.ts';

/** What writes a node, by the name of its op. Inputs and parameters have their values before. */
export const EXPORTERS: ReadonlyMap<string, Exporter> = new Map<string, Exporter>([
  ['activation', exportActivation],
  ['add', exportAdd],
  ['addBias', exportAddBias],
  ['addPositions', exportAddPositions],
  ['attention', exportAttention],
  ['averagePool', exportAveragePool],
  ['columns', exportColumns],
  ['concat', exportConcat],
  ['constant', exportConstant],
  ['convolve', exportConvolve],
  ['convolveTransposed', exportConvolveTransposed],
  ['embed', exportEmbed],
  ['matmul', exportMatmul],
  ['maxPool', exportMaxPool],
  ['relayout', exportReshape],
  ['reshape', exportReshape],
  ['rowNorm', exportRowNorm],
  ['scale', exportScale],
  ['scaleColumns', exportScaleColumns],
  ['softmax', exportSoftmax],
  ['standardiseColumns', exportStandardiseColumns],
  ['turn', exportTurn],
]);

const OF_THE_BATCH =
  'a batch norm without running statistics depends on the other samples of its batch; train with trackRunningStats';

/** Why an op of the way forward is not exported. */
export const REASONS: ReadonlyMap<string, string> = new Map([
  ['batchMoments', OF_THE_BATCH],
  ['batchStatistics', OF_THE_BATCH],
  ['batchNorm', OF_THE_BATCH],
  ['dropout', 'it is random; leave it out of the way forward, as the layer dropout() does'],
]);
