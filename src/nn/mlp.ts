import { checkChoice, checkKeys, describe, isArray } from '../check.ts';
import { OptionError } from '../errors.ts';
import { ACTIVATIONS } from './activation-names.ts';
import { dropout, flatten, type Layer, linear, relu, Sequential, sigmoid, tanh } from './layers.ts';

type Activation = (typeof ACTIVATIONS)[number];

const LAYERS: Readonly<Record<Activation, () => Layer>> = { relu, sigmoid, tanh };

/** The layers between the linear layers of {@link mlp}. */
export interface MlpOptions {
  /** After each hidden layer. Default relu. */
  readonly activation?: Activation;
  /** After the last layer. Default none. */
  readonly outputActivation?: Activation;
  /** Rate from 0 to below 1, after each hidden activation. Default 0: no dropout layers. */
  readonly dropout?: number;
}

/**
 * A multilayer perceptron: flatten, then linear → activation → dropout for each hidden width, then
 * linear. The paper's networks (section II) have widths [784, 128, 64, 10], ReLU and dropout 0.2.
 *
 * @param inputShape shape of a sample, e.g. [28, 28]
 * @param widths from the input to the output
 * @throws OptionError if there are fewer than two widths, or an option is unknown; ShapeError if the first width is
 *   not the size of a sample
 */
export function mlp(
  inputShape: readonly number[],
  widths: readonly number[],
  options: MlpOptions = {},
): Sequential {
  checkKeys('mlp()', options, ['activation', 'outputActivation', 'dropout']);
  const { activation = 'relu', outputActivation, dropout: rate = 0 } = options;
  if (!isArray(widths) || widths.length < 2) {
    throw new OptionError(
      `widths ${isArray(widths) ? widths.map(describe) : describe(widths)} were given; use at least an input and an output width, as [784, 10]`,
    );
  }
  const layerOf = (kind: Activation): Layer => {
    checkChoice('activation', kind, ACTIVATIONS);
    return LAYERS[kind]();
  };
  const layers: Layer[] = [
    // Pixel by pixel, as they are stored: no copy.
    flatten(isArray(inputShape) && inputShape.length === 3 ? { channelsLast: true } : {}),
  ];
  for (let i = 1; i < widths.length; i++) {
    layers.push(linear(widths[i - 1], widths[i]));
    if (i === widths.length - 1) break;
    layers.push(layerOf(activation));
    if (rate !== 0) layers.push(dropout(rate));
  }
  if (outputActivation !== undefined) layers.push(layerOf(outputActivation));
  return new Sequential(inputShape, layers);
}
