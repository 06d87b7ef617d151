import { FAMILIES } from '../../gpu/family.ts';
import { COMMON_OPTIONS } from '../command.ts';
import {
  DATA_OPTION,
  JSON_OPTION,
  PLAN_OPTION,
  RUNTIME_OPTION,
  SEED_OPTION,
} from '../shared-options.ts';
import type { OptionSpec } from '../spec.ts';

const MODEL = 'the model’s';

/** Options of `gradweave train`. */
export const TRAIN_OPTIONS: readonly OptionSpec[] = [
  {
    name: 'model',
    kind: 'choice',
    choices: ['1', '2', '3', 'autoencoder'],
    default: '2',
    help: 'One of the paper’s models; the options below change it',
  },
  {
    name: 'layers',
    kind: 'list',
    least: 2,
    range: { min: 1, max: 65_536 },
    defaultText: MODEL,
    help: 'Widths, from the input to the output, e.g. 784,128,64,10',
  },
  {
    name: 'activation',
    kind: 'choice',
    choices: ['relu', 'sigmoid', 'tanh'],
    defaultText: MODEL,
    help: 'After each hidden layer',
  },
  {
    name: 'loss',
    kind: 'choice',
    choices: ['mse', 'cross_entropy'],
    defaultText: MODEL,
    help: 'Mean squared error, or softmax and cross-entropy',
  },
  {
    name: 'optimizer',
    kind: 'choice',
    choices: ['sgd', 'adam', 'adamw'],
    defaultText: MODEL,
    help: 'How the weights are changed',
  },
  { name: 'lr', kind: 'float', range: { above: 0 }, defaultText: MODEL, help: 'Learning rate' },
  {
    name: 'momentum',
    kind: 'float',
    range: { min: 0, below: 1 },
    defaultText: '0',
    help: 'Of sgd',
  },
  { name: 'nesterov', kind: 'flag', help: 'Nesterov’s momentum, of sgd' },
  {
    name: 'weight-decay',
    kind: 'float',
    range: { min: 0 },
    defaultText: '0; of adamw 0.01',
    help: 'Of any optimizer',
  },
  {
    name: 'betas',
    kind: 'pair',
    parts: ['b1', 'b2'],
    ranges: [
      { min: 0, below: 1 },
      { min: 0, below: 1 },
    ],
    defaultText: '0.9,0.999',
    help: 'Decay of the two moments, of adam and adamw',
  },
  {
    name: 'eps',
    kind: 'float',
    range: { above: 0 },
    defaultText: '1e-8',
    help: 'Added to the divisor, of adam and adamw',
  },
  {
    name: 'epochs',
    kind: 'int',
    range: { min: 1, max: 100_000 },
    defaultText: MODEL,
    help: 'Passes over the training images',
  },
  {
    name: 'batch-size',
    kind: 'int',
    range: { min: 1, max: 60_000 },
    defaultText: MODEL,
    help: 'Images of one step',
  },
  {
    name: 'dropout',
    kind: 'float',
    range: { min: 0, below: 1 },
    defaultText: MODEL,
    help: 'Share of the hidden activations that is dropped',
  },
  {
    name: 'normalize',
    kind: 'pair',
    parts: ['mean', 'std'],
    ranges: [{}, { above: 0 }],
    defaultText: 'pixels from 0 to 1',
    help: 'Standardises the pixels, e.g. 0.286,0.353',
  },
  SEED_OPTION,
  DATA_OPTION,
  PLAN_OPTION,
  {
    name: 'family',
    kind: 'choice',
    choices: ['auto', ...FAMILIES],
    defaultText: 'auto',
    help: 'Kernels; auto takes what suits the adapter',
  },
  {
    name: 'tune',
    kind: 'int',
    range: { min: 0, max: 600_000 },
    defaultText: '400 on a GPU, else 0',
    help: 'Milliseconds for timing kernels against each other first; the result is the same',
  },
  {
    name: 'warm-steps',
    kind: 'int',
    range: { min: 0, max: 1_000_000 },
    defaultText: '200 without a GPU, else 0',
    help: 'Steps to begin with portable kernels, while better ones compile',
  },
  {
    name: 'train-limit',
    kind: 'int',
    range: { min: 1, max: 60_000 },
    defaultText: 'all',
    help: 'Trains on the first N images only',
  },
  JSON_OPTION,
  RUNTIME_OPTION,
  ...COMMON_OPTIONS,
];
