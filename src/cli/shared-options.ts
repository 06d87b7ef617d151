import { FAMILIES } from '../gpu/family.ts';
import type { OptionSpec } from './spec.ts';

/** `--data DIR`. */
export const DATA_OPTION: OptionSpec = {
  name: 'data',
  kind: 'path',
  placeholder: 'DIR',
  scope: 'command',
  help: 'Folder of the four Fashion-MNIST files',
  defaultText: 'GRADWEAVE_DATA, or a download',
};

/** `--json FILE`. */
export const JSON_OPTION: OptionSpec = {
  name: 'json',
  kind: 'path',
  placeholder: 'FILE',
  scope: 'command',
  help: 'Write the result to this file; its folder must exist',
};

/** `--plan fused|plain`. */
export const PLAN_OPTION: OptionSpec = {
  name: 'plan',
  kind: 'choice',
  choices: ['fused', 'plain'],
  default: 'fused',
  help: 'Fused kernels, or one dispatch for each operation',
};

/** `--family auto|…`. */
export const FAMILY_OPTION: OptionSpec = {
  name: 'family',
  kind: 'choice',
  choices: ['auto', ...FAMILIES],
  renamed: { discrete: 'tiled' },
  defaultText: 'auto',
  help: 'Family of kernels; auto chooses by adapter',
};

/** `--runtime browser|node|deno`. */
export const RUNTIME_OPTION: OptionSpec = {
  name: 'runtime',
  kind: 'choice',
  choices: ['browser', 'node', 'deno'],
  scope: 'command',
  default: 'browser',
  help: 'Run in Chrome, in Node with the package webgpu, or in Deno',
};

/** `--seed N`. */
export const SEED_OPTION: OptionSpec = {
  name: 'seed',
  kind: 'int',
  range: { min: 0, max: 2 ** 32 - 1 },
  default: '1',
  help: 'Seed of the weights, the order of images and dropout',
};

/** `--quiet`. */
export const QUIET_OPTION: OptionSpec = {
  name: 'quiet',
  kind: 'flag',
  scope: 'command',
  help: 'Print only the result and warnings',
};
