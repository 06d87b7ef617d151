/** What the errors that a visitor meets are called in the page's words: those of the engine and the worker are in English. */
import { ERROR_TEXTS } from './error-texts.ts';
import { nameOfSetting } from './notebook/setting-words.ts';
import { whole } from './numbers.ts';
import { tellerOf } from './words/told.ts';
import { say, sayOf } from './words/words.ts';

/** An error, as the worker sends it. */
interface Thrown {
  readonly name: string;
  readonly message: string;
  /** Its message in the page's language, if the page says it itself. */
  readonly said?: (() => string) | undefined;
}

/** Of a lost GPU in whose place the browser gives no other. */
const NO_OTHER = /There is no other device: /;

/** Of a trial whose GPU is lost, and in whose place there is one of another kind. The engine names both. */
const OTHER_KIND = /was lost, and .* came back\. Bits of two kinds are not mixed/s;

/** Kinds of errors whose messages are for programmers: the page says what a visitor can do. */
const KINDS: Readonly<Record<string, (message: string) => string>> = {
  MemoryError: () =>
    say(
      'This network with this batch needs more memory than the GPU gives the page. Take a smaller batch, or narrower layers',
    ),
  NonFiniteError: (message) => {
    const [, step] = /step (\d+)/.exec(message) ?? [];
    const advice = say('Take a smaller learning rate, or look for odd values in the data');
    return step === undefined
      ? `${say('The loss is no longer a finite number.')} ${advice}`
      : `${say('At step {step}, the loss is no longer a finite number.', { step: whole(Number(step)) })} ${advice}`;
  },
  DeviceLostError: (message) => {
    if (NO_OTHER.test(message)) {
      return say('The browser took the GPU away from this page, and gives it no other now');
    }
    const [, count] = /^(\d+) GPU devices were lost/.exec(message) ?? [];
    return count === undefined
      ? say('The browser took the GPU away from this page')
      : say('The GPU was lost {count} times in one run: its driver crashes', { count });
  },
  AdapterError: () => say('The browser found no GPU that it lets pages use'),
};

/** Of weights that are those of another network. The engine lists names and shapes of tensors. */
const OTHER_WEIGHTS = /^the file has .*the model that the weights are of/s;

/** Whether a file of weights is wrong, or is that of another network. */
export const isOfWeights = ({ name, message }: Thrown): boolean =>
  name === 'DataError' && (OTHER_WEIGHTS.test(message) || /safetensors/.test(message));

/** Messages that tell more to those who write such files, or servers, than to those who give them. */
const OTHERS: readonly (readonly [RegExp, (told: string) => string])[] = [
  [
    /^zip archive (claims|has files that lie over each other|is of the 64-bit format)/,
    () => say('This zip archive cannot be read. Give the folder of its images instead'),
  ],
  [
    /^zip archive .*Get the file again$/s,
    () => say('This zip archive is damaged. Get the file again'),
  ],
  [
    /^(safetensors|Not a safetensors|Tensor) /,
    () => say('This is no safetensors file, or it is damaged. Get the file again'),
  ],
  [
    /has (\d+ characters?|characters that no token has); it must be 8 to 512/,
    () =>
      say(
        'This is no token. One has 8 to 512 letters, digits and . ~ + / = _ -. The server prints it, or the file that holds it, when it starts',
      ),
  ],
  [
    /^worker '(.*)' was given; (it must be an address|leave out)/s,
    (server) =>
      say(
        '“{server}” is no address of a server. Give it as http://127.0.0.1:8791 or https://sweep.example.org',
        { server },
      ),
  ],
  [
    /^(.*) cannot learn from images of .* or use --model 2$/s,
    (title) =>
      say('{title} cannot learn from images this small. Give larger ones, or choose Model 2', {
        title,
      }),
  ],
  [
    /^(.*) shifts training images by up to .*Use --augment none, or give larger ones$/s,
    (title) =>
      say(
        '{title} shifts images in training, and these are too small for that. Choose no augmentation, or give larger ones',
        { title },
      ),
  ],
  [/^gzip file unpacks to more than/, () => say('too large once it is unpacked')],
  [/^(gzip|Not a gzip) file/, () => say('damaged: it cannot be unpacked. Get it again')],
];

/** Of settings that are none: `lr=abc was given; it must be a number`. */
const NO_VALUE = /^([\w-]+)=(.*) was given; it must be (.*?)\.?$/s;

/** Of images some of which could not be read. */
const SOME_UNREAD = /^(.*)\. (\d+) files could not be read, as (.*?): (.*)$/s;

const tell = tellerOf(ERROR_TEXTS, { before: '(?:[^:]{1,90}: )?', after: '\\.?' });

/** A message in the reader's language; undefined if the page has no words for it. */
function known(message: string): (() => string) | undefined {
  const said = tell(message);
  if (said) return said;
  for (const [pattern, other] of OTHERS) {
    const found = pattern.exec(message);
    if (found) return () => other(found[1] ?? '');
  }
  const [, name, value, need] = NO_VALUE.exec(message) ?? [];
  if (name !== undefined) {
    return () =>
      say('{name}: “{value}” was given; it must be {need}', {
        ...{ name: nameOfSetting(name), value, need: sayOf(need) },
      });
  }
  const [, all, count, one, why] = SOME_UNREAD.exec(message) ?? [];
  if (all === undefined) return undefined;
  return () =>
    say('{all}. {count} files could not be read, as {one}: {why}', {
      ...{ all: reasonText(all), count, one, why: reasonText(why) },
    });
}

/** What the page says of an error, in the language of then; undefined if it has no words for it. */
export function saidOf({ name, message, said }: Thrown): (() => string) | undefined {
  if (said) return said;
  if (bringsOther({ name, message })) {
    return () =>
      say(
        'The browser took the GPU away from this page, and gave it one of another kind, whose results may differ: the trial does not go on with it',
      );
  }
  if (Object.hasOwn(KINDS, name)) return () => KINDS[name](message);
  if (name === 'DataError' && OTHER_WEIGHTS.test(message)) {
    return () =>
      say(
        'These weights are those of another network. Choose the settings that they were trained with',
      );
  }
  return known(message);
}

/** An error's message in the reader's language, or as the engine has it. */
export const errorText = (error: unknown): string => {
  const thrown: Thrown = error instanceof Error ? error : new Error(String(error));
  return saidOf(thrown)?.() ?? thrown.message;
};

/** Why a file among others was refused, in the reader's language. */
export const reasonText = (why: string): string => known(why)?.() ?? why;

/** Whether data are missing that settings or a stored network need: then no file is wrong. */
export const lacksData = ({ name, message }: Thrown): boolean =>
  name === 'DataError' && /which are not here: |was trained on other data than /.test(message);

/** Whether the GPU was lost, and the browser gives no other: to start again does not help. */
export const lacksDevice = ({ name, message }: Thrown): boolean =>
  name === 'DeviceLostError' && NO_OTHER.test(message) && !OTHER_KIND.test(message);

/** Whether the GPU was lost in the middle of a trial, and the browser gave another one: a trainer tells it as a loss. */
export const bringsOther = ({ name, message }: Thrown): boolean =>
  (name === 'AdapterError' || name === 'DeviceLostError') && OTHER_KIND.test(message);
