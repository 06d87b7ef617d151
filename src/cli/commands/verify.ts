import type { AdapterInfo } from '../../gpu/adapter-info.ts';
import { COMMON_OPTIONS, type Command, rendererOf, runCommandTask } from '../command.ts';
import { jsonWriter } from '../json-file.ts';
import { checkReport, saveVerify } from '../save-verify.ts';
import { FAMILY_OPTION, JSON_OPTION, RUNTIME_OPTION, SEED_OPTION } from '../shared-options.ts';
import { endChecks } from './checks.ts';

/** `gradweave verify`. */
export const verify: Command = {
  name: 'verify',
  summary: 'Check this machine’s GPU: every kernel against the same computation on the CPU',
  positionals: [],
  options: [
    { name: 'filter', kind: 'string', help: 'Run only the checks whose name contains this' },
    {
      name: 'scaling',
      kind: 'float',
      range: { above: 0 },
      help: 'Check training steps of many sizes instead (batch 1 to 8192, width 16 to 4096, depth 1 to 16), up to so many GFLOP each',
    },
    FAMILY_OPTION,
    { ...SEED_OPTION, help: 'Seed of the random inputs' },
    {
      name: 'report',
      kind: 'flag',
      scope: 'command',
      help: 'Keep the result in docs/verify and rewrite its table; needs a checkout',
    },
    JSON_OPTION,
    RUNTIME_OPTION,
    ...COMMON_OPTIONS,
  ],
  async run(context) {
    const { values } = context.arguments;
    const writeJson = await jsonWriter(values);
    if (values.has('report')) await checkReport(values);
    const renderer = rendererOf(context);
    let adapter: AdapterInfo | undefined;
    const outcome = await runCommandTask(verify, 'verify', context, renderer, {
      onEvent: (event) => {
        if (event.type === 'adapter') ({ adapter } = event);
      },
    });
    const status = await endChecks(outcome, values.get('filter'), writeJson);
    if (values.has('report') && adapter) {
      const family = values.get('family') ?? 'auto';
      renderer.print(await saveVerify({ adapter, family, ...outcome }));
    }
    return status;
  },
};
