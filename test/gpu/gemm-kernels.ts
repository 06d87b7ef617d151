import { type Part, use } from '../../src/gpu/link.ts';

/** Parts of a kernel; every resource is the name of its binding. */
export interface GemmKernel {
  readonly title: string;
  readonly parts: readonly Part<string>[];
}

type Parts = readonly Part<string>[];

const PIXELS: readonly Parts[] = [
  [use('load/pixels', { constants: { PIXEL_SCALE: 1, PIXEL_SHIFT: 0 } }), use('load/pixels_full')],
  [
    use('load/pixels', { constants: { PIXEL_SCALE: 2.5, PIXEL_SHIFT: -0.5 } }),
    use('load/pixels_partial', { constants: { PIXELS: 13 } }),
  ],
];

const LOADS_A: readonly Parts[] = [
  [use('load/a_rows', { bindings: { a: 'a' } })],
  [use('load/a_columns', { bindings: { a: 'a' } })],
  ...PIXELS.map((pixels): Parts => [use('load/a_pixel_rows'), ...pixels]),
  ...PIXELS.map((pixels): Parts => [use('load/a_pixel_columns'), ...pixels]),
];

const LOADS_A_WITH_ONES: readonly Parts[] = [
  [use('load/a_columns_ones', { bindings: { a: 'a' } })],
  ...PIXELS.map((pixels): Parts => [use('load/a_pixel_columns_ones'), ...pixels]),
];

const LOADS_B: readonly Parts[] = [
  [use('load/b_rows', { bindings: { b: 'b' } })],
  [use('load/b_columns', { bindings: { b: 'b' } })],
];

const TRIMS: readonly Parts[] = [
  [use('pad/full')],
  [use('pad/partial', { constants: { ROWS: 7, COLUMNS: 5 } })],
];

const BIASES: readonly Parts[] = [
  [use('bias/none')],
  [use('bias/vector', { bindings: { bias: 'bias' } })],
];

const ACTIVATIONS: readonly Parts[] = [
  [use('activation/relu')],
  [use('activation/sigmoid')],
  [use('activation/tanh')],
];

const MASK: Parts = [
  use('dropout/philox', {
    constants: { DROP_LAYER: 0, DROP_THRESHOLD: 858993459, DROP_SCALE: 1.25, DROP_KEEP: 0.8 },
  }),
];
const NO_DROPOUT: Parts = [use('dropout/none')];
const RELU_MASK: Parts = [use('dropout/relu_gradient', { constants: { DROP_SCALE: 1.25 } })];

const PARAMETERS: Part<string> = use('optimizer/parameters', {
  bindings: { parameters: 'parameters' },
});
const MOMENT1: Part<string> = use('optimizer/moment1', { bindings: { moment1: 'moment1' } });
const MOMENT2: Part<string> = use('optimizer/moment2', { bindings: { moment2: 'moment2' } });
const OPTIMIZERS: readonly Parts[] = [
  [PARAMETERS, use('optimizer/sgd')],
  [PARAMETERS, MOMENT1, use('optimizer/sgd_momentum')],
  [PARAMETERS, MOMENT1, MOMENT2, use('optimizer/adam')],
];

/** All ways to take one from each list. */
function product(...lists: readonly (readonly Parts[])[]): Parts[] {
  return lists.reduce<Parts[]>(
    (chosen, list) => chosen.flatMap((parts) => list.map((more) => [...parts, ...more])),
    [[]],
  );
}

/** Every load with every epilogue that the plain plan and the fusion rules put together. */
export function gemmKernels(): GemmKernel[] {
  const matrix: Parts = [use('store/matrix', { bindings: { c: 'c' } })];
  const forward: Parts = [use('store/forward', { bindings: { h: 'h' } })];
  const backward: Parts = [use('store/backward', { bindings: { h: 'h', dz: 'dz' } })];
  const epilogues = [
    ...product([matrix], TRIMS),
    ...product(
      [forward],
      BIASES,
      [...ACTIVATIONS, [use('activation/identity')]],
      [NO_DROPOUT, MASK],
      TRIMS,
    ),
    ...product([backward], ACTIVATIONS, [NO_DROPOUT, MASK], TRIMS),
    ...product([backward], [ACTIVATIONS[0]], [RELU_MASK], TRIMS),
    ...product([[use('store/update_weight')]], OPTIMIZERS),
  ];
  const withOnes: Parts = [use('store/update', { constants: { BIAS4: 64 } })];
  return [
    ...product(LOADS_A, LOADS_B, epilogues),
    ...product(LOADS_A_WITH_ONES, [LOADS_B[0]], [withOnes], OPTIMIZERS),
  ].map((parts, i) => {
    const tile = 1 + (i % 2);
    return {
      title: parts.map(({ name }) => name).join(' + '),
      parts: [
        use('gemm/gemm', {
          constants: { TILE_M: tile, TILE_N: 2, WORKGROUP_X: 4, WORKGROUP_Y: 4 },
        }),
        use('gemm/shape', { constants: { M: 9, N: 5, K: 13 } }),
        ...parts,
      ],
    };
  });
}
