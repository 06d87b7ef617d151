import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { readColumns } from '../../src/harness/own/columns.ts';
import { parseTable } from '../../src/harness/own/csv.ts';
import { prepareTable } from '../../src/harness/own/table.ts';
import type { RunRecord } from '../../src/harness/page/notebook/run-store.ts';
import type { Remote } from '../../src/harness/page/remote.ts';
import {
  hasDataOf,
  loadedText,
  otherDataText,
  otherMaking,
  otherMakingText,
} from '../../src/harness/page/train/same-data.ts';
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

test('images of the same files in another size or colour are known as such', async () => {
  const run = await runOn(tableOf(1));
  const ofImages = (query: string, channels?: number): RunRecord =>
    ({
      ...run,
      query,
      dataset: { ...run.dataset, name: 'hues.zip (own data)', ...(channels ? { channels } : {}) },
    }) as unknown as RunRecord;
  const now = (side: number, channels: number, name = 'hues.zip (own data)') =>
    ({ name, size: [side, side, channels] }) as const;
  const grey = ofImages('model=2&data=own');
  const rgb32 = ofImages('model=2&data=own&side=32', 3);
  assert.is(otherMaking(grey, now(28, 1)), undefined);
  assert.is(otherMaking(rgb32, now(32, 3)), undefined);
  assert.is(otherMaking(grey, now(32, 1, 'others.zip (own data)')), undefined);
  assert.is(otherMaking(grey, undefined), undefined);
  assert.is(otherMaking(run, { name: 'num' }), undefined, 'a table');
  const other = otherMaking(rgb32, now(28, 1));
  assert.equal(other, { was: { side: 32, colour: true }, now: { side: 28, colour: false } });
  assert.ok(otherMaking(grey, now(32, 1)) && otherMaking(grey, now(28, 3)));
  assert.is(
    other && otherMakingText(rgb32, other),
    '2–16–1 #3 learned from hues.zip (own data), made 32 × 32 in colour; now the images are 28 × 28 in grey.',
  );
});

test('what is said names the data to give', async () => {
  const run = await runOn(tableOf(1));
  const data = /other data than there are now: num, 16 to train, 4 to test, SHA-256/;
  assert.match(otherDataText(run), data);
  assert.match(loadedText(run, false), 'It learned from num, 16 to train, 4 to test, SHA-256');
  assert.is(loadedText(run, true), 'The settings are those of 2–16–1 #3.');
});

test.run();
