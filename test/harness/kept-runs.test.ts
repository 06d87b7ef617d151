import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { KeptRuns } from '../../src/harness/page/notebook/kept-runs.ts';
import { runJson } from '../../src/harness/page/notebook/run-export.ts';
import { runFromJson } from '../../src/harness/page/notebook/run-file.ts';
import {
  canGoOn,
  isImported,
  type RunRecord,
  testOf,
} from '../../src/harness/page/notebook/run-store.ts';
import { withGlobals } from './part-page.ts';

/** Other tabs, of which there are none. */
class Silence extends EventTarget {
  postMessage(): void {}
}

withGlobals(test, { addEventListener() {}, BroadcastChannel: Silence });
if (!('navigator' in globalThis)) withGlobals(test, { navigator: {} });

const kept = (): KeptRuns => new KeptRuns({ changed() {}, problem() {} });

const epochs = (count: number): RunRecord['history'] =>
  Array.from({ length: count }, (_, i) => ({
    ...{ epoch: i + 1, seconds: 1, train: { loss: 1 / (i + 1), accuracy: null } },
  }));

const made = (id: number, changes: Partial<RunRecord> = {}): RunRecord => ({
  ...{ id, key: crypto.randomUUID(), pinned: false, title: 'Model 2', query: 'model=2' },
  ...{ loss: 'mse', begun: `2026-01-02T03:04:0${id}Z`, together: 1, adapter: null, dataset: null },
  ...{ epochs: 3, live: [], history: epochs(2), networks: [], spreads: [], seconds: 2 },
  ...{ state: 'done', shown: true, open: false, weights: null, ...changes },
});

/** A run as it comes back from the file that the page saves of it, into this list. */
function imported(list: KeptRuns, run: RunRecord, isOlder = false): RunRecord {
  const file = JSON.parse(runJson(run));
  if (isOlder) delete file.key;
  const read = runFromJson(JSON.stringify(file), 'run.json');
  const { key = crypto.randomUUID() } = read;
  return list.bring({ ...read, key, id: list.next });
}

test('the same run stands in the list once, whether its file is imported or its deletion taken back', () => {
  for (const isOlder of [false, true]) {
    const list = kept();
    const weights = { bytes: new Uint8Array(8), step: 6 };
    const first = made(1, { weights });
    list.bring(first);
    list.bring(made(2));
    assert.is(imported(list, first, isOlder), first, 'it is here already');
    const back = list.remove(first);
    const again = imported(list, first, isOlder);
    assert.is.not(again, first);
    assert.is(list.runs.length, 2);
    back?.();
    assert.is(list.runs.length, 2);
    assert.ok(list.runs.includes(first), 'the one that was deleted has its weights');
    assert.not.ok(list.runs.includes(again));
    back?.();
    assert.is(list.runs.length, 2);
  }
});

test('a run that comes back has a number of its own', () => {
  const list = kept();
  list.bring(made(1));
  const second = made(2);
  list.bring(second);
  const back = list.remove(second);
  list.bring(made(list.next, { begun: '2026-02-02T03:04:05Z' }));
  back?.();
  assert.equal([...list.runs.map(({ id }) => id)].sort(), [1, 2, 3]);
});

test('a run that starts from imported weights takes their place in the list', () => {
  const list = kept();
  const given = { name: 'a.safetensors', test: { loss: 0.5, accuracy: 0.9 } };
  const weights = made(1, { given, history: [], state: 'stopped' });
  list.add(weights);
  list.ended(weights);
  assert.equal([isImported(weights), canGoOn(weights), testOf(weights)?.loss], [true, false, 0.5]);
  const other = made(2);
  list.add(other);
  const run = made(1, { key: weights.key });
  list.add(run);
  assert.equal(list.runs, [other, run]);
  assert.is(testOf(run), undefined);
  // What the page saves of them comes back.
  const file = runFromJson(runJson(weights), 'run.json');
  assert.equal([file.given, isImported(file)], [given, true]);
});

test('a file with more epochs of a run that is here adds them, and one with fewer takes none away', () => {
  const list = kept();
  const run = made(1, { name: 'Mine' });
  list.bring(run);
  assert.is(imported(list, { ...run, history: epochs(3), name: 'Theirs' }), run);
  assert.equal([run.history.length, run.name, run.id], [3, 'Mine', 1]);
  assert.is(imported(list, { ...run, history: epochs(1) }), run);
  assert.is(run.history.length, 3);
  const others = made(2, { begun: run.begun, query: 'model=2&lr=1' });
  assert.is.not(imported(list, others), run, 'others may have begun with it');
});

test.run();
