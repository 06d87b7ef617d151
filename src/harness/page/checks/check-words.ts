/** What the tables and notes of `verify` and `bench` say, in the page's language: their tasks are the command's too, in English. */

import { ownOf } from '../../own-of.ts';
import { whole } from '../numbers.ts';
import { quoted } from '../settings/field-rules.ts';
import { tellerOf } from '../words/told.ts';
import { language, say, sayOf } from '../words/words.ts';

/** Titles above the tables. */
export const TABLE_TITLES = [
  'verify',
  'weights after {steps} steps, twice from one seed',
  'training step by width, 784–W–W–10, batch 100, Adam, cross-entropy',
  'training step of several networks at once, 784–128–64–10, batch 100',
  'training step of {network}, batch {batch}: {optimizer}, {loss} loss',
  'loop of {steps} steps of {network}, for each step',
  'dispatches of a step, {contender}',
  'epoch of Model 2 (Adam, cross-entropy)',
  'epoch of Model 2, guarded',
  'products of {network}, with what is fused into them, against plain products of the same sizes',
] as const;

/** What cells say in words. Names of operations and of their parts stay as the code has them. */
export const CELL_TEXTS = [
  'plain',
  'fused',
  'gradweave {plan} {family}',
  '{result} after {steps} steps',
  'cannot tell: timestamps are rounded',
  'all products',
  'neither',
  'copies to the CPU (the default)',
  'checks for NaN and infinity',
  'both',
] as const;

/** What is told between the rows. */
export const NOTES = [
  'Measuring {network}, {optimizer}, {loss}: {contenders}',
  'Arithmetic peak: {before} GFLOP/s before, {after} after.',
  'Arithmetic peak: {before} GFLOP/s before, {after} after. JavaScript heap: at most {heap} MB.',
  'This device has no timestamps, so single dispatches cannot be timed.',
  'This device has no timestamps, so single products cannot be timed.',
  '{contender} cannot train {network} with {optimizer} and {loss}: {error}',
  '{name} cannot multiply {layout} {size}: {error}',
] as const;

/** Parts of a benchmark, by their names in the address; others are called by these. */
export const PART_TEXTS = {
  peak: 'the arithmetic peak',
  steps: 'training steps',
  dispatches: 'dispatches of a step',
  gemm: 'GEMM',
  repeat: 'bit-identical repeats',
  scaling: 'wide networks',
} as const;

/** What is measured now: until its first row is there, this is all that there is to tell. */
export const partText = (part: string): string =>
  say('Measuring: {part}. Kernels are compiled first.', {
    part: sayOf(ownOf(PART_TEXTS, part) ?? part),
  });

export const besideBench = (): string =>
  say('The benchmark runs at the same time: each slows the other down.');
export const besideVerify = (): string =>
  say('The verification runs at the same time: each slows the other down.');
export const besideTraining = (): string =>
  say('A network is trained at the same time: each slows the other down.');

/** Numbers with their signs and units: `9.12 (8.97–9.40)`, `12,345`, `1.2e-7`, `88.4%`. */
const NUMBERS = /^[-−–≥<×(]?\d[\d.,e()–−±%/×\s+-]*$/;

/** A cell of numbers as the language writes them. Tasks write thousands as 12,345. */
export function numbersText(text: string): string {
  if (language() !== 'es' || !NUMBERS.test(text)) return text;
  const sign = /[.,](?=\d)/g;
  return text.replace(sign, (point) => (point === '.' ? ',' : '.')).replace(/(?<=\d)%/g, '\u00a0%');
}

/** Values of these places are words, others names. */
const WORDS: ReadonlySet<string> = new Set(['plan', 'loss']);

const placed = (value: string, place: string): string =>
  place.startsWith('contender')
    ? value.split(', ').map(cellText).join(', ')
    : WORDS.has(place)
      ? sayOf(value)
      : numbersText(value);

const title = tellerOf(TABLE_TITLES, {}, placed);
const cell = tellerOf(CELL_TEXTS, {}, placed);
const note = tellerOf(NOTES, {}, placed);

/** A title above a table, as a heading. */
export const tableTitle = (text: string): string =>
  (title(text)?.() ?? text).replace(/^\p{Ll}/u, (first) => first.toUpperCase());

export const cellText = (text: string): string => cell(text)?.() ?? numbersText(text);

export const noteText = (text: string): string => note(text)?.() ?? sayOf(text);

/** What `verify` says of a filter that no name has. */
const NO_MATCH = /^the filter '(.*)' matches no check\. .* all (\d+), .* such as (.*)$/s;

/** What stands under the filter if an error says that; undefined of another one. */
export function noMatchText(message: string): (() => string) | undefined {
  const [, filter, count, names = ''] = NO_MATCH.exec(message) ?? [];
  if (filter === undefined) return undefined;
  return () =>
    say(
      'Nothing was checked: no name contains {filter}. Give a part of a name, such as {names}, or nothing for all {count}.',
      { filter: quoted(filter), count: whole(Number(count)), names },
    );
}
