import type { ManyOutcome } from '../../harness/tasks/many.ts';
import { runsOf } from '../../harness/tasks/many-runs.ts';
import { settingsOf } from '../../harness/tasks/settings.ts';
import type { TrainOutcome } from '../../harness/tasks/train.ts';
import { type Command, rendererOf, runCommandTask } from '../command.ts';
import { imageExtras, textExtras } from '../data.ts';
import { jsonWriter } from '../json-file.ts';
import { pageOptions } from '../options.ts';
import { manySummary } from './many-summary.ts';
import { TRAIN_OPTIONS } from './train-options.ts';
import { trainSummary } from './train-summary.ts';

/** `gradweave train`. */
export const train: Command = {
  name: 'train',
  summary: 'Train a network, or several at once, on Fashion-MNIST or on a text',
  positionals: [],
  options: TRAIN_OPTIONS,
  async run(context) {
    const { values } = context.arguments;
    const writeJson = await jsonWriter(values);
    const renderer = rendererOf(context);
    // Before anything is downloaded or started.
    const asked = new URLSearchParams(pageOptions(train, context.arguments));
    const runs = runsOf(asked, '--');
    const [settings] = runs.map((run) => settingsOf(run.options, '--'));
    const extras =
      settings.data === 'text'
        ? await textExtras(settings, context)
        : await imageExtras(settings, context, renderer);
    const outcome = await runCommandTask(train, 'train', context, renderer, extras);
    // The page and this command are of one build.
    const result = outcome.value as TrainOutcome | ManyOutcome;
    const options = pageOptions(train, context.arguments);
    const lines =
      'groups' in result
        ? manySummary(result, renderer.columns)
        : trainSummary(result, { options, published: extras.published });
    renderer.print(...lines);
    await writeJson({ ...result, browser: outcome.browser, command: context.commandLine });
    return 0;
  },
};
