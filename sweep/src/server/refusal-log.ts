/** Most lines in {@link WINDOW_MS}. */
const MOST = 20;
const WINDOW_MS = 10_000;
/** Most characters of a line. */
const LONGEST = 300;

/** Says what was refused and why, but not more often than people can read. */
export class RefusalLog {
  readonly #log: (line: string) => void;
  #since = 0;
  #lines = 0;
  #left = 0;
  /** All refusals, also those that were left out. */
  count = 0;

  constructor(log: (line: string) => void) {
    this.#log = log;
  }

  add(line: string): void {
    this.count++;
    const time = performance.now();
    if (time - this.#since > WINDOW_MS || this.#since === 0) {
      this.flush();
      this.#since = time;
      this.#lines = 0;
    }
    if (this.#lines >= MOST) {
      this.#left++;
      return;
    }
    this.#lines++;
    this.#log(shown(line));
  }

  /** Says how many lines were left out. */
  flush(): void {
    if (this.#left > 0) this.#log(`${this.#left} more requests were refused`);
    this.#left = 0;
  }
}

/** Text of a client as one line that changes nothing in a terminal. */
export function shown(text: string, most = LONGEST): string {
  const escaped = text.replace(
    /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu,
    (one) => `\\u${(one.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`,
  );
  return escaped.length > most ? `${escaped.slice(0, most - 1)}…` : escaped;
}
