import type { ReadNode } from '../format/read-model.ts';
import { BINARY, UNARY } from './functions.ts';
import type { Network } from './network.ts';
import { importPositions } from './products.ts';
import { Constant, Elements, Missing, POINTS, Tensor, type Value } from './values.ts';

/** Operators of a function at most; more are none that a layer computes. */
const MOST = 24;

/** A function of each element so far; of a tensor, x itself. */
const elementsOf = (value: Tensor | Elements): Elements =>
  value instanceof Elements ? value : new Elements(value, POINTS, []);

function grown(
  node: ReadNode,
  of: Tensor,
  at: readonly number[],
  before: readonly string[],
  otherwise?: () => Tensor,
): Elements {
  const operators = [...before, node.op];
  if (operators.length > MOST) throw new Missing(`a function of more than ${MOST} operators`);
  return new Elements(of, at, operators, otherwise);
}

export function importUnary(node: ReadNode, network: Network): Value {
  const value = network.input(node, 0);
  if (value instanceof Constant) throw new Missing(`${node.op} of a constant`);
  const { of, at, operators } = elementsOf(value);
  const f = UNARY.get(node.op)?.(node) ?? ((x: number) => x);
  return grown(node, of, at.map(f), operators);
}

export function importBinary(node: ReadNode, network: Network): Value {
  const f = BINARY.get(node.op) ?? ((x: number) => x);
  const [a, b] = [network.input(node, 0), network.input(node, 1)];
  if (node.inputs.length !== 2) throw new Missing(`${node.op} of ${node.inputs.length} values`);
  if (a instanceof Constant && b instanceof Constant) throw new Missing(`${node.op} of constants`);
  if (a instanceof Constant || b instanceof Constant) {
    const [constant, value] = a instanceof Constant ? [a, b] : [b as Constant, a];
    if (constant.values.length === 1 && !(value instanceof Constant)) {
      const { of, at, operators } = elementsOf(value);
      const [number] = Array.from(constant.values);
      const both = at.map((x) => (a === constant ? f(number, x) : f(x, number)));
      return grown(node, of, both, operators);
    }
    const x = network.tensor(node, a === constant ? 1 : 0);
    const made = node.op === 'Add' && importPositions(node, x, constant, network);
    if (made) return made;
    throw new Missing(`${node.op} with a constant [${constant.shape.join(', ')}]`);
  }
  const [one, other] = [elementsOf(a), elementsOf(b)];
  const added = (): Tensor => {
    const [x, y] = [network.tensor(node, 0), network.tensor(node, 1)];
    if (node.op !== 'Add') throw new Missing(`${node.op} of two values that depend on the input`);
    if (x.form !== y.form || `${x.shape}` !== `${y.shape}`) {
      throw new Missing(`Add of [${x.shape.join(', ')}] and [${y.shape.join(', ')}]`);
    }
    return new Tensor(x.symbol.add(y.symbol), x.form);
  };
  if (one.of !== other.of) return added();
  const both = one.at.map((x, i) => f(x, other.at[i]));
  const operators = [...one.operators, ...other.operators];
  // A skip over an activation is a sum.
  return grown(node, one.of, both, operators, node.op === 'Add' ? added : undefined);
}

/** One of two functions by a third one, all of the same tensor or constant numbers. */
export function importWhere(node: ReadNode, network: Network): Value {
  const given = [0, 1, 2].map((at) => network.input(node, at));
  const whole = given.flatMap((one) => (one instanceof Constant ? [] : [elementsOf(one)]));
  const [first] = whole;
  const isOne = given.every((one) => !(one instanceof Constant) || one.values.length === 1);
  if (!first || !isOne || whole.some(({ of }) => of !== first.of)) {
    throw new Missing('Where of several values that depend on the input');
  }
  const [condition, yes, no] = given.map((one) =>
    one instanceof Constant ? POINTS.map(() => one.values[0]) : elementsOf(one).at,
  );
  const at = condition.map((one, i) => (one ? yes[i] : no[i]));
  return grown(
    node,
    first.of,
    at,
    whole.flatMap(({ operators }) => operators),
  );
}
