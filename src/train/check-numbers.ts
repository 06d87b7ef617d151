import type { ArrayDataset } from '../data/arrays.ts';
import { checkNumberSplit } from '../data/check-numbers.ts';
import type { TensorDataset } from '../data/given.ts';
import { OptionError } from '../errors.ts';
import { sizeOf } from '../graph/tensor.ts';
import { type Filled, isTensors } from './options.ts';

/** As `checkFit`, for data of numbers. @throws OptionError if the model, the data and the options do not fit together */
export function checkNumbers(dataset: ArrayDataset | TensorDataset, options: Filled): void {
  const { train, test } = dataset;
  const { model, target, normalize, data } = options;
  const inputs = sizeOf(model.inputShape);
  if (target === 'input' && model.outputShape[0] !== inputs) {
    throw new OptionError(
      `the model has ${model.outputShape[0]} outputs; an autoencoder of ${inputs} inputs needs as many`,
    );
  }
  const wanted = target === 'label' ? 'labels' : 'targets';
  const splits = Object.entries({ train, ...(test ? { test } : {}) });
  for (const [name, split] of splits) checkNumberSplit(name, split);
  for (const [name, split] of splits) {
    if (target === 'input' || split[wanted] !== undefined) continue;
    throw new OptionError(
      `target '${target}' needs ${wanted} in every split; ${name} has ${Object.keys(split).join(', ')}`,
    );
  }
  if (!isTensors(dataset)) {
    const { classes } = dataset;
    if (classes && target === 'label' && classes.length !== model.outputShape[0]) {
      throw new OptionError(
        `the model has ${model.outputShape[0]} outputs; the data set has ${classes.length} classes`,
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
