import { COMMON_OPTIONS, type Command, rendererOf, runCommandTask } from '../command.ts';
import { dataExtras, traceExtras } from '../data.ts';
import { jsonWriter } from '../json-file.ts';
import { DATA_OPTION, JSON_OPTION, PLAN_OPTION, RUNTIME_OPTION } from '../shared-options.ts';
import type { OptionSpec } from '../spec.ts';
import { endChecks } from './checks.ts';

const TEXT_OPTION: OptionSpec = {
  name: 'text',
  kind: 'path',
  placeholder: 'FILE',
  scope: 'command',
  help: 'Text of the traces of tokens',
  defaultText: 'the .txt file in DIR/../paper',
};

/** `gradweave parity DIR`. */
export const parity: Command = {
  name: 'parity',
  summary: 'Repeat training runs of PyTorch step by step and compare every figure',
  positionals: [{ name: 'DIR', help: 'the folder of the traces (NAME.json and NAME.safetensors)' }],
  options: [DATA_OPTION, TEXT_OPTION, PLAN_OPTION, JSON_OPTION, RUNTIME_OPTION, ...COMMON_OPTIONS],
  async run(context) {
    const { values, positionals } = context.arguments;
    const traces = await traceExtras(positionals[0], values.get('text'));
    const writeJson = await jsonWriter(values);
    const renderer = rendererOf(context);
    const data = await dataExtras(context, renderer);
    const outcome = await runCommandTask(parity, 'parity', context, renderer, {
      options: { ...data.options, ...traces.options },
      files: new Map([...data.files, ...traces.files]),
    });
    return endChecks(outcome, undefined, writeJson);
  },
};
