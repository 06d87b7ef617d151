/** What the errors that a visitor meets are called in the page's words: those of the engine and the worker are in English. */
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

/** Messages that are for visitors, with places for what they tell: the reader's language has them in its table. */
export const ERROR_TEXTS = [
  // Weights.
  'Not a safetensors file: got {count} bytes, the header’s length alone takes 8. Get the file again',
  'safetensors header claims {count} bytes, allowed are {most}. Check that this is a safetensors file',
  'safetensors file is truncated: its header claims {count} bytes, but only {have} follow. Get the file again',
  'the run has no stored weights to go on with; start it again',
  // Data that are not here.
  'the run was trained on other data than there are now; give the page its data, then go on',
  'this run was trained on other data than the page has now: {data}; give its files to the page again, then choose the run again. If only the size or the colours of its images differ, load its settings',
  'this run was trained on other data than the page has now; give its files to the page again, then choose the run again. If only the size or the colours of its images differ, load its settings',
  'this run was trained on other data than the page has now: {data}; give its files to the page again, then choose the run again',
  'this run was trained on other data than the page has now; give its files to the page again, then choose the run again',
  'these settings learn from data of your own, which are not here: they are kept in memory only, until the page is closed. Give them again, or choose other data',
  'there is no network yet; start a run first',
  'there are no weights yet; start a run first',
  '{path} could not be fetched: the server answered {status}',
  '{path} could not be fetched: {error}',
  // Tables.
  'the file is empty',
  'the file is no text. Save the table as CSV; no other format of a spreadsheet is read',
  'there are no rows below the first line',
  'line {line} has another number of fields than the first line: {count}, not {first}. Each line needs as many; put a field with a separator in it between quotes',
  'line {line} has a quote that is never closed. Close it, or leave it out',
  '{name} has one class only, {class}. Choose a column with two classes or more',
  '{name} does not hold numbers alone. Learn it as a class',
  'too few rows can be used: {rows}; at least {least} are needed, some to train on, some to test on',
  'too few rows can be used: {rows}; at least {least} are needed, some to train on, some to test on. Left out for missing values: {left}. Fill them with the mean',
  'there is no column to learn {name} from. Choose columns with different numbers, or with up to {most} different texts',
  '{name} has {count} different values; at most {most} classes are learned. Learn it as a number, or choose another column',
  '{name} has {count} different values; at most {most} classes are learned. Choose another column',
  'the columns make {inputs} inputs; at most {most} are learned from. Leave columns with many categories out',
  '{name} has numbers too large to compute with. Divide them first',
  'line {line} has characters behind a closing quote. Double quotes that belong to a field',
  'line {line} has {count} fields; at most {most} are read. Leave columns out, or check the separator',
  '{name} has {count} MiB; at most {most} are read. Give a part of its rows or columns',
  'the table has more than {most} fields. Leave rows or columns out',
  '{title} learns from images; choose Model 1, 2 or 3 for a table',
  '{name} is the same in all rows, {value}. Choose a column with different values',
  '{name} has {class} of {count} characters; the name of a class may have {most}. Choose another column, or shorten it',
  'this table is not here any more; give its file again',
  'augment={value} was given; it is for images, so use none',
  'loss={value} was given; {target} is learned as a number, so use mse',
  // Images.
  'no image lies in a folder. Put the images of each class into a folder of their own, and give the folder above',
  'all images lie in one folder, {name}. Put the images of each class into a folder of their own, and give the folder above',
  'too few images were read: {count}; at least {least} are needed, some to train on, some to test on',
  'Not a zip archive: its {count} bytes have no directory at their end. Check that the right file was given, and the whole of it',
  '{rows} rows of {inputs} inputs are more than {most} numbers. Leave rows or columns out',
  '{name} has no image. Add some, or leave the class out',
  'the folders train and test both need images that can be read',
  '{count} files were given; at most {most} images are read. Give fewer',
  '{count} folders hold files; at most {most} classes are learned. Give fewer folders',
  'the images have {height} × {width} pixels; this page trains on up to {most}. The library takes larger ones',
  '{count} images of {size} in colour are more than {most}; choose a smaller size, or grey',
  '{count} images of {size} are more than {most}; choose a smaller size, or give fewer images',
  '{size} MiB, more than the 64 that are read',
  'the folder {name} has a name of {count} characters; a class may have {most}. Rename it',
  '{name} has {size} GiB; at most 1 GiB is read. Make the images smaller, or give the folder',
  'zip archive has {name} encrypted. Save it without a password',
  'zip archive has {name} packed by method {method}; read are 0 (stored) and 8 (deflate). Save it again',
  '{names} could each be the same file of a data set. Give four files: images and labels to train on, and fewer to test on',
  '{one} and {other} have {count} images each: which are to train on cannot be told. Give fewer to test on',
  '{one} has images of {size}, and {other} of {second}; give two files of images of the same size',
  // Texts.
  '{name} is not text in UTF-8. Convert it to UTF-8 first',
  'prompt has {character}, which is not in {name}; use its characters',
  // What a setting must be, by the data.
  'at most {most}: there are no more samples to train on',
  'left out: the images that were given have {height} × {width} pixels',
  'left out or {side}: the images that were given have {height} × {width} pixels',
  // Of a file among others.
  '{count} images of {size}, but {bytes} bytes instead of {needed}',
  '{count} labels, but {bytes} bytes instead of {needed}',
  '{count} items of {size}, but {bytes} bytes instead of {needed}',
  '{count} items of {size}',
  'empty',
  'not an IDX file of bytes',
  'a zip archive: unpack it',
  'no PNG, JPEG, GIF, WebP or BMP, or cut off',
  'damaged: this browser cannot decode it',
  'lies in no folder of a class',
  // Runs.
  'a run is in progress; stop it before you start another',
  'the page has the state of these networks no more; start them again with more epochs',
  'a learning rate is being looked for; close its window first',
  '{file} is not JSON. Give a run that this page saved as JSON',
  '{file} is not a run of gradweave. Give a run that this page saved as JSON',
  // What is verified and measured.
  "the filter '{filter}' matches no check. Leave it out to run all {count}, or give a part of a name, such as {names}",
  'sizes={sizes} was given; use integers from 1 to 8192 with commas between, or auto',
  "only={parts} was given; '{part}' is not a part of the bench. Use {all}, with commas between",
  // A sweep that the page works for.
  'the server {origin} does not answer: {error}. Is it running, and can this machine reach it?',
  'the server {origin} refuses the token ({text}). Give the one that it printed when it started',
  'the server {origin} refuses: {text}',
  'the answer is not one of a sweep’s server. Is the address that of gradweave sweep?',
  '{origin} sends to another address; give that of the server itself',
  "worker '{server}' was given; a page on https:// may only speak to a server on https://. Open the server’s own page, or use npx gradweave worker",
] as const;

/** Of weights that are those of another network. The engine lists names and shapes of tensors. */
const OTHER_WEIGHTS = /^the file has .*the model that the weights are of/s;

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

/** Spreadsheets: most are zip archives, which nobody is to unpack. */
const SPREADSHEET = /\.(xls[xmb]?|ods|numbers)$/i;

/** Why the file of this name was refused, and what to do. */
export const refusalText = (name: string, why: string): string =>
  SPREADSHEET.test(name) ? say('a spreadsheet: save it as CSV') : reasonText(why);

/** Whether data are missing that settings or a stored network need: then no file is wrong. */
export const lacksData = ({ name, message }: Thrown): boolean =>
  name === 'DataError' && /which are not here: |was trained on other data than /.test(message);

/** Whether the GPU was lost, and the browser gives no other: to start again does not help. */
export const lacksDevice = ({ name, message }: Thrown): boolean =>
  name === 'DeviceLostError' && NO_OTHER.test(message);
