import { checkFinite } from '../check.ts';
import { use } from '../gpu/link.ts';
import * as wgsl from '../gpu/shaders.gen.ts';
import { checkGraph, type Graph, type Node } from '../graph/graph.ts';
import { type Op, ref } from '../graph/op.ts';
import { spec } from '../graph/tensor.ts';
import { exact, type Reference } from '../graph/value.ts';

export interface ConstantAttributes {
  readonly value: number;
}

const constantOp: Op<ConstantAttributes> = {
  name: 'constant',
  residence: 'computed',
  infer: () => spec([]),
  dispatch: (node) => ({
    label: node.name,
    parts: [
      use(wgsl.reduceConstant, {
        constants: { VALUE: node.attributes.value },
        bindings: { value: ref(node) },
      }),
    ],
    grid: [1, 1, 1],
    flop: 0,
  }),
};

export const constantReference: Reference<ConstantAttributes> = ({ attributes }) =>
  exact(Float64Array.of(Math.fround(attributes.value)));

/** A constant scalar, rounded to float32. */
export function constant(graph: Graph, value: number): Node {
  checkGraph('constant()', graph);
  checkFinite('constant(): value', value);
  return graph.add(constantOp, [], { value }, `constant ${value}`);
}

/** Whether a node is the constant 1. */
export function isOne(node: Node): boolean {
  return (
    node.op === (constantOp as Op<object>) && (node.attributes as ConstantAttributes).value === 1
  );
}
