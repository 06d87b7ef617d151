import { type Part, scoped, use } from '../gpu/link.ts';
import * as wgsl from '../gpu/shaders.gen.ts';
import type { Node } from '../graph/graph.ts';
import type { Op, Ref } from '../graph/op.ts';
import { same } from '../graph/tensor.ts';
import type { Reference, Value, World } from '../graph/value.ts';
import { Approx } from './approx.ts';
import { elementDispatch } from './map.ts';
import { atTheEnds, TINY, ULP } from './rounding.ts';
import { ACCUMULATED } from './update.ts';

export interface AccumulateAttributes {
  /** The parameter whose gradient it is. */
  readonly parameter: Node;
  readonly every: number;
}

const accumulatePart = (every: number, first: Node, last: Node): Part<Ref> =>
  use(wgsl.elementAccumulate, {
    constants: { EVERY: every, SHARE: 1 / every },
    bindings: { accumulated: { kind: 'state', state: ACCUMULATED, first, last } },
  });

export const accumulateOp: Op<AccumulateAttributes> = {
  name: 'accumulate',
  residence: 'computed',
  infer: ([g], { parameter }) => {
    same('a parameter and its gradient', parameter.spec, g);
    return g;
  },
  element: ({ attributes: { every, parameter } }) => [accumulatePart(every, parameter, parameter)],
  updating: ({ attributes: { every } }, first, last, step) => [
    use(wgsl.optimizerAccumulated),
    ...scoped('gradient', [accumulatePart(every, first, last)]),
    ...scoped('mean', step),
  ],
  dispatch: (node) => elementDispatch(node, 2),
};

/** The sum of a parameter's gradients since the last update; see {@link World.moments}. */
export const accumulateReference: Reference<AccumulateAttributes> = (
  { attributes: { parameter, every } },
  [g],
  world,
) => {
  const states = (world.moments.get(parameter.name) ?? {}) as Record<string, Value>;
  const at = ({ data, error }: Value, i: number): Approx => new Approx(data[i], error[i]);
  const before = world.step % every === 0 ? undefined : states[ACCUMULATED];
  const sums = Array.from(g.data, (_, i) => (before ? at(before, i).plus(at(g, i)) : at(g, i)));
  const sum = {
    data: Float64Array.from(sums, ({ value }) => value),
    error: Float64Array.from(sums, ({ error }) => error),
  };
  atTheEnds(sum);
  world.moments.set(parameter.name, { ...states, [ACCUMULATED]: sum });
  const share = new Approx(1 / every, ULP / every);
  const means = Array.from(sum.data, (_, i) => at(sum, i).times(share));
  return {
    data: Float64Array.from(means, ({ value }) => value),
    error: Float64Array.from(means, ({ error }) => error + TINY),
  };
};
