import type { ManyOutcome } from '../../harness/tasks/many.ts';
import { runsOf } from '../../harness/tasks/many-runs.ts';
import type { TrainOutcome } from '../../harness/tasks/run-trainer.ts';
import { settingsOf } from '../../harness/tasks/settings.ts';
import { type Command, rendererOf, runCommandTask } from '../command.ts';
import { imageExtras, textExtras } from '../data.ts';
import { EXIT_DONE, EXIT_INTERRUPTED } from '../exit-codes.ts';
import { jsonWriter } from '../json-file.ts';
import { checkLog, RunLogs } from '../log/run-logs.ts';
import { pageOptions } from '../options.ts';
import { checkEpochs, withOptionsOf } from '../resumed.ts';
import { manySummary } from './many-summary.ts';
import { asPrepared, openFiles, stoppedLines, storedLines } from './train-files.ts';
import { TRAIN_OPTIONS } from './train-options.ts';
import { trainSummary } from './train-summary.ts';

/** `gradweave train`. */
export const train: Command = {
  name: 'train',
  summary: 'Train a network, or several at once, on Fashion-MNIST or on a text',
  positionals: [],
  options: TRAIN_OPTIONS,
  async run(given) {
    const resumed = given.arguments.values.get('resume');
    const parsed = resumed ? await withOptionsOf(resumed, train, given.arguments) : given.arguments;
    const context = { ...given, arguments: await asPrepared(parsed) };
    const { values } = context.arguments;
    const writeJson = await jsonWriter(values);
    const renderer = rendererOf(context);
    // Before anything is downloaded or started.
    const options = pageOptions(train, context.arguments);
    const runs = runsOf(new URLSearchParams(options), '--');
    const [settings] = runs.map((run) => settingsOf(run.options, '--'));
    if (resumed) await checkEpochs(resumed, settings, values.has('save'));
    const { stored, extras: files } = await openFiles(context.arguments, runs.length);
    await checkLog(context, runs);
    const data =
      settings.data === 'text'
        ? await textExtras(settings, context)
        : await imageExtras(settings, context, renderer);
    const { logs, extras } = await RunLogs.open(context, renderer, runs, {
      options: { ...data.options, ...files.options },
      files: new Map([...data.files, ...files.files]),
      ...(stored.size > 0 ? { host: stored.host } : {}),
      ...(values.has('checkpoint') ? { onStop: () => renderer.warn(STOPPING) } : {}),
    }).catch((error: unknown) => {
      throw stored.failure ?? error;
    });
    const work = () => runCommandTask(train, 'train', context, renderer, extras);
    const outcome = await (logs ? logs.during(work) : work());
    // The page and this command are of one build.
    const result = outcome.value as TrainOutcome | ManyOutcome;
    const stopped = 'groups' in result ? undefined : result.stopped;
    if ('groups' in result) renderer.print(...manySummary(result, renderer.columns));
    else if (!stopped) {
      renderer.print(...trainSummary(result, { options, published: data.published }));
    }
    renderer.print(...storedLines(stored), ...(logs?.lines ?? []));
    await writeJson({ ...result, browser: outcome.browser, command: context.commandLine });
    if (!stopped) return EXIT_DONE;
    renderer.print(...stoppedLines(stopped, context.arguments));
    return EXIT_INTERRUPTED;
  },
};

const STOPPING = 'Stopping, to keep the run. Press Ctrl-C again to end at once.';
