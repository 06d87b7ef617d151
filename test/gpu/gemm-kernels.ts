import { chained } from '../../src/fusion/elements.ts';
import { type Part, use } from '../../src/gpu/link.ts';
import * as wgsl from '../../src/gpu/shaders.gen.ts';

/** Parts of a kernel. Each resource is the name of its binding. */
export interface GemmKernel {
  readonly title: string;
  readonly parts: readonly Part<string>[];
}

type Parts = readonly Part<string>[];

const FEATURES: readonly Parts[] = [
  [
    use(wgsl.loadPixels, { constants: { PIXEL_SCALE: 1, PIXEL_SHIFT: 0 } }),
    use(wgsl.loadFeaturesFull),
  ],
  [
    use(wgsl.loadPixels, { constants: { PIXEL_SCALE: 2.5, PIXEL_SHIFT: -0.5 } }),
    use(wgsl.loadFeaturesPartial, { constants: { FEATURES: 13 } }),
  ],
];

const LOADS_A: readonly Parts[] = [
  [use(wgsl.loadARows, { bindings: { a: 'a' } })],
  [use(wgsl.loadAColumns, { bindings: { a: 'a' } })],
  ...FEATURES.map((pixels): Parts => [use(wgsl.loadAGatheredRows), ...pixels]),
  ...FEATURES.map((pixels): Parts => [use(wgsl.loadAGatheredColumns), ...pixels]),
];

const LOADS_A_WITH_ONES: readonly Parts[] = [
  [use(wgsl.loadAColumnsOnes, { bindings: { a: 'a' } })],
  ...FEATURES.map((pixels): Parts => [use(wgsl.loadAGatheredColumnsOnes), ...pixels]),
];

const LOADS_B: readonly Parts[] = [
  [use(wgsl.loadBRows, { bindings: { b: 'b' } })],
  [use(wgsl.loadBColumns, { bindings: { b: 'b' } })],
];

const TRIMS: readonly Parts[] = [
  [use(wgsl.padFull)],
  [use(wgsl.padPartial, { constants: { ROWS: 7, COLUMNS: 5 } })],
];

const ACTIVATIONS: readonly Parts[] = [
  [use(wgsl.activationRelu)],
  [use(wgsl.activationSigmoid)],
  [use(wgsl.activationTanh)],
];

const MASK: Parts = [
  use(wgsl.dropoutPhilox, {
    constants: { DROP_LAYER: 0, DROP_THRESHOLD: 858993459, DROP_SCALE: 1.25, DROP_KEEP: 0.8 },
  }),
];
const NO_DROPOUT: Parts = [use(wgsl.dropoutNone)];
const RELU_MASK: Parts = [use(wgsl.dropoutReluGradient, { constants: { DROP_SCALE: 1.25 } })];

const PARAMETERS: Part<string> = use(wgsl.optimizerParameters, {
  bindings: { parameters: 'parameters' },
});
const stateOf = (name: string): Part<string> => ({
  ...use(wgsl.optimizerState, { bindings: { optimizerState: name } }),
  names: [new Map([['optimizerState', name]])],
});
const MOMENT1 = stateOf('moment1');
const MOMENT2 = stateOf('moment2');
const OPTIMIZERS: readonly Parts[] = [
  [PARAMETERS, use(wgsl.optimizerSgd)],
  [PARAMETERS, MOMENT1, use(wgsl.optimizerSgdMomentum)],
  [
    PARAMETERS,
    MOMENT1,
    MOMENT2,
    {
      ...use(wgsl.optimizerAdam, { constants: { AMSGRAD: 0 } }),
      names: [new Map([['largest', 'moment2']])],
    },
  ],
];

const BEGIN: Part<string> = use(wgsl.elementBegin);
const BIAS: Parts = [use(wgsl.elementAddBias, { bindings: { bias: 'bias' } }), BEGIN];
const DROP: Parts = [use(wgsl.elementDropout), ...MASK];
const SAVED: readonly Parts[] = [
  [use(wgsl.elementSaved, { bindings: { saved: 'saved' } })],
  [use(wgsl.elementSavedScaled, { constants: { FACTOR: 0.8 }, bindings: { saved: 'saved' } })],
];
const activate = (activation: Parts): Parts => [use(wgsl.elementActivate), ...activation, BEGIN];

/** Chains of elements, forward and backward. */
const CHAINS: readonly Parts[] = [
  [use(wgsl.elementSame), BEGIN],
  BIAS,
  ...ACTIVATIONS.flatMap((activation) => [
    chained(BIAS, activate(activation)),
    chained(chained(BIAS, activate(activation)), DROP),
    chained(activate(activation), DROP),
    ...SAVED.map((saved) =>
      chained(DROP, [use(wgsl.elementActivateGradient), ...saved, ...activation, BEGIN]),
    ),
  ]),
  chained(
    [use(wgsl.elementScale, { constants: { FACTOR: 1.25 } }), BEGIN],
    [use(wgsl.elementAdd, { bindings: { y: 'y' } }), BEGIN],
  ),
];

/** All combinations of one item from each list. */
function product(...lists: readonly (readonly Parts[])[]): Parts[] {
  return lists.reduce<Parts[]>(
    (chosen, list) => chosen.flatMap((parts) => list.map((more) => [...parts, ...more])),
    [[]],
  );
}

/** Every combination of a load and an epilogue that the plain plan and the fusion rules use. */
export function gemmKernels(): GemmKernel[] {
  const matrix: Parts = [use(wgsl.storeMatrix, { bindings: { c: 'c' } })];
  const element: Parts = [use(wgsl.storeElement, { bindings: { result: 'result' } })];
  const backward: Parts = [use(wgsl.storeBackward, { bindings: { h: 'h', dz: 'dz' } })];
  const epilogues = [
    ...product([matrix], TRIMS),
    ...product([element], CHAINS, TRIMS),
    ...product([backward], ACTIVATIONS, [NO_DROPOUT, MASK], TRIMS),
    ...product([backward], [ACTIVATIONS[0]], [RELU_MASK], TRIMS),
    ...product([[use(wgsl.storeUpdateWeight)]], OPTIMIZERS),
  ];
  const withOnes: Parts = [use(wgsl.storeUpdate, { constants: { BIAS4: 64 } })];
  return [
    ...product(LOADS_A, LOADS_B, epilogues),
    ...product(LOADS_A_WITH_ONES, [LOADS_B[0]], [withOnes], OPTIMIZERS),
  ].map((parts, i) => {
    const tile = 1 + (i % 2);
    return {
      title: parts.map(({ name }) => name).join(' + '),
      parts: [
        use(wgsl.gemmGemm, {
          constants: { TILE_M: tile, TILE_N: 2, WORKGROUP_X: 4, WORKGROUP_Y: 4 },
        }),
        use(wgsl.gemmWhole),
        use(wgsl.gemmShape, { constants: { M: 9, N: 5, K: 13 } }),
        ...parts,
      ],
    };
  });
}
