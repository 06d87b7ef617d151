import { resolve } from 'node:path';
import { BEGIN_FILE } from '../../harness/tasks/keeping.ts';
import type { TrainOutcome } from '../../harness/tasks/run-trainer.ts';
import { readDescription } from '../../train/model-file/read.ts';
import { KEY } from '../../train/model-file/version.ts';
import type { TaskExtras } from '../command.ts';
import { UsageError } from '../errors.ts';
import { readGiven, readTensors } from '../resumed.ts';
import { shellWord } from '../shell-word.ts';
import type { OptionSpec, ParsedArguments } from '../spec.ts';
import { StoredFiles } from '../stored-files.ts';

/** The options of `gradweave train` that are about files of the network and the run. */
export const FILE_OPTIONS: readonly OptionSpec[] = [
  {
    name: 'save',
    kind: 'path',
    placeholder: 'FILE',
    scope: 'command',
    help: 'Write the trained network as a model file, for predict, info and export',
  },
  {
    name: 'checkpoint',
    kind: 'path',
    placeholder: 'FILE',
    scope: 'command',
    help: 'Write the run to a file after every epoch, and at Ctrl-C; --resume continues it',
  },
  {
    name: 'every',
    kind: 'int',
    range: { min: 1, max: 100_000 },
    scope: 'command',
    defaultText: '1',
    help: 'Epochs from one checkpoint to the next',
  },
  {
    name: 'resume',
    kind: 'path',
    placeholder: 'FILE',
    scope: 'command',
    help: 'Continue the run of a checkpoint, to the same bits as without a pause; it has the run’s options',
  },
  {
    name: 'from',
    kind: 'path',
    placeholder: 'FILE',
    scope: 'command',
    help: 'Begin with the weights of a file: a model file, or safetensors of PyTorch',
  },
];

/** Options of the command that are repeated to resume a run. */
const REPEATED = [
  'data',
  'text',
  'checkpoint',
  'every',
  'save',
  'log',
  'log-histograms',
  'mlflow',
  'runtime',
  'adapter',
];

/** Options that read a file, and those that write one; the others of a pair would lose a file. */
const READ = ['resume', 'from', 'text'];
const WRITTEN = ['checkpoint', 'save', 'json'];
const ALLOWED = ['checkpoint resume', 'save from'];

/** @throws {UsageError} if a file that is written would replace another one of the command */
function checkDistinct(values: ReadonlyMap<string, string>): void {
  for (const [i, name] of WRITTEN.entries()) {
    const file = values.get(name);
    if (file === undefined) continue;
    const same = [...WRITTEN.slice(i + 1), ...READ].find((other) => {
      const path = values.get(other);
      return path !== undefined && resolve(path) === resolve(file);
    });
    if (same === undefined || ALLOWED.includes(`${name} ${same}`)) continue;
    throw new UsageError(
      `--${name} and --${same} are both '${file}'. Give each a file of its own.`,
    );
  }
}

/** What options of {@link REPEATED} are if they are not given. */
const DEFAULTS: Readonly<Record<string, string>> = { runtime: 'browser', adapter: 'auto' };

/** The files of a run. */
export interface TrainFiles {
  readonly stored: StoredFiles;
  readonly extras: Required<Pick<TaskExtras, 'options' | 'files'>>;
}

/**
 * Checks the options of files.
 *
 * @param networks how many are trained at once
 * @throws {UsageError} if options contradict each other, or a file cannot be read or written
 */
export async function openFiles(
  { values }: ParsedArguments,
  networks: number,
): Promise<TrainFiles> {
  for (const name of ['save', 'checkpoint', 'resume', 'from']) {
    if (networks === 1 || !values.has(name)) continue;
    throw new UsageError(
      `--${name} was given with ${networks} networks; it is for one. Train the best one alone: give one --seed, --lr and --dropout.`,
    );
  }
  const every = values.get('every');
  if (every !== undefined && !values.has('checkpoint')) {
    throw new UsageError('--every was given without --checkpoint FILE.');
  }
  if (values.has('resume') && values.has('from')) {
    throw new UsageError('--resume and --from were given; a run begins with one of them.');
  }
  checkDistinct(values);
  const stored = await StoredFiles.open([
    ['checkpoint', values.get('checkpoint'), '--checkpoint'],
    ['model', values.get('save'), '--save'],
  ]);
  const begin = values.has('resume') ? 'resume' : values.has('from') ? 'from' : undefined;
  const file = begin && values.get(begin);
  if (file !== undefined) await readGiven(file, `--${begin}`);
  return {
    stored,
    extras: {
      options: {
        ...(values.has('checkpoint') ? { 'keep-every': every ?? '1' } : {}),
        ...(values.has('save') ? { 'keep-model': '' } : {}),
        ...(begin ? { begin } : {}),
      },
      files: new Map(file === undefined ? [] : [[`/data/${BEGIN_FILE}`, file]]),
    },
  };
}

const FLAGS = ['log-histograms'];

/** An option as it is typed; a value that begins with dashes is taken for an option unless `=` is before it. */
const given = (name: string, value: string): string =>
  `--${name}${value.startsWith('-') ? '=' : ' '}${shellWord(value)}`;

/** The command that continues a run from its checkpoint. */
export function resumeCommand({ values }: ParsedArguments, checkpoint: string): string {
  const repeated = REPEATED.flatMap((name) => {
    const value = values.get(name);
    if (value === undefined || DEFAULTS[name] === value) return [];
    // Flags have no value.
    return FLAGS.includes(name) ? [`--${name}`] : [given(name, value)];
  });
  return ['npx gradweave train', given('resume', checkpoint), ...repeated].join(' ');
}

/** The files that were written. */
export function storedLines(stored: StoredFiles): string[] {
  const model = stored.written('model');
  const checkpoint = stored.written('checkpoint');
  return [
    ...(model === undefined ? [] : [`Model: ${model}`]),
    ...(checkpoint === undefined ? [] : [`Checkpoint: ${checkpoint}`]),
  ];
}

/** Where a run stands that was stopped, and how to continue it. */
export function stoppedLines(
  { epoch, step, steps }: NonNullable<TrainOutcome['stopped']>,
  parsed: ParsedArguments,
): string[] {
  const done = `${epoch} ${epoch === 1 ? 'epoch' : 'epochs'}`;
  const checkpoint = parsed.values.get('checkpoint') ?? '';
  return [
    '',
    `Stopped after ${done}${step > 0 ? ` and ${step} of ${steps} steps` : ''}. To continue:`,
    `  ${resumeCommand(parsed, checkpoint)}`,
  ];
}

/**
 * The arguments of a run that begins with a model file: images are standardised as the file says, unless it is said otherwise.
 *
 * @throws {UsageError} if the file cannot be read, or says otherwise than `--normalize`
 */
export async function asPrepared(parsed: ParsedArguments): Promise<ParsedArguments> {
  const file = parsed.values.get('from');
  if (file === undefined) return parsed;
  const { metadata } = await readTensors(file, '--from');
  if (!(KEY in metadata)) return parsed;
  const { image, normalize } = readDescription(metadata, undefined, (description) => description);
  if (!image || !Array.isArray(normalize)) return parsed;
  const wanted = normalize.join(',');
  const now = parsed.values.get('normalize');
  if (now !== undefined && now !== wanted) {
    throw new UsageError(
      `--normalize ${now} was given; '${file}' was trained with ${wanted}, and knows no other pixels. Leave it out.`,
    );
  }
  return { ...parsed, values: new Map([...parsed.values, ['normalize', wanted]]) };
}
