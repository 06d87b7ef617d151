import { DATA_OPTION, QUIET_OPTION, RUNTIME_OPTION } from '../shared-options.ts';
import type { CommandSpec, OptionSpec } from '../spec.ts';

/** Options of the sweep itself. */
const PLAN_OPTIONS: readonly OptionSpec[] = [
  {
    name: 'search',
    kind: 'string',
    defaultText: 'the plan’s',
    help: 'Search: grid, random, asha, or one of Optuna’s, as optuna:tpe',
  },
  {
    name: 'trials',
    kind: 'int',
    range: { min: 1, max: 1_000_000 },
    defaultText: 'the plan’s',
    help: 'Most points of the space; each is trained with every seed',
  },
  {
    name: 'seeds',
    kind: 'string',
    defaultText: 'the plan’s',
    help: 'Seeds of each point: how many, or as 1..10 or 1,2,5',
  },
  {
    name: 'optuna-storage',
    kind: 'string',
    defaultText: 'optuna.db in the folder',
    help: 'Where Optuna keeps its study: an address such as sqlite:///study.db, or a journal file',
  },
  DATA_OPTION,
  {
    name: 'text',
    kind: 'path',
    placeholder: 'FILE',
    help: 'Text in UTF-8 for trials of the transformer',
    defaultText: 'none',
  },
];

/** Where the sweep is kept, and who may reach it. */
const PLACE_OPTIONS: readonly OptionSpec[] = [
  {
    name: 'folder',
    kind: 'path',
    placeholder: 'DIR',
    help: 'Folder of the trials, their checkpoints and results; given again, the sweep goes on',
    defaultText: 'named as the plan, with .sweep',
  },
  {
    name: 'database',
    kind: 'string',
    help: 'PostgreSQL for the trials: postgres://USER@HOST/NAME',
    defaultText: 'one in the folder',
  },
  {
    name: 'host',
    kind: 'string',
    default: '127.0.0.1',
    help: 'Name or address to listen on; 0.0.0.0 lets workers of other computers in',
  },
  {
    name: 'port',
    kind: 'int',
    range: { min: 0, max: 65_535 },
    defaultText: '8791, or a free one if it is taken',
    help: 'Port; 0 for any free one',
  },
  {
    name: 'allow-host',
    kind: 'string',
    help: 'Host names that a proxy uses, with commas between them: sweep.example.org',
    defaultText: 'none',
  },
  {
    name: 'allow-origin',
    kind: 'string',
    help: 'Origins whose pages may work for the sweep, with commas between them: https://example.org',
    defaultText: 'its own',
  },
  {
    name: 'token',
    kind: 'string',
    help: 'Secret that workers and the page give',
    defaultText: 'GRADWEAVE_TOKEN, or a new one',
  },
];

/** The workers of this computer. */
const WORKER_OPTIONS: readonly OptionSpec[] = [
  {
    name: 'parallel',
    kind: 'int',
    range: { min: 0, max: 64 },
    default: '1',
    help: 'Workers to start on this computer; 0 only waits for others',
  },
  {
    name: 'pack',
    kind: 'int',
    range: { min: 1, max: 64 },
    default: '1',
    help: 'Most trials of equal shapes that a worker trains in one plan',
  },
  RUNTIME_OPTION,
  {
    name: 'adapter',
    kind: 'choice',
    choices: ['auto', 'hardware', 'software'],
    default: 'auto',
    help: 'GPU, SwiftShader, or the best available',
  },
  {
    name: 'chrome',
    kind: 'path',
    placeholder: 'PATH',
    help: 'Chrome or Chromium to run',
    defaultText: 'CHROME_PATH, or search for one',
  },
  {
    name: 'no-sandbox',
    kind: 'flag',
    help: 'Run Chrome without its sandbox, for systems on which the sandbox fails',
  },
];

/** What is shown and written. */
const VIEW_OPTIONS: readonly OptionSpec[] = [
  { name: 'ui', kind: 'flag', help: 'Open the sweep’s page in the browser, and print its address' },
  {
    name: 'show',
    kind: 'path',
    placeholder: 'FILE',
    help: 'Serve the page of a sweep that --json wrote, until Ctrl+C; no plan is given',
    defaultText: 'none',
  },
  { name: 'list', kind: 'flag', help: 'Print the specification of each trial, and run nothing' },
  {
    name: 'report',
    kind: 'path',
    placeholder: 'FILE',
    help: 'Write a report in Markdown',
    defaultText: 'none',
  },
  {
    name: 'json',
    kind: 'path',
    placeholder: 'FILE',
    help: 'Write the sweep with all trials as JSON',
    defaultText: 'none',
  },
  {
    name: 'csv',
    kind: 'path',
    placeholder: 'FILE',
    help: 'Write a table of all trials',
    defaultText: 'none',
  },
  {
    name: 'optuna',
    kind: 'path',
    placeholder: 'FILE',
    help: 'Write the sweep as a journal that Optuna and its dashboard read',
    defaultText: 'none',
  },
  QUIET_OPTION,
];

/** `gradweave sweep`: what it takes. The package `gradweave-sweep` reads the same. */
export const SWEEP_SPEC: CommandSpec = {
  name: 'sweep',
  summary: 'Train many trials of a plan, on this computer and others, and find the best',
  positionals: [
    {
      name: 'PLAN',
      help: 'a file .json, .ts or .mjs, or the name of a plan that is part of the package: paper',
      several: true,
    },
  ],
  options: [...PLAN_OPTIONS, ...PLACE_OPTIONS, ...WORKER_OPTIONS, ...VIEW_OPTIONS].map(
    (option) => ({ ...option, scope: 'command' }),
  ),
};
