import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { readColumns } from '../../src/harness/own/columns.ts';
import { parseTable } from '../../src/harness/own/csv.ts';
import { prepareTable } from '../../src/harness/own/table.ts';
import type { RunRecord } from '../../src/harness/page/notebook/run-store.ts';
import type { Remote } from '../../src/harness/page/remote.ts';
import { hasDataOf, loadedText, otherDataText } from '../../src/harness/page/train/same-data.ts';
import { type OwnSet, openJob } from '../../src/harness/tasks/job.ts';
import { settingsOf } from '../../src/harness/tasks/settings.ts';
import { hashOf, learnsFrom } from '../../src/harness/worker/job-hash.ts';

/** A table of two inputs. */
function tableOf(power: number): OwnSet {
  const lines = Array.from({ length: 20 }, (_, i) => `${i},${(i * 7) % 5},${i ** power}`);
  const read = readColumns(parseTable(['a,b,y', ...lines].join('\n')));
  const choice = { target: 2, learn: 'number', from: [0, 1], missing: 'leave-out' } as const;
  return { data: 'table', table: prepareTable('num', read, choice) };
}

const QUERY = 'model=2&layers=2,16,1&loss=mse&batch-size=4&data=own';

async function runOn(own: OwnSet, query = QUERY): Promise<RunRecord> {
  const options = new URLSearchParams(QUERY);
  const sha256 = await hashOf(await openJob(options, settingsOf(options), () => {}, { own }));
  const dataset = { type: 'dataset', name: 'num', train: 16, test: 4, synthetic: false, sha256 };
  return { id: 3, title: '2–16–1', query, dataset } as unknown as RunRecord;
}

/** A page whose worker has these data. */
const remoteOf = (own: OwnSet | undefined) =>
  ({
    call: (method: string, [query, sha256]: [string, string]) => {
      assert.is(method, 'learnsFrom');
      return learnsFrom(query, sha256, own ? { own } : {});
    },
  }) as unknown as Remote;

test('a run’s settings are repeated on its own data alone', async () => {
  const run = await runOn(tableOf(1));
  assert.ok(await hasDataOf(run, remoteOf(tableOf(1))), 'the same numbers, given again');
  const other = remoteOf(tableOf(3));
  assert.not.ok(await hasDataOf(run, other));
  const several = { ...run, query: `${QUERY}&seeds=1,2&lr=0.1,0.01` };
  assert.ok(await hasDataOf(several, remoteOf(tableOf(1))));
  assert.not.ok(await hasDataOf(several, other));
  // Those of the page are always there.
  const builtIn = { ...run, query: 'model=2&data=built-in' };
  assert.ok(await hasDataOf(builtIn, other));
});

test('what is said names the data to give', async () => {
  const run = await runOn(tableOf(1));
  const data = /other data than there are now: num, 16 to train, 4 to test, SHA-256/;
  assert.match(otherDataText(run), data);
  assert.match(loadedText(run, false), 'It learned from num, 16 to train, 4 to test, SHA-256');
  assert.is(loadedText(run, true), 'The settings are those of 2–16–1 #3.');
});

test.run();
