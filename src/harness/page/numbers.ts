/** Numbers in readable form. */

import type { Spread } from '../../ensemble/spread.ts';
import { language, sayOf } from './words/words.ts';

/** A number's digits as the page's language writes them: in Spanish, with a decimal comma. */
export const local = (digits: string): string =>
  language() === 'es' ? digits.replace('.', ',') : digits;

/**
 * A number's digits as their table writes numbers: with a decimal comma if it has such, in any language, else as the page's language
 * writes them. It is so for what is typed, for what is predicted, and for errors in a column's unit.
 */
export const inTable = (digits: string, comma = false): string =>
  comma ? digits.replace('.', ',') : local(digits);

/** Words in the kinds of layers. What PyTorch and this engine call by a name, such as `relu` or `conv2d`, keeps it. */
export const KIND_WORDS = ['linear', 'flatten', 'padding', 'stride', 'no bias'] as const;

const KIND_WORD = new RegExp(`\\b(${KIND_WORDS.join('|')})\\b`, 'g');

/** A layer's kind, such as `dropout 0.1` or `linear 784→10`, with its words and numbers as the page's language writes them. */
export const localKind = (kind: string): string =>
  kind.replaceAll(/\d+\.\d+/g, local).replaceAll(KIND_WORD, sayOf);

const PERCENT = { en: '%', es: '\u00a0%' } as const;

export const percent = (share: number | null | undefined): string =>
  share === null || share === undefined
    ? '–'
    : `${local((100 * share).toFixed(1))}${PERCENT[language()]}`;

export const loss = (value: number | null | undefined): string =>
  value === null || value === undefined ? '–' : local(value.toPrecision(4));

/** A number with so many digits behind the point. */
export const fixed = (value: number, digits: number): string => local(value.toFixed(digits));

/** `1 epoch`, `2.5 epochs`. The noun is one literal in English; with an s, it is the plural. */
export const counted = (count: number, noun: string): string =>
  `${count.toLocaleString(language())} ${sayOf(count === 1 ? noun : `${noun}s`)}`;

/** Mean ± standard deviation; a single number has none. */
export const spreadText = (
  { count, mean, deviation }: Spread,
  text: (value: number) => string,
): string => {
  if (count === 1) return text(mean);
  // The unit stands once, and both have as many decimals: 88.4 ± 0.2%, 0.009758 ± 0.001800, 1.234e-7 ± 0.012e-7.
  const [, number, unit] = /^(.*?)(\s?%?)$/.exec(text(mean)) ?? [];
  const [, decimals = '', power = ''] = /^-?\d*[.,]?(\d*)(e[-+]\d+)?$/.exec(number) ?? [];
  const scale = unit === '' ? 1 / Number(`1${power}`) : 100;
  // A line ends before it, or after it.
  return `${number}\u00a0±\u00a0${local((scale * deviation).toFixed(decimals.length))}${power}${unit}`;
};

export function duration(seconds: number): string {
  if (!Number.isFinite(seconds)) return '–';
  if (seconds < 60) return `${local(seconds.toFixed(seconds < 10 ? 1 : 0))} s`;
  const whole = Math.round(seconds);
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return `${minutes} min ${whole % 60} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** What a run has taken so far: nothing is known before its first epoch. */
export const spentText = (seconds: number): string => (seconds > 0 ? duration(seconds) : '–');

export function bytes(count: number): string {
  if (count < 1e6) return `${(count / 1e3).toFixed(0)} kB`;
  return count < 1e9 ? `${(count / 1e6).toFixed(0)} MB` : `${local((count / 1e9).toFixed(2))} GB`;
}

export const whole = (value: number): string => Math.round(value).toLocaleString(language());
