import type { LearnedNumber, TaskEvent } from '../../harness/protocol.ts';
import type { ManyOutcome } from '../../harness/tasks/many.ts';
import { runsOf } from '../../harness/tasks/many-runs.ts';
import { networkNamed } from '../../harness/tasks/networks.ts';
import type { TrainOutcome } from '../../harness/tasks/run-trainer.ts';
import { settingsOf } from '../../harness/tasks/settings.ts';
import { type Command, rendererOf, runCommandTask } from '../command.ts';
import { imageExtras, textExtras } from '../data.ts';
import { EXIT_DONE, EXIT_INTERRUPTED } from '../exit-codes.ts';
import { checkFrom } from '../from-checks.ts';
import { jsonWriter } from '../json-file.ts';
import { checkLog, RunLogs } from '../log/run-logs.ts';
import { pageOptions } from '../options.ts';
import { checkLimited, checkOwn, checkSameData } from '../own-checks.ts';
import { findOwnData, servedOwnData } from '../own-data.ts';
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
  async run(asked) {
    const resumed = asked.arguments.values.get('resume');
    const parsed = resumed ? await withOptionsOf(resumed, train, asked.arguments) : asked.arguments;
    const context = { ...asked, arguments: await asPrepared(parsed) };
    const { values } = context.arguments;
    const writeJson = await jsonWriter(values);
    const renderer = rendererOf(context);
    // Before anything is downloaded or started.
    const given = pageOptions(train, context.arguments);
    // Of a run that resumes, what its own options say of the data is not what was asked for now.
    const own = await findOwnData(asked.arguments, networkNamed(given.model).data);
    if (own?.note) renderer.warn(own.note);
    if (resumed) await checkSameData(resumed, own);
    const options = { ...given, ...(own ? { data: 'own' } : {}) };
    const runs = runsOf(new URLSearchParams(options), '--');
    const [settings] = runs.map((run) => settingsOf(run.options, '--'));
    if (own) await checkOwn(own, settings, values);
    else checkLimited(settings, values);
    await checkFrom(own, settings, values);
    if (resumed) await checkEpochs(resumed, settings, values.has('save'));
    const { stored, extras: files } = await openFiles(context.arguments, runs.length);
    await checkLog(context, runs);
    const data = own
      ? await servedOwnData(own, values.has('checkpoint'))
      : settings.data === 'text'
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
    let number: LearnedNumber | undefined;
    let ofMean: number | undefined;
    const onEvent = (event: TaskEvent): void => {
      if (event.type === 'dataset') ({ number, ofMean } = event);
      extras.onEvent?.(event);
    };
    const work = () => runCommandTask(train, 'train', context, renderer, { ...extras, onEvent });
    const outcome = await (logs ? logs.during(work) : work());
    // The page and this command are of one build.
    const result = outcome.value as TrainOutcome | ManyOutcome;
    const { published } = data;
    const isTable = own?.table !== undefined;
    const stopped = 'groups' in result ? undefined : result.stopped;
    if ('groups' in result)
      renderer.print(...manySummary(result, renderer.columns, number, ofMean));
    else if (!stopped) {
      renderer.print(...trainSummary(result, { options, published, number, ofMean, isTable }));
    }
    renderer.print(...storedLines(stored), ...(logs?.lines ?? []));
    await writeJson({
      ...result,
      ...(number ? { number } : {}),
      browser: outcome.browser,
      command: context.commandLine,
    });
    if (!stopped) return EXIT_DONE;
    renderer.print(...stoppedLines(stopped, context.arguments));
    return EXIT_INTERRUPTED;
  },
};

const STOPPING = 'Stopping, to keep the run. Press Ctrl-C again to end at once.';
