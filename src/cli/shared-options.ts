import { FAMILIES } from '../gpu/family.ts';
import type { OptionSpec } from './spec.ts';

/** `--data DIR`. */
export const DATA_OPTION: OptionSpec = {
  name: 'data',
  kind: 'path',
  placeholder: 'DIR',
  scope: 'command',
  help: 'Folder of the four Fashion-MNIST files',
  defaultText: 'GRADWEAVE_DATA, or looked for and downloaded',
};

/** `--json FILE`. */
export const JSON_OPTION: OptionSpec = {
  name: 'json',
  kind: 'path',
  placeholder: 'FILE',
  scope: 'command',
  help: 'Writes the result there',
};

/** `--plan fused|plain`. */
export const PLAN_OPTION: OptionSpec = {
  name: 'plan',
  kind: 'choice',
  choices: ['fused', 'plain'],
  default: 'fused',
  help: 'Kernels: fused, or one dispatch for each operation',
};

/** `--family auto|…`. */
export const FAMILY_OPTION: OptionSpec = {
  name: 'family',
  kind: 'choice',
  choices: ['auto', ...FAMILIES],
  defaultText: 'auto',
  help: 'Kernels; auto takes what suits the adapter',
};

/** `--runtime browser|node|deno`. */
export const RUNTIME_OPTION: OptionSpec = {
  name: 'runtime',
  kind: 'choice',
  choices: ['browser', 'node', 'deno'],
  scope: 'command',
  default: 'browser',
  help: 'Where to run: Chrome, Node with the package webgpu, or Deno',
};

/** `--seed N`. */
export const SEED_OPTION: OptionSpec = {
  name: 'seed',
  kind: 'int',
  range: { min: 0, max: 2 ** 32 - 1 },
  default: '1',
  help: 'Of weights, order of the images and dropout',
};
