import { settingsOf } from '../../harness/tasks/settings.ts';
import type { TrainOutcome } from '../../harness/tasks/train.ts';
import { type Command, rendererOf, runCommandTask } from '../command.ts';
import { imageExtras, textExtras } from '../data.ts';
import { jsonWriter } from '../json-file.ts';
import { pageOptions } from '../options.ts';
import { TRAIN_OPTIONS } from './train-options.ts';
import { trainSummary } from './train-summary.ts';

/** `gradweave train`. */
export const train: Command = {
  name: 'train',
  summary: 'Train one network on Fashion-MNIST or on a text',
  positionals: [],
  options: TRAIN_OPTIONS,
  async run(context) {
    const { values } = context.arguments;
    const writeJson = await jsonWriter(values);
    const renderer = rendererOf(context);
    // Before anything is downloaded or started.
    const asked = new URLSearchParams(pageOptions(train, context.arguments));
    const settings = settingsOf(asked, '--');
    const extras =
      settings.data === 'text'
        ? await textExtras(settings, context)
        : await imageExtras(settings, context, renderer);
    const outcome = await runCommandTask(train, 'train', context, renderer, extras);
    // The page and this command are of one build.
    const result = outcome.value as TrainOutcome;
    const options = pageOptions(train, context.arguments);
    renderer.print(...trainSummary(result, { options, published: extras.published }));
    await writeJson({ ...result, browser: outcome.browser, command: context.commandLine });
    return 0;
  },
};
