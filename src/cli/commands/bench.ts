import { COMMON_OPTIONS, type Command, rendererOf, runCommandTask } from '../command.ts';
import { dataExtras } from '../data.ts';
import { jsonWriter } from '../json-file.ts';
import { DATA_OPTION, JSON_OPTION } from '../shared-options.ts';

/** `gradweave bench`. */
export const bench: Command = {
  name: 'bench',
  summary: 'Times training steps and matrix products against the arithmetic peak of the adapter',
  positionals: [],
  options: [
    DATA_OPTION,
    {
      name: 'rounds',
      kind: 'int',
      range: { min: 1, max: 1000 },
      default: '5',
      help: 'Samples of each contender, in turn; the median counts',
    },
    {
      name: 'sizes',
      kind: 'list',
      least: 1,
      range: { min: 1, max: 8192 },
      default: '256,512,1024',
      help: 'Sides of the square products',
    },
    JSON_OPTION,
    ...COMMON_OPTIONS,
  ],
  async run(context) {
    const { values } = context.arguments;
    const writeJson = await jsonWriter(values);
    const renderer = rendererOf(context);
    const extras = await dataExtras(context, renderer);
    const outcome = await runCommandTask(bench, 'bench', context, renderer, extras);
    await writeJson({ browser: outcome.browser, value: outcome.value });
    return outcome.badRows === 0 ? 0 : 1;
  },
};
