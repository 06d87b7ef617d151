import type { OptionSpec } from '../spec.ts';

/** Where a run is logged to. */
export const LOG_OPTIONS: readonly OptionSpec[] = [
  {
    name: 'log',
    kind: 'path',
    placeholder: 'DIR',
    scope: 'command',
    help: 'Log each run to a folder of its own in this one: JSON lines, CSV, and TensorBoard’s event file',
  },
  {
    name: 'log-histograms',
    kind: 'flag',
    scope: 'command',
    help: 'Log histograms of weights and gradients after each epoch, too',
  },
  {
    name: 'mlflow',
    kind: 'path',
    placeholder: 'URL',
    scope: 'command',
    help: 'Report runs to this MLflow server, such as http://127.0.0.1:5000',
  },
];
