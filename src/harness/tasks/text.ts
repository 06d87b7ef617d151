import { type TextDataset, textDataset } from '../../data/text.ts';
import { DataError, OptionError } from '../../errors.ts';
import { generate } from '../../infer/generate.ts';
import type { Trainer } from '../../train/trainer.ts';
import { BUILT_IN_TEXT } from './built-in-text.ts';
import { fetchBytes } from './data.ts';
import type { Emit } from './task.ts';
import { strideFor, type TextSettings } from './text-settings.ts';

/** A text to learn from. */
export interface GivenText {
  /** Its file's, for messages. */
  readonly name: string;
  readonly text: string;
}

/** A run on a text: its settings and its data. */
export interface TextJob {
  readonly data: 'text';
  readonly settings: TextSettings;
  readonly name: string;
  readonly text: TextDataset;
  /** Tokens that the network continues when it writes. */
  readonly prompt: ArrayLike<number>;
}

/** The share of a text, from its end, that is held out to test on. */
const HELD_OUT = 0.1;

/** @throws DataError if the bytes are not UTF-8 */
export function decodeText(bytes: Uint8Array, name: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new DataError(`${name} is not text in UTF-8. Convert it to UTF-8 first`);
  }
}

/**
 * The data and settings of a run on a text.
 *
 * @param prefix what options' names begin with in messages. Default none
 * @throws DataError if the text is too short; OptionError if the prompt has other characters
 */
export function textJob(settings: TextSettings, given: GivenText, prefix = ''): TextJob {
  const { length, writing } = settings;
  const { stride = strideFor(given.text.length, length) } = settings;
  const text = textDataset(given.text, { length, stride, validation: HELD_OUT });
  const { vocabulary, encode } = text;
  const { prompt = vocabulary.includes('\n') ? '\n' : String.fromCodePoint(codeOf(given.text)) } =
    writing;
  const stray = [...prompt].find((character) => !vocabulary.includes(character));
  if (stray !== undefined) {
    throw new OptionError(
      `${prefix}prompt has ${JSON.stringify(stray)}, which is not in ${given.name}; use its characters`,
    );
  }
  return { data: 'text', settings, name: given.name, text, prompt: encode(prompt) };
}

const codeOf = (text: string): number => text.codePointAt(0) ?? 0;

/**
 * Opens the text of the address: `text=served&text-name=NAME` is data/text.txt next to the page; otherwise the given one,
 * or a built-in one.
 */
export async function openText(
  options: URLSearchParams,
  settings: TextSettings,
  emit: Emit,
  given: GivenText = BUILT_IN_TEXT,
): Promise<TextJob> {
  const served = options.get('text') ?? 'auto';
  if (served !== 'auto' && served !== 'served') {
    throw new OptionError(`text=${served} was given; use auto or served`);
  }
  const name = options.get('text-name') ?? 'text';
  const used =
    served === 'served'
      ? { name, text: decodeText(await fetchBytes('data/text.txt'), name) }
      : given;
  const job = textJob(settings, used);
  sayText(job, emit);
  return job;
}

/** Says which text a run learns from. */
export function sayText({ name, text }: TextJob, emit: Emit): void {
  const { train, test } = text.data;
  emit({
    type: 'dataset',
    name,
    synthetic: false,
    of: 'characters',
    train: train.tokens.length,
    test: test?.tokens.length ?? 0,
  });
}

/** What a network writes now, after the prompt. */
export async function write(trainer: Trainer, job: TextJob): Promise<string> {
  const { count, temperature } = job.settings.writing;
  const { seed } = job.settings;
  let written = '';
  for await (const token of generate(trainer, job.prompt, { count, temperature, seed })) {
    written += job.text.decode([token]);
  }
  return written;
}
