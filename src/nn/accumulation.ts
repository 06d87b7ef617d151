import { scoped, use } from '../gpu/link.ts';
import * as wgsl from '../gpu/shaders.gen.ts';
import { accumulateOp } from '../ops/accumulate.ts';
import { ACCUMULATED, type Every } from '../ops/update.ts';

/** How often the optimizer updates: after every so many batches, with the mean of their gradients. */
export const updatesEvery = (batches: number): Every => ({
  batches,
  state: ACCUMULATED,
  optimizer: (group) => [
    use(wgsl.optimizerEvery, { constants: { EVERY: batches } }),
    ...scoped(
      'every',
      group.map((part) => ({
        ...part,
        names: [...(part.names ?? []), new Map([['clock', 'updateClock']])],
      })),
    ),
  ],
  prepare: (own) => [
    use(wgsl.stepEvery, { constants: { EVERY: batches } }),
    ...scoped('every', own),
  ],
  accumulate: (slopes) =>
    new Map(
      [...slopes].map(([parameter, slope]) => [
        parameter,
        slope.graph.add(
          accumulateOp,
          [slope],
          { parameter, every: batches },
          `accumulate ${parameter.name}`,
        ),
      ]),
    ),
});
