import { checkVersion } from '../../harness/tasks/run-trial.ts';
import { trialSettings } from '../../harness/tasks/trial-data.ts';
import { checkSpec } from '../../trial/check.ts';
import type { TrialSpec } from '../../trial/spec.ts';
import { COMMON_OPTIONS, type Command, type CommandContext, rendererOf } from '../command.ts';
import { UsageError } from '../errors.ts';
import { EXIT_DONE } from '../exit-codes.ts';
import { DATA_OPTION, RUNTIME_OPTION } from '../shared-options.ts';
import { completeSpecs } from '../trial/complete.ts';
import { readSpec, readSpecs } from '../trial/spec-file.ts';
import { trainTrial } from '../trial/train-trial.ts';

/** `gradweave trial`. */
export const trial: Command = {
  name: 'trial',
  summary: 'Train one trial of a sweep, to the same bits wherever it is stopped and resumed',
  positionals: [
    {
      name: 'SPEC',
      help: 'The trial: a JSON file, - for standard input, or the JSON itself; of a file with one a line, --line takes one',
    },
  ],
  options: [
    {
      name: 'checkpoint',
      kind: 'path',
      placeholder: 'DIR|URL',
      scope: 'command',
      defaultText: 'none; needed to train',
      help: 'Where the checkpoint and the result are kept: a folder, http(s)://… or s3://BUCKET/PREFIX',
    },
    {
      name: 'line',
      kind: 'int',
      range: { min: 1 },
      scope: 'command',
      defaultText: 'the only one',
      help: 'Which line of SPEC is the trial, from 1',
    },
    {
      name: 'every',
      kind: 'int',
      range: { min: 0, max: 86_400 },
      scope: 'command',
      default: '60',
      help: 'Seconds from one checkpoint to the next',
    },
    {
      name: 'again',
      kind: 'flag',
      scope: 'command',
      help: 'Train a trial again that has a result, and compare the digests',
    },
    {
      name: 'complete',
      kind: 'flag',
      scope: 'command',
      help: 'Only fill in what SPEC lacks, such as the hash of the data, and print it; for each line',
    },
    DATA_OPTION,
    {
      name: 'text',
      kind: 'path',
      placeholder: 'FILE',
      scope: 'command',
      defaultText: 'the built-in one',
      help: 'Text in UTF-8 for a trial of a transformer',
    },
    RUNTIME_OPTION,
    ...COMMON_OPTIONS,
  ],
  async run(given) {
    const { positionals, values } = given.arguments;
    const [from] = positionals;
    const line = values.has('line') ? Number(values.get('line')) : undefined;
    // Standard output has only lines of JSON.
    const context = { ...given, terminal: peopleOf(given) };
    const print = (value: unknown): void => given.terminal.out(`${JSON.stringify(value)}\n`);
    const renderer = rendererOf(context);
    if (values.has('complete')) {
      for (const spec of await completeSpecs(await readSpecs(from, line), context, renderer)) {
        print(spec);
      }
      return EXIT_DONE;
    }
    const place = values.get('checkpoint');
    if (place === undefined) {
      throw new UsageError(
        '--checkpoint is missing. Give where the trial is kept: a folder, http(s)://… or s3://BUCKET/PREFIX.',
      );
    }
    const spec = checked((await readSpec(from, line)).value);
    return trainTrial(trial, spec, place, context, renderer, print);
  },
};

/** What is wrong with a trial is found before anything is started. */
function checked(value: unknown): TrialSpec {
  const spec = checkSpec(value);
  checkVersion(spec);
  trialSettings(spec);
  return spec;
}

/** The terminal for people: all of it is standard error. */
function peopleOf({ terminal }: CommandContext): CommandContext['terminal'] {
  return { ...terminal, out: (text) => terminal.err(text), live: false };
}
