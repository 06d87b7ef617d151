import {
  ACTIVATIONS,
  LOSS_NAMES,
  OPTIMIZER_NAMES,
  takersOf,
} from '../../harness/tasks/choice-facts.ts';
import { KEEPS, MOST_PATIENCE } from '../../harness/tasks/common-settings.ts';
import { AUGMENTATION_NAMES, NETWORK_NAMES } from '../../harness/tasks/network-facts.ts';
import { COLOURS, SIDES } from '../../harness/tasks/own-colour.ts';
import { SCHEDULES, schedulesWith } from '../../harness/tasks/schedule-facts.ts';
import { LONGEST } from '../../harness/tasks/text-settings.ts';
import { PRECISIONS } from '../../train/session-options.ts';
import { COMMON_OPTIONS } from '../command.ts';
import { LOG_OPTIONS } from '../log/options.ts';
import {
  FAMILY_OPTION,
  JSON_OPTION,
  PLAN_OPTION,
  RUNTIME_OPTION,
  SEED_OPTION,
} from '../shared-options.ts';
import type { OptionSpec } from '../spec.ts';
import { FILE_OPTIONS } from './train-files.ts';

const MODEL = 'the model’s';
const OPTIMIZER = 'the optimizer’s';

/** The optimizers that take an option, for its help. */
const takers = (option: string): string => takersOf(option)?.join(', ') ?? '';

/** The schedules that take an option, for its help. */
const scheduled = (option: string): string => schedulesWith(option)?.join(', ') ?? '';

/** Not given, it is not sent: beside `--seeds` it is refused. */
const { default: seedText = '', ...seed } = SEED_OPTION;
const SEED: OptionSpec = { ...seed, defaultText: seedText };

/** Options of `gradweave train`. */
export const TRAIN_OPTIONS: readonly OptionSpec[] = [
  {
    name: 'model',
    kind: 'choice',
    choices: NETWORK_NAMES,
    default: '2',
    help: 'One of the paper’s models, a convolutional or residual network, or a transformer that learns to write from --text. The options below change it',
  },
  {
    name: 'layers',
    kind: 'list',
    least: 2,
    range: { min: 1, max: 65_536 },
    defaultText: MODEL,
    help: 'Layer widths from input to output, e.g. 784,128,64,10; with --data, the first and the last one follow the data',
  },
  {
    name: 'activation',
    kind: 'choice',
    choices: ACTIVATIONS,
    defaultText: MODEL,
    help: 'Activation of the hidden layers',
  },
  {
    name: 'loss',
    kind: 'choice',
    choices: LOSS_NAMES,
    defaultText: MODEL,
    help: 'Mean squared error, or softmax with cross-entropy',
  },
  {
    name: 'optimizer',
    kind: 'choice',
    choices: OPTIMIZER_NAMES,
    defaultText: MODEL,
    help: `Optimizer: ${OPTIMIZER_NAMES.join(', ')}`,
  },
  {
    name: 'lr',
    kind: 'float',
    several: true,
    range: { above: 0, max: 1_000_000 },
    defaultText: MODEL,
    help: 'Learning rate; several with commas train a network each, at once',
  },
  {
    name: 'schedule',
    kind: 'choice',
    choices: SCHEDULES,
    defaultText: MODEL,
    help: 'The learning rate stays, falls along half a cosine or a line, in steps or by a factor each epoch, rises and falls in one cycle, or falls along cosines again and again',
  },
  {
    name: 'warmup',
    kind: 'float',
    range: { min: 0, max: 10_000 },
    defaultText: 'none',
    help: `Epochs in which the rate rises along a line before the schedule begins; with ${scheduled('warmup')}`,
  },
  {
    name: 'gamma',
    kind: 'float',
    range: { min: 0, max: 1 },
    defaultText: '0.1 with step, 0.95 with exponential',
    help: `What the rate is multiplied with; with ${scheduled('gamma')}`,
  },
  {
    name: 'period',
    kind: 'float',
    range: { above: 0, max: 10_000 },
    defaultText: '10',
    help: `Epochs between two steps, or until the first restart; with ${scheduled('period')}`,
  },
  {
    name: 'end-factor',
    kind: 'float',
    range: { min: 0, max: 1 },
    defaultText: '0',
    help: `The last rate as a share of the first; with ${scheduled('end-factor')}`,
  },
  {
    name: 'rise',
    kind: 'float',
    range: { min: 0, max: 1 },
    defaultText: '0.3',
    help: 'The share of the epochs in which the rate of one-cycle rises',
  },
  {
    name: 'augment',
    kind: 'choice',
    choices: AUGMENTATION_NAMES,
    defaultText: MODEL,
    help: 'Change training images at random: flip them, and shift them by up to 2 pixels',
  },
  {
    name: 'momentum',
    kind: 'float',
    range: { min: 0, below: 1 },
    defaultText: '0',
    help: `Momentum of ${takers('momentum')}`,
  },
  { name: 'nesterov', kind: 'flag', help: `Use Nesterov momentum with ${takers('nesterov')}` },
  {
    name: 'weight-decay',
    kind: 'float',
    range: { min: 0 },
    defaultText: OPTIMIZER,
    help: 'Weight decay, for any optimizer',
  },
  {
    name: 'betas',
    kind: 'pair',
    parts: ['b1', 'b2'],
    ranges: [
      { min: 0, below: 1 },
      { min: 0, below: 1 },
    ],
    defaultText: OPTIMIZER,
    help: `Decay rates of the moments of ${takers('betas')}`,
  },
  {
    name: 'eps',
    kind: 'float',
    range: { above: 0 },
    defaultText: OPTIMIZER,
    help: `Added to the divisor in ${takers('eps')}`,
  },
  {
    name: 'epochs',
    kind: 'int',
    range: { min: 1, max: 100_000 },
    defaultText: MODEL,
    help: 'Passes over the training data',
  },
  {
    name: 'patience',
    kind: 'int',
    range: { min: 1, max: MOST_PATIENCE },
    defaultText: 'none',
    help: 'End after so many epochs in a row without a lower test loss',
  },
  {
    name: 'keep',
    kind: 'choice',
    choices: KEEPS,
    defaultText: 'last',
    help: 'Which weights stay: of the last epoch, or of the one with the lowest test loss',
  },
  {
    name: 'batch-size',
    kind: 'int',
    range: { min: 1, max: 60_000 },
    defaultText: MODEL,
    help: 'Images in one step, or stretches of the text',
  },
  {
    name: 'dropout',
    kind: 'float',
    several: true,
    range: { min: 0, below: 1 },
    defaultText: MODEL,
    help: 'Fraction of the hidden activations to drop; several as for --lr',
  },
  {
    name: 'normalize',
    kind: 'pair',
    parts: ['mean', 'std'],
    ranges: [{}, { above: 0 }],
    defaultText: 'pixels from 0 to 1',
    help: 'Standardise the pixels, e.g. 0.286,0.353',
  },
  {
    name: 'text',
    kind: 'path',
    placeholder: 'FILE',
    scope: 'command',
    defaultText: 'none; a transformer needs it',
    help: 'Text in UTF-8 for the transformer; its last tenth is held out as the test split',
  },
  {
    name: 'length',
    kind: 'int',
    range: { min: 1, max: LONGEST },
    defaultText: MODEL,
    help: 'Characters that the transformer sees at a time',
  },
  {
    name: 'stride',
    kind: 'int',
    range: { min: 1, max: 2 ** 31 - 1 },
    defaultText: 'up to --length, less for short texts',
    help: 'Characters from one sample of the text to the next',
  },
  {
    name: 'sample',
    kind: 'int',
    range: { min: 0, max: 100_000 },
    defaultText: '200',
    help: 'Characters that the transformer writes at the end, and on a terminal after each epoch',
  },
  {
    name: 'temperature',
    kind: 'float',
    range: { min: 0, max: 1_000_000 },
    defaultText: '0.8',
    help: 'How freely it writes: 0 always takes the most likely character',
  },
  {
    name: 'prompt',
    kind: 'string',
    defaultText: 'a new line',
    help: 'What it continues',
  },
  SEED,
  {
    name: 'seeds',
    kind: 'string',
    defaultText: '--seed alone',
    help: 'Several seeds, as 1..10 or 1,2,5: trains a network for each, and for each --lr and --dropout, at once, and prints means and spreads',
  },
  {
    name: 'data',
    kind: 'path',
    placeholder: 'PATH',
    scope: 'command',
    help: 'A folder of four IDX files, as those of MNIST and its kin; a table as FILE.csv, with --target; or a folder (or zip archive) of images, each class in a folder of its own',
    defaultText: 'Fashion-MNIST: GRADWEAVE_DATA, or a download',
  },
  {
    name: 'target',
    kind: 'string',
    defaultText: 'none; a table needs it',
    help: 'The column of the table that is learned; all others are learned from, but for those of --leave-out',
  },
  {
    name: 'learn',
    kind: 'choice',
    choices: ['class', 'number'],
    defaultText: 'number for more than 12 different numbers, else class',
    help: 'What the target is',
  },
  {
    name: 'leave-out',
    kind: 'string',
    several: true,
    defaultText: 'none',
    help: 'Columns of the table that are not learned from, with commas between them',
  },
  {
    name: 'numbers',
    kind: 'string',
    several: true,
    defaultText: 'none',
    help: 'Columns of the table that are numbers, though some values are texts: these count as missing',
  },
  {
    name: 'missing',
    kind: 'choice',
    choices: ['leave-out', 'mean'],
    defaultText: 'leave-out',
    help: 'Rows of the table without a value: left out, or with the mean of the column',
  },
  {
    name: 'side',
    kind: 'choice',
    choices: SIDES.map(String),
    defaultText: '28',
    help: 'Rows and columns that images of a folder are made to',
  },
  {
    name: 'colour',
    kind: 'choice',
    choices: COLOURS,
    defaultText: 'rgb if some have colours',
    help: 'Whether images of a folder are made grey, or red, green and blue',
  },
  PLAN_OPTION,
  {
    name: 'precision',
    kind: 'choice',
    choices: PRECISIONS,
    defaultText: 'full',
    help: 'mixed: products with operands in float16, sums in float32; needs --family tiled',
  },
  FAMILY_OPTION,
  {
    name: 'tune',
    kind: 'int',
    range: { min: 0, max: 600_000 },
    defaultText: '400 on a GPU, else 0',
    help: 'Milliseconds to spend on choosing the fastest kernels; the result stays the same',
  },
  {
    name: 'warm-steps',
    kind: 'int',
    range: { min: 0, max: 1_000_000 },
    defaultText: '200 without a GPU, else 0',
    help: 'Steps to run on portable kernels while faster ones compile',
  },
  {
    name: 'train-limit',
    kind: 'int',
    range: { min: 1, max: 2 ** 31 - 1 },
    defaultText: 'all',
    help: 'Train on the first N samples only',
  },
  ...FILE_OPTIONS,
  JSON_OPTION,
  ...LOG_OPTIONS,
  RUNTIME_OPTION,
  ...COMMON_OPTIONS,
];
