import type { ArrayDataset } from '../data/arrays.ts';
import { checkNumberSplit } from '../data/check-numbers.ts';
import type { TensorDataset } from '../data/given.ts';
import type { TokenDataset } from '../data/token-split.ts';
import { OptionError } from '../errors.ts';
import { sizeOf } from '../graph/tensor.ts';
import { lossFrom } from '../nn/losses.ts';
import { rowsOf } from '../nn/model.ts';
import { FORMULA } from '../ops/loss.ts';
import type { TrainingData } from './options.ts';
import { type Filled, isTensors } from './options.ts';

/** Whether a data set is of tokens. */
const isTokens = (dataset: TrainingData): dataset is TokenDataset => 'tokens' in dataset.train;

/** As `checkFit`, for data of numbers. @throws OptionError if the model, the data and the options do not fit together */
export function checkNumbers(
  dataset: ArrayDataset | TokenDataset | TensorDataset,
  options: Filled,
): void {
  if (isTokens(dataset)) {
    checkTokens(options);
    return;
  }
  const { model, target, normalize, data } = options;
  const inputs = sizeOf(model.inputShape);
  const { positions, width } = rowsOf(model, target);
  if (target === 'input' && width !== inputs) {
    throw new OptionError(
      `the model has ${model.outputShape.join('×')} outputs; an autoencoder of ${inputs} inputs needs as many`,
    );
  }
  const { train, test } = dataset;
  const wanted = target === 'label' ? 'labels' : 'targets';
  const splits = Object.entries({ train, ...(test ? { test } : {}) });
  for (const [name, split] of splits) checkNumberSplit(name, split);
  for (const [name, split] of splits) {
    if (positions > 1 && split.weights) {
      throw new OptionError(
        `weights were given for samples of ${positions} positions; leave them out, or put flatten() at the model's end`,
      );
    }
    if (target === 'input' || split[wanted] !== undefined) continue;
    throw new OptionError(
      `target '${target}' needs ${wanted} in every split; ${name} has ${Object.keys(split).join(', ')}`,
    );
  }
  if (!isTensors(dataset)) {
    const { classes } = dataset;
    if (classes && target === 'label' && classes.length !== width) {
      throw new OptionError(
        `the model has ${model.outputShape.join('×')} outputs; the data set has ${classes.length} classes. ${
          model.outputShape.length > 1
            ? 'Put flatten() and a linear() layer at its end'
            : 'Give its last layer an output for each class'
        }`,
      );
    }
    return;
  }
  if ('validation' in dataset) {
    throw new OptionError(
      'validation was given for tensors on the GPU; give a test split, or arrays',
    );
  }
  if (normalize || data === 'streamed') {
    throw new OptionError(
      `${normalize ? 'normalize' : "data: 'streamed'"} was given for tensors on the GPU, which are used as they are; leave it out`,
    );
  }
}

/** @throws OptionError if an option does not suit tokens, or the model not the data set */
function checkTokens({ dataset, model, target, normalize, loss }: Filled): void {
  const { inputShape, outputShape } = model;
  const classes = 'classes' in dataset ? dataset.classes : undefined;
  if (target !== 'label' || normalize !== null) {
    throw new OptionError(
      `${target === 'label' ? 'normalize' : `target '${target}'`} was given for tokens, which are classes; leave it out`,
    );
  }
  const { kind, [FORMULA]: formula } = lossFrom(loss);
  if (formula.target !== 'class') {
    throw new OptionError(
      `loss '${kind}' was given for tokens, which are classes; use 'cross_entropy'`,
    );
  }
  if ('validation' in dataset && dataset.validation !== undefined) {
    throw new OptionError(
      'validation was given for tokens, whose samples overlap; give a test split, as textDataset(text, { length, validation }) makes',
    );
  }
  if (inputShape.length !== 1 || outputShape.length !== 2 || outputShape[0] !== inputShape[0]) {
    throw new OptionError(
      `the model makes [${outputShape.join(', ')}] of [${inputShape.join(', ')}]; for tokens it makes [T, classes] of [T]`,
    );
  }
  if (classes && classes.length !== outputShape[1]) {
    throw new OptionError(
      `the model has ${outputShape[1]} outputs at each position; the data set has ${classes.length} classes`,
    );
  }
}
