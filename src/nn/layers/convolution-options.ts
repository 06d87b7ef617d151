import { checkChoice, checkFlag, checkInteger, checkKeys, isArray } from '../../check.ts';
import { OptionError } from '../../errors.ts';
import type { Geometry } from '../../ops/convolution/geometry.ts';
import { type Pair, pairOf, type Size2d } from '../../ops/window.ts';

/** Options of a convolution, with torch.nn's defaults. */
export interface ConvolutionOptions<S = Size2d> {
  /** Pixels from one window to the next. Default 1. */
  readonly stride?: S;
  /** Zeros around the image: so many on each side, or `same` for an output of the input's size. Default 0. */
  readonly padding?: S | 'same' | 'valid';
  /** Pixels from one tap of the kernel to the next. Default 1. */
  readonly dilation?: S;
  /** Groups of channels that are convolved apart; as many as input channels is a depthwise convolution. Default 1. */
  readonly groups?: number;
  /** Whether each output channel has a learned bias. Default true. */
  readonly bias?: boolean;
}

/** Options of a transposed convolution, with torch.nn's defaults. */
export interface TransposedOptions<S = Size2d> extends Omit<ConvolutionOptions<S>, 'padding'> {
  /** Pixels left out on each side of the output. Default 0. */
  readonly padding?: S;
  /** Pixels added at the end of the output, fewer than the stride. Default 0. */
  readonly outputPadding?: S;
}

const MOST_CHANNELS = 65536;

/** What a layer was told, checked. */
export interface Told {
  readonly what: string;
  readonly inputs: number;
  readonly outputs: number;
  readonly geometry: Omit<Geometry, 'image' | 'windows'>;
  readonly bias: boolean;
  /** For messages and checkpoints. */
  readonly kind: string;
}

/** A kernel's or an option's size on each axis; of one axis, [1, size]. */
type Axes = (what: string, given: unknown, least: number) => Pair;

export const both: Axes = pairOf;

/** @param unused what the first axis has */
export const single =
  (unused: number): Axes =>
  (what, given, least) => [unused, pairOf(what, isArray(given) ? null : given, least)[1]];

/** Checks what a convolution was told. @throws OptionError if an argument is not an integer in its range, or an option is unknown */
export function told(
  what: string,
  inputs: number,
  outputs: number,
  kernelSize: unknown,
  options: ConvolutionOptions<unknown> & { readonly outputPadding?: unknown },
  dimensions: 1 | 2,
  keys: readonly string[] = [],
): Told {
  checkKeys(`${what}()`, options, ['stride', 'padding', 'dilation', 'groups', 'bias', ...keys]);
  const { stride = 1, padding = 0, dilation = 1, groups = 1, bias = true } = options;
  for (const [name, value] of Object.entries({ inputs, outputs })) {
    checkInteger(`${what}: ${name}`, value, 1, MOST_CHANNELS);
  }
  checkInteger(`${what}: groups`, groups, 1, MOST_CHANNELS);
  checkFlag(`${what}: bias`, bias);
  if (inputs % groups !== 0 || outputs % groups !== 0) {
    throw new OptionError(
      `${what}: ${groups} groups of ${inputs} input and ${outputs} output channels were given; both must be multiples of the groups`,
    );
  }
  const axes = (unused: number): Axes => (dimensions === 2 ? both : single(unused));
  const kernel = axes(1)(`${what}: kernelSize`, kernelSize, 1);
  const [steps, apart] = [
    axes(1)(`${what}: stride`, stride, 1),
    axes(1)(`${what}: dilation`, dilation, 1),
  ];
  const zeros =
    typeof padding === 'string' && keys.length === 0
      ? namedPadding(what, padding, kernel, steps, apart)
      : axes(0)(`${what}: padding`, padding, 0);
  const plain = (sizes: Pair): string =>
    dimensions === 1
      ? String(sizes[1])
      : sizes[0] === sizes[1]
        ? String(sizes[0])
        : sizes.join('×');
  const extras = [
    ['stride', steps, [1, 1]],
    ['padding', zeros, [0, 0]],
    ['dilation', apart, [1, 1]],
  ] as const;
  const said = extras.flatMap(([name, sizes, usual]) =>
    `${sizes}` === `${usual}` ? [] : [`${name} ${plain(sizes)}`],
  );
  if (groups > 1) said.push(`groups ${groups}`);
  return {
    what,
    inputs,
    outputs,
    geometry: { kernel, stride: steps, padding: zeros, dilation: apart, groups },
    bias,
    kind: [`${what} ${inputs}→${outputs}`, kernel.slice(2 - dimensions).join('×'), ...said].join(
      ', ',
    ),
  };
}

function namedPadding(
  what: string,
  padding: string,
  kernel: Pair,
  stride: Pair,
  dilation: Pair,
): Pair {
  checkChoice(`${what}: padding`, padding, ['same', 'valid']);
  if (padding === 'valid') return [0, 0];
  const total: Pair = [dilation[0] * (kernel[0] - 1), dilation[1] * (kernel[1] - 1)];
  if (stride.some((one) => one !== 1) || total.some((zeros) => zeros % 2 !== 0)) {
    throw new OptionError(
      `${what}: padding 'same' needs stride 1 and dilation · (kernel − 1) even; ${stride.join(', ')} and ${total.join(', ')} were given. Use an odd kernel, or a number of zeros`,
    );
  }
  return [total[0] / 2, total[1] / 2];
}
