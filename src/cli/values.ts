import { UsageError } from './errors.ts';
import type { OptionSpec, Range } from './spec.ts';

/**
 * Checks one option's text and returns its canonical spelling (`1e-3` → `0.001`, `784, 10` →
 * `784,10`).
 *
 * @throws {UsageError} that says what was given and what is allowed.
 */
export function checkValue(spec: OptionSpec, text: string): string {
  const wrong = () => new UsageError(`--${spec.name} is '${text}'; it must be ${allowed(spec)}.`);
  switch (spec.kind) {
    case 'flag':
      throw new UsageError(`--${spec.name} takes no value, but was given '${text}'.`);
    case 'int':
    case 'float': {
      const parts = spec.kind === 'float' && spec.several ? text.split(',') : [text];
      const values = parts.map((part) => number(part, spec.kind === 'int'));
      if (values.some((value) => value === null || !within(value, spec.range))) throw wrong();
      return values.join(',');
    }
    case 'list': {
      const values = text.split(',').map((part) => number(part, true));
      if (values.length < spec.least) throw wrong();
      if (values.some((value) => value === null || !within(value, spec.range))) throw wrong();
      return values.join(',');
    }
    case 'pair': {
      const values = text.split(',').map((part) => number(part, false));
      const [first, second] = values;
      if (values.length !== 2 || first == null || second == null) throw wrong();
      if (!within(first, spec.ranges[0]) || !within(second, spec.ranges[1])) throw wrong();
      return values.join(',');
    }
    case 'choices': {
      const names = text.split(',').map((part) => part.trim());
      if (names.length < spec.least || !names.every((one) => spec.choices.includes(one))) {
        throw wrong();
      }
      return names.join(',');
    }
    case 'choice': {
      const { renamed = {} } = spec;
      const now = Object.hasOwn(renamed, text) ? renamed[text] : text;
      if (!spec.choices.includes(now)) throw wrong();
      return now;
    }
    case 'string':
    case 'path':
      if (text === '') throw wrong();
      return text;
  }
}

/** What an option's value may be: the end of the sentence "it must be …". */
export function allowed(spec: OptionSpec): string {
  switch (spec.kind) {
    case 'flag':
      return 'given without a value';
    case 'int':
      return `a whole number ${rangeText(spec.range)}`;
    case 'float':
      return `a number ${rangeText(spec.range)}`;
    case 'list':
      return `${spec.least} or more whole numbers ${rangeText(spec.range)}, with commas between them`;
    case 'pair': {
      const parts = spec.parts.map((part, i) =>
        `${part} ${rangeText(spec.ranges[i] ?? {})}`.trimEnd(),
      );
      return `two numbers with a comma between them: ${parts.join(', ')}`;
    }
    case 'choices':
      return `one or more of ${spec.choices.join(', ')}, with commas between them`;
    case 'choice':
      return `one of ${spec.choices.join(', ')}`;
    case 'string':
      return `text that is not empty${spec.several ? ', with commas between its parts' : ''}`;
    case 'path':
      return 'a path';
  }
}

/** `from 1 to 100`, `above 0`, `from 0 to below 1`. */
export function rangeText({ min, max, above, below }: Range): string {
  const low = min !== undefined ? `from ${min}` : above !== undefined ? `above ${above}` : '';
  const high = max !== undefined ? `to ${max}` : below !== undefined ? `below ${below}` : '';
  if (low !== '' && high !== '') {
    if (max === undefined) return `${low} to ${high}`;
    return min === undefined ? `${low}, up ${high}` : `${low} ${high}`;
  }
  if (high !== '') return max !== undefined ? `up ${high}` : high;
  return min !== undefined ? `${low} up` : low;
}

function within(value: number, { min, max, above, below }: Range): boolean {
  if (min !== undefined && value < min) return false;
  if (max !== undefined && value > max) return false;
  if (above !== undefined && value <= above) return false;
  return below === undefined || value < below;
}

const FLOAT = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
const INT = /^[+-]?\d+$/;

/** A decimal number as people write it; null for anything else (Number() accepts '' and 0x10). */
function number(text: string, whole: boolean): number | null {
  const trimmed = text.trim();
  if (!(whole ? INT : FLOAT).test(trimmed)) return null;
  const value = Number(trimmed);
  if (!Number.isFinite(value) || (whole && !Number.isSafeInteger(value))) return null;
  // -0 is written as '0'.
  return value === 0 ? 0 : value;
}
