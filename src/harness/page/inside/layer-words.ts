import type { Kernels } from '../../insides.ts';
import { localKind, whole } from '../numbers.ts';
import { say } from '../words/words.ts';

/** A layer's kind without its options and its inner layers. */
export const short = (kind: string): string =>
  kind.replace(/\(.*\)$/, '').replace(/, (padding|stride|no bias|bias|dilation).*$/, '');

/** A layer of the network, as `0: conv2d 1→32, 3×3`; its numbers as the language writes them. */
export const layerText = (name: string, kind: string): string =>
  `${name}: ${localKind(short(kind))}`;

/** A layer with all its options but without its inner layers, as `0: conv2d 1→32, 3×3, padding 1`. */
export const layerLabel = (name: string, kind: string): string => {
  const text = localKind(kind.replace(/\(.*$/s, ''));
  return name === '' ? text : `${name}: ${text}`;
};

/** Pictures of weights, in words. */
export interface WeightWords {
  readonly title: string;
  readonly help: string;
}

/**
 * What the picture of weights shows, in words.
 *
 * @param shown output channels that have a picture
 */
export function wordsOf({ inputs, outputs, side, name, rgb }: Kernels, shown: number): WeightWords {
  const square = `${side}×${side}`;
  const signs = say('Positive weights are blue, negative ones red.');
  const rest =
    shown < outputs
      ? ` ${say('The first {shown} of {count} are shown.', { shown: whole(shown), count: whole(outputs) })}`
      : '';
  const isConvolution = /^\d+\.weight$/.test(name) && side < 20;
  if (rgb) {
    const what = isConvolution
      ? say('A kernel of {square} for each of {outputs} output channels, in colour.', {
          square,
          outputs,
        })
      : say('One picture in colour for each unit, with its three weights of each pixel.');
    const colours = say(
      'Red, green and blue are the weights of red, green and blue: medium grey is 0, lighter is positive, darker negative.',
    );
    return {
      title: isConvolution ? say('Kernels') : say('First layer'),
      help: `${what} ${colours} ${say('Each has its own scale.')}${rest}`,
    };
  }
  if (inputs > 1) {
    return {
      title: say('Kernels'),
      help: `${say(
        'A column for each of {outputs} output channels, a row for each of {inputs} input channels: kernels of {square}.',
        { outputs, inputs, square },
      )} ${signs} ${say('Each column has its own scale.')}${rest}`,
    };
  }
  if (isConvolution) {
    const text = say('A kernel of {square} for each of {outputs} output channels.', {
      square,
      outputs,
    });
    return {
      title: say('Kernels'),
      help: `${text} ${signs} ${say('Each has its own scale.')}${rest}`,
    };
  }
  return {
    title: say('First layer'),
    help: `${say('One picture for each unit, with its weight of each pixel.')} ${signs} ${say('Each picture has its own scale.')}${rest}`,
  };
}
