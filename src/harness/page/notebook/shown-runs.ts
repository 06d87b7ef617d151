import { isObject } from '../../../check.ts';
import type { RunRecord } from './run-store.ts';

const KEY = 'gradweave shown';

type Seen = Pick<RunRecord, 'key' | 'shown' | 'pinned'>;

/** By the keys of runs, whether charts show them. */
type Known = Readonly<Record<string, unknown>>;

/** What a place remembers; nothing without storage, or of another form. */
function read(place: () => Storage): Known | undefined {
  try {
    const found: unknown = JSON.parse(place().getItem(KEY) ?? 'null');
    return isObject(found) ? found : undefined;
  } catch {
    return undefined;
  }
}

function write(place: () => Storage, text: string): void {
  try {
    place().setItem(KEY, text);
  } catch {
    // Without storage, or if it is full, it is forgotten with the page.
  }
}

/** This tab's, over a reload; and the latest tab's, for the next visit. */
const PLACES = [() => sessionStorage, () => localStorage] as const;

/** Remembers which runs the charts show. */
export class ShownRuns {
  #written: string | undefined;

  /** Shows the runs that were shown last; of those that are not known, the last one and those that matter. */
  recall(runs: readonly Seen[]): void {
    const known = PLACES.map(read).find((one) => one) ?? {};
    for (const [i, run] of runs.entries()) {
      const shown = Object.hasOwn(known, run.key) ? known[run.key] : undefined;
      run.shown = shown === undefined ? run.pinned || i === runs.length - 1 : shown === true;
    }
    this.#written = '';
  }

  /** Keeps what is shown now. Before {@link recall}, nothing is known. */
  remember(runs: readonly Seen[]): void {
    if (this.#written === undefined) return;
    const text = JSON.stringify(Object.fromEntries(runs.map(({ key, shown }) => [key, shown])));
    if (text === this.#written) return;
    this.#written = text;
    for (const place of PLACES) write(place, text);
  }
}
