import { OptionError } from '../../errors.ts';

/** How many characters of a value a message repeats. */
const LONGEST = 80;

/** Reads the query of an address. */
export class Query {
  readonly #options: URLSearchParams;
  /** What names in messages begin with. */
  readonly #prefix: string;

  constructor(options: URLSearchParams, prefix: string) {
    this.#options = options;
    this.#prefix = prefix;
  }

  has(name: string): boolean {
    return this.#options.has(name);
  }

  fail(name: string, need: string): never {
    const given = String(this.#options.get(name));
    const shown = given.length > LONGEST ? `${given.slice(0, LONGEST)}…` : given;
    throw new OptionError(`${this.#prefix}${name}=${shown} was given; it must be ${need}`);
  }

  /** The value as it is; undefined if there is none. */
  text(name: string): string | undefined {
    return this.#options.get(name) ?? undefined;
  }

  choice<T extends string>(name: string, allowed: readonly T[], fallback: T): T {
    const value = this.#options.get(name) ?? fallback;
    return allowed.find((one) => one === value) ?? this.fail(name, `one of ${allowed.join(', ')}`);
  }

  number(name: string, fallback: number): number {
    const text = this.#options.get(name);
    if (text === null) return fallback;
    const value = Number(text);
    return text.trim() !== '' && Number.isFinite(value) ? value : this.fail(name, 'a number');
  }

  integer(name: string, fallback: number, min: number, max: number): number {
    const value = this.number(name, fallback);
    if (Number.isInteger(value) && value >= min && value <= max) return value;
    return this.fail(name, `an integer from ${min} to ${max}`);
  }

  numbers(name: string, fallback: readonly number[]): readonly number[] {
    const text = this.#options.get(name);
    if (text === null) return fallback;
    const values = text.split(',').map((part) => (part.trim() === '' ? NaN : Number(part)));
    return values.every(Number.isFinite) ? values : this.fail(name, 'numbers with commas between');
  }

  /** Two numbers. */
  pair(name: string, need: string): readonly [number, number] {
    const [first, second, ...more] = this.numbers(name, []);
    if (second === undefined || more.length > 0) this.fail(name, need);
    return [first, second];
  }

  flag(name: string): boolean {
    return this.#options.has(name) && this.#options.get(name) !== 'false';
  }
}
