import {
  checkKeys,
  describe,
  isA,
  isArray,
  isInteger,
  isMap,
  isNumbers,
  looksLike,
} from '../check.ts';
import { OptionError } from '../errors.ts';
import { checkNode, liveNodes, type Node } from '../graph/graph.ts';
import type { Reference, Value, World } from '../graph/value.ts';
import { atTheEnds } from '../ops/rounding.ts';
import { type References, references } from './table.ts';

/**
 * Runs a graph on the CPU in float64, node by node: the reference for every plan on every adapter. Updates change the
 * parameters and the optimizer's state in `world`.
 *
 * @param using the ops' references; tests pass wrong ones
 * @returns the values of the targets and of all nodes that they depend on, with bounds on the GPU's error
 * @throws OptionError if an argument has a wrong type
 */
export function runReference(
  targets: readonly Node[],
  world: World,
  using: References = references,
): Map<Node, Value> {
  if (!isArray(targets)) {
    throw new OptionError(`runReference() takes a list of nodes; ${describe(targets)} was given`);
  }
  for (const target of targets) checkNode('runReference()', target);
  checkWorld(world);
  const values = new Map<Node, Value>();
  const effects: Node[] = [];
  const evaluate = (node: Node): void => {
    const inputs = node.inputs
      .map((input) => values.get(input))
      .filter((value) => value !== undefined);
    const reference = (using as Readonly<Record<string, Reference<never> | undefined>>)[
      node.op.name
    ];
    if (!reference) {
      throw new OptionError(
        `runReference(): the op ${node.op.name} has no reference; give one: { ...references, ${node.op.name}: … }`,
      );
    }
    const value = reference(node as Node<never>, inputs, world);
    if (node.spec.dtype === 'f32') atTheEnds(value);
    values.set(node, value);
  };
  for (const node of liveNodes(targets)) {
    // Effects change parameters in place, so they come after all readers, as in a plan.
    if (node.op.residence === 'effect') effects.push(node);
    else evaluate(node);
  }
  effects.forEach(evaluate);
  return values;
}

const FIELDS: Readonly<Record<keyof World, (given: unknown) => boolean>> = {
  rate: (given) => given === undefined || looksLike(given, { value: 'number', error: 'number' }),
  tensors: isMap,
  moments: isMap,
  images: (given) => isA(given, Uint8Array),
  labels: isNumbers,
  indices: isNumbers,
  count: isInteger,
  rowsEach: (given) => given === undefined || isInteger(given),
  step: isInteger,
  key: (given) => isArray(given) && given.length === 2 && given.every(isInteger),
};

/** @throws OptionError if a field of the world is missing or has a wrong type */
function checkWorld(world: unknown): void {
  checkKeys("the reference's world", world, Object.keys(FIELDS));
  for (const [name, fits] of Object.entries(FIELDS)) {
    const given = (world as Readonly<Record<string, unknown>>)[name];
    if (fits(given)) continue;
    throw new OptionError(`the reference's world has ${describe(given)} for ${name}; see World`);
  }
}
