import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type PaperResults, writeReport } from '../../paper/index.ts';
import { COMMON_OPTIONS, type Command, rendererOf, runCommandTask } from '../command.ts';
import { dataExtras } from '../data.ts';
import { prepareFolder } from '../json-file.ts';
import { KeptRuns } from '../kept-runs.ts';
import { DATA_OPTION, RUNTIME_OPTION } from '../shared-options.ts';

/** `gradweave paper`. */
export const paper: Command = {
  name: 'paper',
  summary: 'Trains all of the paper’s models and writes a report that sets them beside its figures',
  positionals: [],
  options: [
    DATA_OPTION,
    {
      name: 'out',
      kind: 'path',
      placeholder: 'DIR',
      scope: 'command',
      default: 'docs/paper',
      help: 'Folder of the report',
    },
    {
      name: 'seeds',
      kind: 'int',
      range: { min: 1, max: 100 },
      default: '1',
      help: 'Runs of each model, with the seeds 1 to N',
    },
    RUNTIME_OPTION,
    ...COMMON_OPTIONS,
  ],
  async run(context) {
    const out = context.arguments.values.get('out') ?? '';
    await prepareFolder(out, '--out');
    const renderer = rendererOf(context);
    const kept = await KeptRuns.open(join(out, 'unfinished.json'));
    const extras = { ...(await dataExtras(context, renderer)), host: kept.host };
    const { value, browser } = await runCommandTask(paper, 'paper', context, renderer, extras);
    // The page cannot know how it was started, and a browser's own page lies about its version.
    const results = { ...(value as PaperResults), browser, command: context.commandLine };
    // First what took hours: a report that fails can be written again from it.
    await writeFile(join(out, 'results.json'), `${JSON.stringify(results, null, 2)}\n`);
    const files = Object.entries(writeReport(results));
    for (const [name, text] of files) await writeFile(join(out, name), text);
    await kept.forget();
    renderer.print('', `Wrote ${files.length + 1} files to ${out}; begin with README.md.`);
    return 0;
  },
};
