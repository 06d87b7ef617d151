import { OptionError } from '../../errors.ts';
import type { TrainerOptions } from '../../train/trainer.ts';
import type { Scale } from '../own/spread.ts';
import type { TableData, TablePart } from '../own/table.ts';
import { limitOf } from './data.ts';
import { fitted, type ImageSettings } from './image-settings.ts';
import type { Emit } from './task.ts';

/** A run on a table: its settings and its data. */
export interface TableJob {
  readonly data: 'table';
  readonly settings: ImageSettings;
  readonly table: TableData;
}

/**
 * A run on a table.
 *
 * @throws OptionError if the network is no perceptron, its loss needs classes and there are none, or images are to be augmented
 */
export function tableJob(
  options: URLSearchParams,
  settings: ImageSettings,
  given: TableData,
  emit: Emit,
): TableJob {
  const { widths, target, title, loss, augment } = settings;
  const table = { ...given, train: firstRows(given.train, limitOf(options)) };
  if (!widths || target === 'input') {
    throw new OptionError(`${title} learns from images; choose Model 1, 2 or 3 for a table`);
  }
  if (!table.classes && loss === 'cross_entropy') {
    throw new OptionError(
      `loss=${loss} was given; ${table.target} is learned as a number, so use mse`,
    );
  }
  if (augment) {
    throw new OptionError(
      `augment=${options.get('augment')} was given; it is for images, so use none`,
    );
  }
  const { name, train, test } = table;
  emit({
    ...{ type: 'dataset', name, synthetic: false, of: 'rows' },
    ...{ train: train.count, test: test.count },
    ...(table.scale ? { number: { name: table.target, ...table.scale } } : {}),
    ...(table.scale && test.targets ? { ofMean: errorOfMean(test.targets, table.scale) } : {}),
  });
  const outputs = table.classes?.length ?? 1;
  return { data: 'table', settings: fitted(settings, table.inputs.length, outputs), table };
}

/** The root mean square of numbers' distances to the mean that they are standardised with, in their unit. */
const errorOfMean = (targets: Float32Array, { deviation }: Scale): number =>
  Math.sqrt(targets.reduce((sum, value) => sum + value * value, 0) / targets.length) * deviation;

/** The first rows of a table. */
function firstRows(part: TablePart, count: number): TablePart {
  if (count >= part.count) return part;
  const { inputs, labels, targets } = part;
  return {
    ...{ count, inputs: inputs.subarray(0, (inputs.length / part.count) * count) },
    ...(labels ? { labels: labels.subarray(0, count) } : {}),
    ...(targets ? { targets: targets.subarray(0, count) } : {}),
  };
}

/** The trainer's options that depend on the table. */
export function learningOfTable({
  settings,
  table,
}: TableJob): Pick<TrainerOptions, 'model' | 'dataset' | 'target'> {
  const { name, inputs, classes, train, test } = table;
  const outputs = classes?.length ?? 1;
  const { model } = fitted(settings, inputs.length, outputs);
  return {
    model: model([inputs.length], outputs),
    dataset: { name, ...(classes ? { classes } : {}), train, test },
    target: classes ? 'label' : 'value',
  };
}
