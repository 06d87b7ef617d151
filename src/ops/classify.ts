import { use } from '../gpu/link.ts';
import * as wgsl from '../gpu/shaders.gen.ts';
import { graphOf, type Node } from '../graph/graph.ts';
import { type Op, ref } from '../graph/op.ts';
import { asMatrix, sizeOf, spec, storageOf } from '../graph/tensor.ts';
import { exact, type Reference, rowsOf, type Value } from '../graph/value.ts';
import { checkLabels, type Ignored, ignoredPart, labelPart } from './one_hot.ts';
import { outputParts, rowGrid } from './rows.ts';

/** The class of the largest element of a row, and whether the GPU must find the same one. */
function largest(x: Value, row: number, classes: number): { best: number; sure: boolean } {
  let best = 0;
  for (let c = 1; c < classes; c++) {
    if (x.data[row * classes + c] > x.data[row * classes + best]) best = c;
  }
  const at = row * classes + best;
  const lowest = x.data[at] - x.error[at];
  let sure = true;
  for (let c = 0; c < classes; c++) {
    const other = row * classes + c;
    if (
      c !== best &&
      x.error[at] + x.error[other] > 0 &&
      // Not `>=`: with NaN nothing is sure.
      !(x.data[other] + x.error[other] < lowest)
    ) {
      sure = false;
    }
  }
  return { best, sure };
}

export const argmaxOp: Op<object> = {
  name: 'argmax',
  residence: 'computed',
  infer: ([x]) => spec([asMatrix('the input of argmax', x)[0]], 'u32'),
  dispatch: (node) => ({
    label: node.name,
    parts: [
      use(wgsl.metricsArgmax, { bindings: { classes: ref(node) } }),
      ...outputParts(node.inputs[0]),
    ],
    grid: rowGrid(node.inputs[0], 64),
    flop: sizeOf(node.inputs[0].spec.shape),
  }),
};

export const argmaxReference: Reference = ({ inputs: [outputs] }, [x]) => {
  const { rows: batch, columns: classes } = storageOf(outputs.spec);
  const found = Array.from({ length: batch }, (_, row) => largest(x, row, classes));
  return {
    data: Float64Array.from(found, ({ best }) => best),
    error: Float64Array.from(found, ({ best, sure }) =>
      sure ? 0 : Math.max(best, classes - 1 - best),
    ),
  };
};

/** The class of the largest output of each row (the first, if several are equal): [batch] u32. */
export function argmax(outputs: Node): Node {
  return graphOf('argmax()', outputs).add(argmaxOp, [outputs], {});
}

/** A row's hit if its label is not a class. */
const MISLABELLED = 2 ** 31;

/** Which rows are counted. */
export interface Counted {
  /** Those that are not. Default: all are. */
  readonly ignored?: Ignored | undefined;
}

export const hitsOp: Op<Counted> = {
  name: 'hits',
  residence: 'computed',
  infer: ([outputs, labels]) => {
    const [batch] = asMatrix('the outputs of hits', outputs);
    checkLabels(labels, batch);
    return spec([batch], 'u32');
  },
  dispatch: (node) => ({
    label: node.name,
    parts: [
      use(wgsl.metricsHits),
      use(wgsl.metricsWriteHit, { bindings: { hits: ref(node) } }),
      ...outputParts(node.inputs[0]),
      labelPart(node.inputs[1]),
      ignoredPart(node.attributes.ignored),
    ],
    grid: rowGrid(node.inputs[0], 64),
    flop: sizeOf(node.inputs[0].spec.shape),
  }),
};

export const hitsReference: Reference<Counted> = (
  { inputs: [outputs], attributes: { ignored } },
  [x, labels],
) => {
  const { rows: batch, columns: classes } = storageOf(outputs.spec);
  const found = Array.from({ length: batch }, (_, row) => largest(x, row, classes));
  return {
    data: Float64Array.from(found, ({ best }, row) => {
      const label = labels.data[row];
      if (label === ignored?.label) return 0;
      return label >= classes ? MISLABELLED : Number(best === label);
    }),
    error: Float64Array.from(found, ({ sure }, row) =>
      sure || labels.data[row] === ignored?.label ? 0 : 1,
    ),
  };
};

/**
 * For each row: 1 if its largest output is its class, 0 if not or if the label is ignored, 2³¹ if its label is neither a
 * class nor ignored: [batch] u32.
 */
export function hits(outputs: Node, labels: Node, ignored?: Ignored): Node {
  return graphOf('hits()', outputs).add(hitsOp, [outputs, labels], { ignored });
}

/** The program's buffer that {@link confusion} counts in: classes² u32, row by row. */
export const CONFUSION = 'confusion';

export const confusionOp: Op<Counted> = {
  name: 'confusion',
  residence: 'effect',
  infer: ([outputs, labels]) => {
    const [batch, classes] = asMatrix('the outputs of confusion', outputs);
    checkLabels(labels, batch);
    return spec([classes, classes], 'u32');
  },
  dispatch: (node) => ({
    label: node.name,
    parts: [
      use(wgsl.metricsConfusion, { bindings: { counts: { kind: 'program', name: CONFUSION } } }),
      ...outputParts(node.inputs[0]),
      labelPart(node.inputs[1]),
      ignoredPart(node.attributes.ignored),
    ],
    grid: rowGrid(node.inputs[0], 64),
    flop: sizeOf(node.inputs[0].spec.shape),
  }),
};

export const confusionReference: Reference<Counted> = (
  { inputs: [outputs], attributes: { ignored } },
  [x, labels],
  world,
) => {
  const count = rowsOf(world);
  const classes = storageOf(outputs.spec).columns;
  const data = new Float64Array(classes * classes);
  for (let row = 0; row < count; row++) {
    const label = labels.data[row];
    if (label < classes && label !== ignored?.label)
      data[label * classes + largest(x, row, classes).best]++;
  }
  return exact(data);
};

/** Counts (class, predicted) pairs of the valid rows into the program's confusion matrix. */
export function confusion(outputs: Node, labels: Node, ignored?: Ignored): Node {
  return graphOf('confusion()', outputs).add(confusionOp, [outputs, labels], { ignored });
}
