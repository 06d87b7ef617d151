import { readFile } from 'node:fs/promises';
import { parseSafetensors, type Safetensors } from '../data/safetensors.ts';
import { DataError } from '../errors.ts';
import { rowsOfNames } from '../harness/own/chosen-table.ts';
import { OPTIONS_NAME, OWN_NAME } from '../harness/tasks/keeping.ts';
import { SCHEDULE_FACTS } from '../harness/tasks/schedule-facts.ts';
import type { Settings } from '../harness/tasks/settings.ts';
import { UsageError } from './errors.ts';
import { shellWord } from './shell-word.ts';
import type { CommandSpec, ParsedArguments } from './spec.ts';
import { checkValue } from './values.ts';

/** @throws {UsageError} if it cannot be read */
export async function readGiven(file: string, option: string): Promise<Uint8Array> {
  return readFile(file).catch((cause: NodeJS.ErrnoException) => {
    const why = cause.code === 'EISDIR' ? 'is a folder' : `cannot be read (${cause.code})`;
    throw new UsageError(`${option}: '${file}' ${why}.`);
  });
}

/**
 * Reads safetensors that an option, or an argument, names.
 *
 * @throws {UsageError} if the file cannot be read; DataError if it is something else
 */
export async function readTensors(file: string, option: string): Promise<Safetensors> {
  const bytes = await readGiven(file, option);
  try {
    return parseSafetensors(bytes);
  } catch (error) {
    if (!(error instanceof DataError)) throw error;
    throw new DataError(`${option}: '${file}' is not safetensors. ${error.message}`, {
      cause: error,
    });
  }
}

/** Options of the address that a run may have anew when it resumes. */
const CHANGEABLE = [
  ...['epochs', 'patience', 'keep', 'plan', 'family', 'tune', 'warm-steps'],
  ...['sample', 'temperature', 'prompt'],
];

/** Options that name columns, in any order. */
const COLUMNS = ['leave-out', 'numbers'];

/** Whether two values of an option mean the same. */
function isSame(name: string, now: string, before: string): boolean {
  if (now === before || !COLUMNS.includes(name)) return now === before;
  const [a, b] = [now, before].map((text) =>
    JSON.stringify(rowsOfNames(text, `--${name}`).map((row) => [...new Set(row)].sort())),
  );
  return a === b;
}

const otherOption = (
  name: string,
  now: string,
  before: string | undefined,
  file: string,
): UsageError =>
  new UsageError(
    `--${name} ${now} was given; the run of '${file}' ${before === undefined ? 'began without it' : `has ${before}`}. Leave it out, or begin a new run with its weights: --from ${shellWord(file)}.`,
  );

/**
 * The arguments of a run that resumes from a checkpoint: those of the run, and those that are given now.
 *
 * @param file the checkpoint
 * @throws {UsageError} if the file cannot be read; {DataError} if it is not a checkpoint of `gradweave train`
 */
export async function withOptionsOf(
  file: string,
  spec: CommandSpec,
  given: ParsedArguments,
): Promise<ParsedArguments> {
  const { metadata } = await readTensors(file, '--resume');
  const text = metadata[OPTIONS_NAME];
  if (text === undefined) {
    throw new DataError(
      `'${file}' is not a checkpoint of gradweave train: it has no ${JSON.stringify(OPTIONS_NAME)}. To begin with weights, use --from`,
    );
  }
  const values = new Map(given.values);
  const own = optionsIn(text, file);
  for (const { name, scope, default: usual } of spec.options) {
    const now = values.get(name);
    if (scope === 'command' || now === undefined || now === usual || name in own) continue;
    if (!CHANGEABLE.includes(name)) throw otherOption(name, now, undefined, file);
  }
  for (const [name, value] of Object.entries(own)) {
    // It is compared when the data are there.
    if (name === OWN_NAME) continue;
    const option = spec.options.find((one) => one.name === name && one.scope !== 'command');
    if (!option || typeof value !== 'string') {
      throw new DataError(
        `'${file}' has the option ${JSON.stringify(name)}, which this version does not know. Use the version that wrote it`,
      );
    }
    const now = values.get(name);
    if (now !== undefined && now !== option.default) {
      if (!isSame(name, now, value) && !CHANGEABLE.includes(name))
        throw otherOption(name, now, value, file);
      continue;
    }
    if (option.kind !== 'flag') values.set(name, checkValue(option, value));
    else if (value !== 'false') values.set(name, 'true');
  }
  return { ...given, values };
}

/**
 * The options that a checkpoint has of its run.
 *
 * @throws {UsageError} if the file cannot be read; {DataError} if it has none
 */
export async function ownOptionsIn(file: string): Promise<Record<string, unknown>> {
  const { metadata } = await readTensors(file, '--resume');
  return optionsIn(metadata[OPTIONS_NAME] ?? '', file);
}

/**
 * Checks that a run has epochs left, or that its network is all that is wanted.
 *
 * @param file its checkpoint
 * @param epochs how many it shall have
 * @param save whether the network is written; then a run that has done all is right
 * @param schedule its learning rate; that of some schedules ends with the run
 * @throws {UsageError} if it has none left
 */
export async function checkEpochs(
  file: string,
  { epochs, schedule }: Pick<Settings, 'epochs' | 'schedule'>,
  save = false,
): Promise<void> {
  const { metadata } = await readTensors(file, '--resume');
  const done = epochsIn(metadata.history);
  if (done < epochs || (save && done === epochs)) return;
  const says = `the run of '${file}' has done ${done} ${done === 1 ? 'epoch' : 'epochs'}`;
  if (done > epochs) throw new UsageError(`--epochs ${epochs}: ${says}. Give more than ${done}.`);
  throw new UsageError(
    `--resume: ${says}, which are all. ${
      SCHEDULE_FACTS[schedule.name].ends
        ? `Its learning rate ends there; begin a new run with its weights: --from ${shellWord(file)}`
        : `To go on with it, give more: --epochs ${2 * done}`
    }. To write its network alone, give --save FILE.`,
  );
}

/** The number of epochs in a checkpoint's history. @throws DataError unless it is a list */
export function epochsIn(history: string | undefined): number {
  try {
    const all: unknown = JSON.parse(history ?? '');
    if (Array.isArray(all)) return all.length;
  } catch {
    // Reported below.
  }
  throw new DataError("the checkpoint's history is not a list of epochs. Take another checkpoint");
}

function optionsIn(text: string, file: string): Record<string, unknown> {
  try {
    const options: unknown = JSON.parse(text);
    if (typeof options === 'object' && options !== null && !Array.isArray(options)) {
      return options as Record<string, unknown>;
    }
  } catch {
    // Reported below.
  }
  throw new DataError(
    `'${file}' has ${JSON.stringify(OPTIONS_NAME)} that is not an object in JSON. Use another checkpoint`,
  );
}
