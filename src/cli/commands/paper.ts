import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type PaperResults, writeReport } from '../../paper/index.ts';
import { COMMON_OPTIONS, type Command, rendererOf, runCommandTask } from '../command.ts';
import { dataExtras } from '../data.ts';
import { checkFolder } from '../json-file.ts';
import { KeptRuns } from '../kept-runs.ts';
import { DATA_OPTION, RUNTIME_OPTION } from '../shared-options.ts';

/** `gradweave paper`. */
export const paper: Command = {
  name: 'paper',
  summary: 'Train all of the paper’s models and write a report that compares them with its figures',
  positionals: [],
  options: [
    DATA_OPTION,
    {
      name: 'out',
      kind: 'path',
      placeholder: 'DIR',
      scope: 'command',
      default: 'docs/paper',
      help: 'Folder for the report; it must exist',
    },
    {
      name: 'seeds',
      kind: 'int',
      range: { min: 1, max: 100 },
      default: '1',
      help: 'Runs of each model, with seeds 1 to N',
    },
    RUNTIME_OPTION,
    ...COMMON_OPTIONS,
  ],
  async run(context) {
    const out = context.arguments.values.get('out') ?? '';
    await checkFolder(out, '--out');
    const renderer = rendererOf(context);
    const kept = await KeptRuns.open(join(out, 'unfinished.json'));
    const extras = { ...(await dataExtras(context, renderer)), host: kept.host };
    const { value, browser } = await runCommandTask(paper, 'paper', context, renderer, extras);
    // The page does not know the command line, and browsers hide their version from pages.
    const results = { ...(value as PaperResults), browser, command: context.commandLine };
    // The results took hours: they come first, so that a failed report can be rewritten from them.
    await writeFile(join(out, 'results.json'), `${JSON.stringify(results, null, 2)}\n`);
    const files = Object.entries(writeReport(results));
    for (const [name, text] of files) await writeFile(join(out, name), text);
    await kept.forget();
    renderer.print('', `Wrote ${files.length + 1} files to ${out}. Start with README.md.`);
    return 0;
  },
};
