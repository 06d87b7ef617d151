import { COMMON_OPTIONS, type Command, rendererOf, runCommandTask } from '../command.ts';
import { jsonWriter } from '../json-file.ts';
import { JSON_OPTION, RUNTIME_OPTION, SEED_OPTION } from '../shared-options.ts';
import { endChecks } from './checks.ts';

/** `gradweave verify`. */
export const verify: Command = {
  name: 'verify',
  summary: 'Checks this machine’s GPU: every kernel against the same computation on the CPU',
  positionals: [],
  options: [
    { name: 'filter', kind: 'string', help: 'Only checks whose name contains this' },
    {
      name: 'scaling',
      kind: 'float',
      range: { above: 0 },
      help: 'Instead, training steps from batch 1 to 8192, width 16 to 4096, depth 1 to 16: those of at most so many GFLOP',
    },
    { ...SEED_OPTION, help: 'Of the numbers that are computed with' },
    JSON_OPTION,
    RUNTIME_OPTION,
    ...COMMON_OPTIONS,
  ],
  async run(context) {
    const { values } = context.arguments;
    const writeJson = await jsonWriter(values);
    const renderer = rendererOf(context);
    const outcome = await runCommandTask(verify, 'verify', context, renderer);
    return endChecks(outcome, values.get('filter'), writeJson);
  },
};
