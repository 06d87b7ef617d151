import { FASHION_MNIST_DEVIATION, FASHION_MNIST_MEAN } from '../../data/fashion-mnist.ts';
import { PAPER_MODELS } from '../../paper/table.ts';
import { ownOf } from '../own-of.ts';
import { LOSSES, OPTIMIZERS } from './choice-facts.ts';
import { SCHEDULE_FACTS } from './schedule-facts.ts';
import { usualValues, type Values } from './usual-values.ts';

/** A setting in which a run is not the paper's. All texts are English. */
export interface Difference {
  /** What it is called: `loss`. */
  readonly setting: string;
  readonly now: string;
  readonly paper: string;
}

/** What settings are called that change what is learned, by their names in the address. */
export const SETTING_NAMES: Readonly<Record<string, string>> = {
  layers: 'layers',
  activation: 'activation',
  dropout: 'dropout',
  loss: 'loss',
  optimizer: 'optimizer',
  lr: 'learning rate',
  'batch-size': 'batch size',
  epochs: 'epochs',
  patience: 'early stopping',
  keep: 'weights kept',
  'train-limit': 'training images',
  normalize: 'pixels',
  schedule: 'schedule',
  warmup: 'warm-up',
  augment: 'augmentation',
  momentum: 'momentum',
  nesterov: 'Nesterov momentum',
  betas: 'β₁, β₂',
  eps: 'ε',
  'weight-decay': 'weight decay',
  precision: 'precision',
  data: 'data',
};

/** What nothing given stands for. */
export const NOTHING: Readonly<Record<string, string>> = {
  'train-limit': 'all',
  normalize: 'from 0 to 1',
  nesterov: 'none',
  patience: 'never',
  warmup: 'none',
};

/** A value that the optimizer or the schedule has by itself. */
export const USUAL = 'the default';

const TEXTS: Readonly<Record<string, (value: string) => string | undefined>> = {
  loss: (value) => Object.entries(LOSSES).find(([name]) => name === value)?.[1].label,
  optimizer: (value) => Object.entries(OPTIMIZERS).find(([name]) => name === value)?.[1].label,
  normalize: () => 'standardised',
  schedule: (value) => Object.entries(SCHEDULE_FACTS).find(([name]) => name === value)?.[1].label,
  layers: (value) => value.replace(/\s/g, '').replaceAll(',', '–'),
  nesterov: () => 'yes',
  keep: (value) => (value === 'best' ? 'the best epoch’s' : 'the last epoch’s'),
  data: (value) => (value === 'built-in' ? 'built-in garments' : 'Fashion-MNIST'),
};

/** A setting's value in words; as it is in the address if there are none. */
export const valueText = (name: string, value: string): string =>
  value === '' ? (ownOf(NOTHING, name) ?? USUAL) : (ownOf(TEXTS, name)?.(value) ?? value);

/** Whether two values are the same, or the same numbers. */
function isSame(a: string, b: string): boolean {
  if (a === b || a === '' || b === '') return a === b;
  const [first, second] = [a, b].map((text) => text.split(',').map(Number));
  return !first.some(Number.isNaN) && first.join() === second.join();
}

/** Whether a network is one of the paper's three. */
export const isPapers = (model: string): boolean =>
  PAPER_MODELS.some((one) => String(one.model) === model);

/**
 * In what settings differ from the paper's text (sections II and III) on the model, of those that change what is learned.
 *
 * @param values by their names in the address; those that are missing are usual
 * @returns none for a network that is not one of the paper's three
 */
export function paperDifferences(values: Values): Difference[] {
  const model = values.model ?? '2';
  if (!isPapers(model)) return [];
  const paper = usualValues(model);
  return Object.entries(SETTING_NAMES).flatMap(([name, setting]) => {
    const now = values[name] ?? paper[name];
    const usual = name === 'data' ? 'auto' : paper[name];
    if (isSame(now, usual) || (name === 'data' && now !== 'built-in')) return [];
    return [{ setting, now: valueText(name, now), paper: valueText(name, usual) }];
  });
}

/** The settings that give figures like those of the paper's Table I. Its text names another loss. */
export const TABLE_RECIPE: Values = {
  loss: 'cross_entropy',
  normalize: `${FASHION_MNIST_MEAN},${FASHION_MNIST_DEVIATION}`,
};
