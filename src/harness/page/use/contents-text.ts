import { say } from '../words/words.ts';
import type { ModelFacts } from './model-facts.ts';

/**
 * What a model file has, in words.
 *
 * @param kept the epoch whose weights they are, if it is not the last one
 */
export function contentsText({ table, input }: ModelFacts, kept: number | undefined): string {
  const weights =
    kept === undefined ? say('the weights') : say('the weights of epoch {epoch}', { epoch: kept });
  if (input.vocabulary) {
    return say('The model file has the layers, {weights}, and the character of each token.', {
      weights,
    });
  }
  if (!table) {
    return say(
      'The model file has the layers, {weights}, how images are prepared, and the names of the classes.',
      { weights },
    );
  }
  const { name } = table.target;
  return 'classes' in table.target
    ? say(
        'The model file has the layers, {weights}, the columns with their means and deviations, and the classes of {target}. The ONNX file standardises rows itself.',
        { weights, target: name },
      )
    : say(
        'The model file has the layers, {weights}, and the columns and {target} with their means and deviations. The ONNX file takes rows as they are, and gives {target} in its own unit.',
        { weights, target: name },
      );
}
