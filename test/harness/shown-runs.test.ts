import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { ShownRuns } from '../../src/harness/page/notebook/shown-runs.ts';

/** A storage in memory. */
class Memory {
  readonly #texts = new Map<string, string>();

  getItem(key: string): string | null {
    return this.#texts.get(key) ?? null;
  }

  setItem(key: string, text: string): void {
    this.#texts.set(key, text);
  }
}

/** Gives the page a tab's storage and the browser's. */
function given(session: unknown, local: unknown): void {
  for (const [name, value] of Object.entries({ sessionStorage: session, localStorage: local })) {
    Object.defineProperty(globalThis, name, { configurable: true, get: () => value });
  }
}

const runsOf = (...keys: readonly string[]) =>
  keys.map((key) => ({ key, shown: false, pinned: key === 'pinned' }));

/** The keys of the runs that a page shows when it is opened. */
function opened(...keys: readonly string[]): string[] {
  const runs = runsOf(...keys);
  new ShownRuns().recall(runs);
  return runs.filter(({ shown }) => shown).map(({ key }) => key);
}

test('the runs that were shown are shown again: after a reload those of the tab, in a new one the latest', () => {
  const local = new Memory();
  given(new Memory(), local);
  assert.equal(opened('a', 'pinned', 'b', 'c'), ['pinned', 'c']);
  const shown = new ShownRuns();
  const runs = runsOf('a', 'pinned', 'b', 'c');
  // Before the notebook is read, there is nothing to keep.
  shown.remember([]);
  shown.recall(runs);
  for (const run of runs) run.shown = run.key < 'c';
  shown.remember(runs);
  assert.equal(opened('a', 'pinned', 'b', 'c'), ['a', 'b']);
  // A run that is not known yet is as at first.
  assert.equal(opened('a', 'b', 'new'), ['a', 'b', 'new']);
  const mine = sessionStorage;
  given(new Memory(), local);
  new ShownRuns().recall(runsOf('a'));
  const other = new ShownRuns();
  other.recall(runs);
  for (const run of runs) run.shown = run.key === 'c';
  other.remember(runs);
  given(mine, local);
  assert.equal(opened('a', 'b', 'c'), ['a', 'b']);
  given(new Memory(), local);
  assert.equal(opened('a', 'b', 'c'), ['c']);
});

test('without storage, or with another’s text in it, runs are shown as at first', () => {
  given(undefined, undefined);
  assert.equal(opened('a', 'b'), ['b']);
  const shown = new ShownRuns();
  shown.recall(runsOf('a'));
  shown.remember(runsOf('a', 'b'));
  for (const text of ['{', '3', '[]', '{"a":"yes","toString":true}']) {
    const odd = new Memory();
    odd.setItem('gradweave shown', text);
    given(odd, odd);
    assert.equal(opened('toString', 'b').at(-1), 'b', text);
  }
});

test.run();
