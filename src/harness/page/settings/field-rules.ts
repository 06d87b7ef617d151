/** What the form's fields may hold, in the page's words: checked while somebody types. */
import { MOST_NETWORKS } from '../../tasks/many-runs.ts';
import { language, say } from '../words/words.ts';

export type Rule = (text: string) => string | undefined;

/** Longest value that a message repeats. */
const LONGEST = 24;

/** A value in a message, cut if it is long. */
export const quoted = (text: string): string =>
  say('“{text}”', { text: text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text });

const numberOf = (text: string): number =>
  /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : Number.NaN;

/** A number in a message. */
export const shown = (value: number): string =>
  value.toLocaleString(language(), { maximumFractionDigits: 20 });

/** What a field left empty stands for; undefined if it may not be empty. */
type Empty = (() => string) | undefined;

const orNothing = (range: string, empty: Empty): string =>
  empty ? say('{range}, or nothing for {usual}', { range, usual: empty() }) : range;

/** A whole number. @param empty what nothing stands for; default: there must be something */
export function whole(min: number, max: number, empty?: Empty): Rule {
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

/** A seed, a range of them or several: what {@link Number} holds exactly, so that each is another one. */
function seeds(text: string): string | undefined {
  if (text === '') return undefined;
  const seed = whole(0, Number.MAX_SAFE_INTEGER);
  const isSeed = (part: string): boolean => /^\d+$/.test(part) && seed(part) === undefined;
  const range = text.split('..');
  const several = text.split(',').map((part) => part.trim());
  const [first = '', last = ''] = range;
  const count = range.length === 2 ? Number(last) - Number(first) + 1 : several.length;
  const right =
    range.length === 2
      ? isSeed(first) && isSeed(last)
      : several.length === 1
        ? seed(text) === undefined
        : several.every(isSeed) && new Set(several.map(Number)).size === several.length;
  return right && count > 0 && count <= MOST_NETWORKS
    ? undefined
    : say(
        '{given} is no seed: give a whole number from 0 to {most}, a range such as 1..5, or up to {count} different ones such as 1,2,7.',
        {
          given: quoted(text),
          most: shown(Number.MAX_SAFE_INTEGER),
          count: shown(MOST_NETWORKS),
        },
      );
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
  seed: seeds,
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
/** Fields that hold several numbers with a comma in between. */
const LISTS = ['lr', 'dropout', 'betas', 'layers', 'seed'];
/** Those of which a list cannot have a 0, or not four numbers: `0,9, 0,99` are two. */
const FRACTIONS = ['lr', 'dropout', 'betas'];
/** Numbers below 1 with decimal commas. */
const COMMAS = /^0,\d+(\s*[,;]\s*0,\d+)*$/;

/**
 * A field's text as settings have it: decimal commas become points. In a field for several numbers, `0,02` is one number, as no list
 * begins with 0; with semicolons between, all commas are decimal.
 */
export function tidied(name: string, text: string): string {
  const value = text.trim();
  if (DECIMAL.includes(name)) return value.replace(',', '.');
  if (SINGLE.includes(name)) return value.replace(/^(\d{1,3})[,. \u00a0](\d{3})$/, '$1$2');
  if (FRACTIONS.includes(name) && COMMAS.test(value)) {
    return value.replace(/0,(\d+)/g, '0.$1').replace(/\s*[,;]\s*/g, ',');
  }
  if (!LISTS.includes(name) || !value.includes(';')) return value;
  return value
    .split(';')
    .map((part) => part.trim().replace(',', '.'))
    .join(',');
}

/** What is wrong with a field's text; undefined if nothing is. The network's own limits are the worker's to say. */
export const problemOf = (name: string, text: string): string | undefined =>
  RULES[name]?.(tidied(name, text));

/** What an address may give a box: numbers that pixels are standardised with, or whether it is ticked. */
const BOXES: Readonly<Record<string, (text: string) => boolean>> = {
  normalize: (text) => numbers({}, 2)(text) === undefined && Number(text.split(',')[1]) > 0,
  nesterov: (text) => ['true', 'false'].includes(text),
};

/** Whether a box can be as an address has it; an empty text is a box that is not ticked. */
export const canHold = (name: string, text: string): boolean =>
  text === '' || (BOXES[name]?.(text) ?? true);
