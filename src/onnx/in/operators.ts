import type { ReadNode } from '../format/read-model.ts';
import { importBinary, importUnary, importWhere } from './elements.ts';
import { BINARY, UNARY } from './functions.ts';
import type { Network } from './network.ts';
import {
  importGather,
  importGemm,
  importLayerNormalization,
  importMatMul,
  importSoftmax,
} from './products.ts';
import {
  importConcat,
  importFlatten,
  importReduceMean,
  importReshape,
  importShape,
  importSizes,
  importSqueeze,
  importTranspose,
  importUnsqueeze,
} from './shapes.ts';
import { Constant, Missing, type Value } from './values.ts';
import {
  importAveragePool,
  importBatchNormalization,
  importConv,
  importConvTranspose,
  importGlobalAveragePool,
  importMaxPool,
} from './windows.ts';

/** Reads a node: the value of its first output. */
export type Importer = (node: ReadNode, network: Network) => Value;

const importConstant: Importer = ({ attributes, outputs }) => {
  const [[, value] = []] = attributes;
  if (typeof value === 'object' && 'values' in value && 'shape' in value) {
    return new Constant(outputs[0], value.shape, value.values as ArrayLike<number>);
  }
  if (typeof value === 'number') return new Constant(outputs[0], [], [value]);
  if (Array.isArray(value)) return new Constant(outputs[0], [value.length], value);
  throw new Missing('Constant of texts');
};

/** What changes nothing outside of training, and for numbers of another type. */
const same: Importer = (node, network) => network.input(node, 0);

const importDropout: Importer = (node, network) => {
  const training = network.constant(node, 2)?.values[0] ?? 0;
  if (training !== 0) throw new Missing('Dropout in training mode');
  return same(node, network);
};

const importEitherGather: Importer = (node, network) =>
  importSizes(node, network) ?? importGather(node, network);

/** Rows of a table, from the first one or later on, or sizes of a list of sizes. */
const importSlice: Importer = (node, network) => {
  const sizes = importSizes(node, network);
  if (sizes) return sizes;
  const table = network.constant(node, 0);
  const [from, to, axis, step] = [1, 2, 3, 4].map((at) => network.constant(node, at)?.values[0]);
  const isRows = table?.shape.length === 2 && (axis ?? 0) === 0 && (step ?? 1) === 1;
  if (!isRows || from === undefined || to === undefined || from < 0 || to <= from) {
    throw new Missing('Slice of another value than the rows of a table');
  }
  const [rows, width] = table.shape;
  const end = Math.min(rows, to);
  network.spend((end - from) * width);
  const taken = Array.prototype.slice.call(table.values, from * width, end * width);
  return new Constant(table.origin, [end - from, width], taken);
};

/** What reads a node, by ONNX's operator. */
export const OPERATORS: ReadonlyMap<string, Importer> = new Map<string, Importer>([
  ...[...UNARY.keys()].map((op) => [op, importUnary] as const),
  ...[...BINARY.keys()].map((op) => [op, importBinary] as const),
  ['AveragePool', importAveragePool],
  ['BatchNormalization', importBatchNormalization],
  ['Cast', same],
  ['Concat', importConcat],
  ['Constant', importConstant],
  ['Conv', importConv],
  ['ConvTranspose', importConvTranspose],
  ['Dropout', importDropout],
  ['Flatten', importFlatten],
  ['Gather', importEitherGather],
  ['Gemm', importGemm],
  ['GlobalAveragePool', importGlobalAveragePool],
  ['Identity', same],
  ['LayerNormalization', importLayerNormalization],
  ['MatMul', importMatMul],
  ['MaxPool', importMaxPool],
  ['ReduceMean', importReduceMean],
  ['Reshape', importReshape],
  ['Shape', importShape],
  ['Slice', importSlice],
  ['Softmax', importSoftmax],
  ['Squeeze', importSqueeze],
  ['Transpose', importTranspose],
  ['Unsqueeze', importUnsqueeze],
  ['Where', importWhere],
]);
