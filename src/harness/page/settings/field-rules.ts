/** What the form's fields may hold, in the page's words: checked while somebody types. */
import { language, say } from '../words/words.ts';

type Rule = (text: string) => string | undefined;

/** Longest value that a message repeats. */
const LONGEST = 24;

const quoted = (text: string): string =>
  say('“{text}”', { text: text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text });

const numberOf = (text: string): number =>
  /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : Number.NaN;

const shown = (value: number): string =>
  value.toLocaleString(language(), { maximumFractionDigits: 20 });

/** What a field left empty stands for; undefined if it may not be empty. */
type Empty = (() => string) | undefined;

const orNothing = (range: string, empty: Empty): string =>
  empty ? say('{range}, or nothing for {usual}', { range, usual: empty() }) : range;

function whole(min: number, max: number, empty?: Empty): Rule {
  return (text) => {
    if (text === '' && empty) return undefined;
    const value = numberOf(text);
    if (Number.isInteger(value) && value >= min && value <= max) return undefined;
    const both = say('from {min} to {max}', { min: shown(min), max: shown(max) });
    const range = orNothing(both, empty);
    return text === ''
      ? say('Give a whole number {range}.', { range })
      : say('{given} is not a whole number {range}.', { given: quoted(text), range });
  };
}

interface Range {
  readonly min?: number;
  readonly above?: number;
  readonly below?: number;
  readonly max?: number;
}

const fits = (value: number, { min, above, below, max }: Range): boolean =>
  Number.isFinite(value) &&
  !(min !== undefined && value < min) &&
  !(above !== undefined && value <= above) &&
  !(below !== undefined && value >= below) &&
  !(max !== undefined && value > max);

const words = ({ min, above, below, max }: Range): string =>
  [
    min === undefined ? '' : say('from {min}', { min: shown(min) }),
    above === undefined ? '' : say('above {least}', { least: shown(above) }),
    below === undefined ? '' : say('below {most}', { most: shown(below) }),
    max === undefined ? '' : say('up to {max}', { max: shown(max) }),
  ]
    .filter(Boolean)
    .join(', ');

/** How many numbers a field holds, in words. */
const COUNTS = {
  1: () => say('a number'),
  2: () => say('two numbers'),
  several: () => say('a number, or several,'),
} as const;

/** @param count how many numbers, with commas between; `several` for one or more */
function numbers(range: Range, count: keyof typeof COUNTS, empty?: Empty): Rule {
  return (text) => {
    if (text === '' && empty) return undefined;
    const parts = text.split(',').map((part) => part.trim());
    const right = count === 'several' || parts.length === Number(count);
    const odd = parts.find((part) => !fits(numberOf(part), range));
    if (right && odd === undefined) return undefined;
    const what = COUNTS[count]();
    const need = orNothing(words(range), empty);
    return text === ''
      ? say('Give {what} {range}.', { what, range: need })
      : say('{given} does not fit: give {what} {range}.', {
          given: quoted(odd ?? text),
          what,
          range: need,
        });
  };
}

const OPTIMIZERS = (): string => say('the optimizer’s');
const SCHEDULES = (): string => say('the schedule’s');
const NONE = (): string => say('none');
const NEVER = (): string => say('never');

const RULES: Readonly<Record<string, Rule>> = {
  layers: (text) =>
    /^\s*\d+\s*(,\s*\d+\s*)+$/.test(text) &&
    text.split(',').every((part) => fits(Number(part), { min: 1, max: 65_536 }))
      ? undefined
      : text === ''
        ? undefined
        : say(
            '{given} is not a list of widths from 1 to {most} with commas between, such as 784,128,10.',
            {
              given: quoted(text),
              most: shown(65_536),
            },
          ),
  dropout: numbers({ min: 0, below: 1 }, 'several'),
  lr: numbers({ above: 0, max: 1000 }, 'several'),
  'batch-size': whole(1, 60_000),
  epochs: whole(1, 10_000),
  // Beside the form: epochs that a run is given later.
  'more-count': whole(1, 10_000),
  'train-limit': whole(1, 60_000, () => say('all')),
  length: whole(1, 1024),
  stride: whole(1, 2 ** 31 - 1, () => say('one that suits the text')),
  sample: whole(0, 100_000, () => '200'),
  temperature: numbers({ min: 0, max: 100 }, 1, () => shown(0.8)),
  patience: whole(1, 10_000, NEVER),
  warmup: numbers({ min: 0, max: 10_000 }, 1, NONE),
  gamma: numbers({ min: 0, max: 1 }, 1, SCHEDULES),
  period: numbers({ above: 0, max: 10_000 }, 1, SCHEDULES),
  'end-factor': numbers({ min: 0, max: 1 }, 1, SCHEDULES),
  rise: numbers({ min: 0, max: 1 }, 1, SCHEDULES),
  momentum: numbers({ min: 0, below: 1 }, 1),
  betas: numbers({ min: 0, below: 1 }, 2, OPTIMIZERS),
  eps: numbers({ above: 0, max: 1 }, 1, OPTIMIZERS),
  'weight-decay': numbers({ min: 0, max: 1000 }, 1, OPTIMIZERS),
};

/** Fields that hold one number: a comma in them is a decimal comma. */
const SINGLE = [
  'batch-size',
  'epochs',
  'patience',
  'train-limit',
  'length',
  'stride',
  'sample',
  'more-count',
];
const DECIMAL = [
  ...['temperature', 'momentum', 'eps', 'weight-decay'],
  ...['warmup', 'gamma', 'period', 'end-factor', 'rise'],
];
/** Fields that may hold several numbers, of which none can be 0. */
const LISTS = ['lr', 'dropout'];

/**
 * A field's text as settings have it: decimal commas become points. In a field for several numbers, `0,02` is one number, as no list
 * begins with 0; with semicolons between, all commas are decimal.
 */
export function tidied(name: string, text: string): string {
  const value = text.trim();
  if (DECIMAL.includes(name)) return value.replace(',', '.');
  if (SINGLE.includes(name)) return value.replace(/^(\d{1,3})[,. \u00a0](\d{3})$/, '$1$2');
  if (!LISTS.includes(name)) return value;
  if (value.includes(';')) {
    return value
      .split(';')
      .map((part) => part.trim().replace(',', '.'))
      .join(',');
  }
  return /^0,\d+$/.test(value) ? value.replace(',', '.') : value;
}

/** What is wrong with a field's text; undefined if nothing is. The network's own limits are the worker's to say. */
export const problemOf = (name: string, text: string): string | undefined =>
  RULES[name]?.(tidied(name, text));
