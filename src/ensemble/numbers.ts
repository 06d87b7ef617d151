import { OptionError } from '../errors.ts';
import type { Linked } from '../gpu/link.ts';
import type { Varying } from './varying.ts';

const CONSTANT = /^const (\w+): (u32|f32) = (.+);$/;

/**
 * The constants of kernels in which networks differ. Their values lie behind each network's clock, as words.
 */
export class Numbers {
  /** Most constants of a session. */
  readonly room: number;
  readonly clockStride: number;
  /** For each constant: its value in each variant, as a word. */
  readonly #rows: number[][] = [];

  constructor(clockStride: number, clockBytes: number) {
    this.clockStride = clockStride;
    this.room = Math.floor((clockStride - clockBytes) / 4);
  }

  /** The place of a constant with these values. */
  place(type: string, values: readonly number[]): number {
    const floats = Float32Array.from(values);
    const words = type === 'u32' ? [...values] : [...new Uint32Array(floats.buffer)];
    const found = this.#rows.findIndex((row) => row.every((word, i) => word === words[i]));
    if (found >= 0) return found;
    if (this.#rows.length === this.room) {
      throw new OptionError(`runs: they differ in more than ${this.room} numbers of the kernels`);
    }
    return this.#rows.push(words) - 1;
  }

  /** A variant's words. */
  of(variant: number): Uint32Array {
    return Uint32Array.from(this.#rows, (row) => row[variant]);
  }
}

/**
 * The constants in which one kernel differs between variants.
 *
 * @param refusal makes the error for a variant that differs in more
 */
export function varyingOf<R>(
  all: readonly Linked<R>[],
  numbers: Numbers,
  refusal: (variant: number, what: string) => Error,
): Varying[] {
  const [first] = all;
  const names = new Map<string, string>();
  for (const [variant, { lines }] of all.entries()) {
    if (lines.length !== first.lines.length) throw refusal(variant, 'another kernel');
    for (const [i, { text, file }] of lines.entries()) {
      if (text === first.lines[i].text) continue;
      const [, name, type] = CONSTANT.exec(text) ?? [];
      if (!name || CONSTANT.exec(first.lines[i].text)?.[1] !== name) {
        throw refusal(variant, `shaders/${file}`);
      }
      names.set(name, type);
    }
  }
  return [...names].map(([name, type]) => ({
    name,
    type,
    at: numbers.place(
      type,
      all.map(({ constants }) => constants[name]),
    ),
    literals: all.map(({ lines }) => {
      const own = lines.map(({ text }) => CONSTANT.exec(text)).find((found) => found?.[1] === name);
      return own?.[3] ?? '';
    }),
  }));
}
