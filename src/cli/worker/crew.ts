import { UsageError } from '../errors.ts';
import type { Terminal } from '../terminal.ts';

/** One of the workers of a command. */
export interface Crew {
  readonly name: string;
  /** Options of its task. */
  readonly options: Readonly<Record<string, string>>;
  /** Where it writes. */
  terminal(given: Terminal): Terminal;
}

/** Characters of a name that the server takes. */
const LONGEST = 80;

/**
 * The workers that a command starts.
 *
 * @param machine the name without `--name`
 * @throws {UsageError} if the name is too long
 */
export function crewOf(values: ReadonlyMap<string, string>, machine: string): readonly Crew[] {
  const parallel = Number(values.get('parallel') ?? 1);
  const trials = values.get('trials');
  const name = values.get('name') ?? machine.slice(0, LONGEST - 4);
  const count = Math.min(parallel, Number(trials ?? Infinity));
  const names = Array.from({ length: count }, (_, i) => (count > 1 ? `${name}-${i + 1}` : name));
  if (names.some((one) => one.length > LONGEST)) {
    throw new UsageError(`--name has ${name.length} characters; give at most ${LONGEST - 4}.`);
  }
  return names.map((own, i) => ({
    name: own,
    options: trials === undefined ? {} : { trials: String(shareOf(Number(trials), count, i)) },
    terminal: (given) => (count > 1 ? marked(given, `[${i + 1}] `) : given),
  }));
}

/** The part of so many trials that one of the workers trains. */
export const shareOf = (trials: number, workers: number, worker: number): number =>
  Math.floor(trials / workers) + (worker < trials % workers ? 1 : 0);

/** A terminal whose lines begin with a mark; none is overwritten, because others write between. */
function marked(terminal: Terminal, mark: string): Terminal {
  const each = (text: string): string => text.replace(/^(?=.)/gm, mark);
  return {
    ...terminal,
    live: false,
    columns: () => Math.max(1, terminal.columns() - mark.length),
    out: (text) => terminal.out(each(text)),
    err: (text) => terminal.err(each(text)),
  };
}
