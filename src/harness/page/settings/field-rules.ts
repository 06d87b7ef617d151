/** What the form's fields may hold, in the page's words: checked while somebody types. */

type Rule = (text: string) => string | undefined;

/** Longest value that a message repeats. */
const LONGEST = 24;

const quoted = (text: string): string =>
  `“${text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text}”`;

const numberOf = (text: string): number =>
  /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : Number.NaN;

const shown = (value: number): string => value.toLocaleString('en', { maximumFractionDigits: 20 });

function whole(min: number, max: number, empty?: string): Rule {
  const range = `from ${shown(min)} to ${shown(max)}${empty === undefined ? '' : `, or nothing for ${empty}`}`;
  return (text) => {
    if (text === '' && empty !== undefined) return undefined;
    const value = numberOf(text);
    if (Number.isInteger(value) && value >= min && value <= max) return undefined;
    return text === ''
      ? `Give a whole number ${range}.`
      : `${quoted(text)} is not a whole number ${range}.`;
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
    min === undefined ? '' : `from ${shown(min)}`,
    above === undefined ? '' : `above ${shown(above)}`,
    below === undefined ? '' : `below ${shown(below)}`,
    max === undefined ? '' : `up to ${shown(max)}`,
  ]
    .filter(Boolean)
    .join(', ');

/** @param count how many numbers, with commas between; `several` for one or more */
function numbers(range: Range, count: 1 | 2 | 'several', empty?: string): Rule {
  const what = count === 1 ? 'a number' : count === 2 ? 'two numbers' : 'a number, or several,';
  return (text) => {
    if (text === '' && empty !== undefined) return undefined;
    const parts = text.split(',').map((part) => part.trim());
    const right = count === 'several' || parts.length === count;
    const odd = parts.find((part) => !fits(numberOf(part), range));
    if (right && odd === undefined) return undefined;
    const given = text === '' ? '' : `${quoted(odd ?? text)} does not fit: `;
    const ask = `give ${what} ${words(range)}${empty === undefined ? '' : `, or nothing for ${empty}`}.`;
    return given + (given === '' ? ask.replace('give', 'Give') : ask);
  };
}

const OPTIMIZERS = 'the optimizer’s';

const RULES: Readonly<Record<string, Rule>> = {
  layers: (text) =>
    /^\s*\d+\s*(,\s*\d+\s*)+$/.test(text) &&
    text.split(',').every((part) => fits(Number(part), { min: 1, max: 65_536 }))
      ? undefined
      : text === ''
        ? undefined
        : `${quoted(text)} is not a list of widths from 1 to 65,536 with commas between, such as 784,128,10.`,
  dropout: numbers({ min: 0, below: 1 }, 'several'),
  lr: numbers({ above: 0, max: 1000 }, 'several'),
  'batch-size': whole(1, 60_000),
  epochs: whole(1, 10_000),
  'train-limit': whole(1, 60_000, 'all'),
  length: whole(1, 1024),
  stride: whole(1, 2 ** 31 - 1, 'one that suits the text'),
  sample: whole(0, 100_000, '200'),
  temperature: numbers({ min: 0, max: 100 }, 1, '0.8'),
  momentum: numbers({ min: 0, below: 1 }, 1),
  betas: numbers({ min: 0, below: 1 }, 2, OPTIMIZERS),
  eps: numbers({ above: 0, max: 1 }, 1, OPTIMIZERS),
  'weight-decay': numbers({ min: 0, max: 1000 }, 1, OPTIMIZERS),
};

/** Fields that hold one number: a comma in them is a decimal comma. */
const SINGLE = ['batch-size', 'epochs', 'train-limit', 'length', 'stride', 'sample'];
const DECIMAL = ['temperature', 'momentum', 'eps', 'weight-decay'];
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
