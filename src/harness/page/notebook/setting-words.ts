/** What settings and titles of runs are called in the reader's language. What is stored and exported is the same in all languages. */
import { PRECISIONS } from '../../../train/session-options.ts';
import { ownOf } from '../../own-of.ts';
import { FACTS, factsNamed } from '../../tasks/network-facts.ts';
import { SETTING_NAMES, TABLE_RECIPE, valueText } from '../../tasks/paper-differences.ts';
import { local } from '../numbers.ts';
import { AUGMENTED } from '../settings/form-lists.ts';
import { language, say, sayOf } from '../words/words.ts';

/** What settings are called, by their names in the address: as their fields in the form. */
export const ALL_NAMES: Readonly<Record<string, string>> = {
  ...SETTING_NAMES,
  model: 'preset',
  seed: 'seed',
  seeds: 'seeds',
  gamma: 'decay factor',
  period: 'period in epochs',
  'end-factor': 'share of the last rate',
  rise: 'share that rises',
  length: 'characters at once',
  stride: 'stride',
  sample: 'characters to write',
  temperature: 'temperature',
  prompt: 'beginning of the text',
  family: 'kernels',
  plan: 'plan',
  side: 'size of pictures',
  colour: 'colour',
};

/** Values of settings that the form has in words, and {@link valueText} does not tell. */
export const ALL_VALUES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  data: { auto: 'Fashion-MNIST, if found', own: 'Your own data' },
  augment: AUGMENTED,
  colour: { grey: 'grey', rgb: 'RGB' },
  plan: { fused: 'fused', plain: 'plain' },
  precision: Object.fromEntries(PRECISIONS.map((name) => [name, name])),
  model: Object.fromEntries(Object.entries(FACTS).map(([name, { label }]) => [name, label])),
};

/** Pixels that are not standardised. */
const AS_THEY_ARE = '0,1';

const NUMBER = /^-?\d+(\.\d+)?(e-?\d+)?$/;

/** A number, or several with commas between, as the language writes them: a list of decimal commas has semicolons. */
export function numbersIn(text: string): string | undefined {
  const parts = text.split(',').map((part) => part.trim());
  if (!parts.every((part) => NUMBER.test(part))) return undefined;
  const isDecimal = parts.some((part) => part.includes('.'));
  return parts.map(local).join(language() === 'es' && isDecimal ? '; ' : ', ');
}

/** What a setting is called; its name in the address if the form has no such field. */
export const nameOfSetting = (name: string): string => sayOf(ownOf(ALL_NAMES, name) ?? name);

/** A setting's value in words, or as the language writes numbers. What a visitor typed stays as it is. */
export function valueOfSetting(name: string, value: string): string {
  if (name === 'prompt') return say('“{text}”', { text: value });
  if (name === 'normalize' && value !== TABLE_RECIPE.normalize) {
    return value === '' || value === AS_THEY_ARE
      ? sayOf(valueText(name, ''))
      : (numbersIn(value) ?? value);
  }
  const text = sayOf(ownOf(ownOf(ALL_VALUES, name) ?? {}, value) ?? valueText(name, value));
  return text === value ? (numbersIn(value) ?? value) : text;
}

/** What networks that are trained at once have of their own, in titles: short, since charts have little room for it. */
export const OWN_NAMES: Readonly<Record<string, string>> = { lr: 'rate', dropout: 'dropout' };

/** A part of a title that the page made: a network's name, its widths, or a value of its own such as `lr 0.01`. */
function partText(part: string): string {
  const [, name = '', value = ''] = /^(\S+) (\S+)$/.exec(part) ?? [];
  return Object.hasOwn(OWN_NAMES, name) && NUMBER.test(value)
    ? `${sayOf(OWN_NAMES[name])} ${local(value)}`
    : sayOf(part);
}

/** A title that the page made for a run, in the reader's language. */
export const titleText = (title: string): string => title.split(', ').map(partText).join(', ');

/** All networks' titles, of which some are other words in other languages. */
export const TITLES: readonly string[] = Object.keys(FACTS).map((name) => factsNamed(name).title);
