import { DataError, OptionError, ShapeError } from '../errors.ts';

type Json = Readonly<Record<string, unknown>>;

/** Reads fields of an object in the trace's JSON and reports what is wrong. */
export class Fields {
  /** The place in the file, for messages. */
  readonly where: string;
  readonly #fields: Json;
  readonly #seen = new Set<string>();

  constructor(where: string, value: unknown) {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      throw new DataError(`${where} is ${JSON.stringify(value)}; it must be an object`);
    }
    this.where = where;
    this.#fields = value as Json;
  }

  raw(name: string): unknown {
    this.#seen.add(name);
    return this.#fields[name];
  }

  fail(name: string, need: string): never {
    throw new DataError(
      `${this.where}: ${name} is ${JSON.stringify(this.#fields[name])}; it must be ${need}`,
    );
  }

  number(name: string, fallback?: number): number {
    const value = this.raw(name) ?? fallback;
    return typeof value === 'number' && Number.isFinite(value)
      ? value
      : this.fail(name, 'a number');
  }

  /** A count: at least 1. */
  count(name: string): number {
    const value = this.number(name);
    return Number.isInteger(value) && value > 0 ? value : this.fail(name, 'a positive integer');
  }

  numbers(name: string, count?: number): number[] {
    const value = this.raw(name);
    const fits = Array.isArray(value) && value.every((x) => typeof x === 'number');
    if (!fits || (count !== undefined && value.length !== count)) {
      return this.fail(name, count === undefined ? 'numbers' : `${count} numbers`);
    }
    return value;
  }

  /** A number for all axes, or one for each of so many. */
  sizes(name: string, axes: number, fallback?: number): readonly number[] {
    const value = this.raw(name) ?? fallback;
    const all = typeof value === 'number' ? new Array<number>(axes).fill(value) : value;
    const fits = Array.isArray(all) && all.every((x) => typeof x === 'number');
    return fits && all.length === axes ? all : this.fail(name, `a number, or ${axes}`);
  }

  choice<T extends string>(name: string, allowed: readonly T[], fallback?: T): T {
    const value = this.raw(name) ?? fallback;
    return allowed.find((one) => one === value) ?? this.fail(name, `one of ${allowed.join(', ')}`);
  }

  flag(name: string, fallback = false): boolean {
    const value = this.raw(name) ?? fallback;
    return typeof value === 'boolean' ? value : this.fail(name, 'true or false');
  }

  /** Refuses unknown fields: an option that is ignored would be a silent difference. */
  end(ignored: readonly string[] = []): void {
    for (const name of Object.keys(this.#fields)) {
      if (!this.#seen.has(name) && !ignored.includes(name)) {
        throw new DataError(`${this.where}: the option ${name} is unknown`);
      }
    }
  }
}

/** An option that a layer or an optimizer refuses is a mistake in the file. */
export function fromFile<T>(where: string, make: () => T): T {
  try {
    return make();
  } catch (error) {
    throw error instanceof OptionError || error instanceof ShapeError
      ? new DataError(`${where}: ${error.message}`)
      : error;
  }
}
