import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { readColumns } from '../../src/harness/own/columns.ts';
import { parseTable } from '../../src/harness/own/csv.ts';
import { prepareTable } from '../../src/harness/own/table.ts';
import type { RunRecord } from '../../src/harness/page/notebook/run-store.ts';
import type { Remote } from '../../src/harness/page/remote.ts';
import { Repeat } from '../../src/harness/page/train/repeat.ts';
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
    ({ name, size: [side, side, channels], train: 16, test: 4 }) as const;
  const grey = ofImages('model=2&data=own');
  const rgb32 = ofImages('model=2&data=own&side=32', 3);
  assert.is(otherMaking(grey, now(28, 1)), undefined);
  assert.is(otherMaking(rgb32, now(32, 3)), undefined);
  assert.is(otherMaking(grey, now(32, 1, 'others.zip (own data)')), undefined);
  assert.is(otherMaking(grey, undefined), undefined);
  assert.is(otherMaking(run, { name: 'num', train: 16, test: 4 }), undefined, 'a table');
  // A file of the same name with other images.
  assert.is(otherMaking(grey, { ...now(32, 1), train: 17 }), undefined);
  assert.is(otherMaking(grey, { ...now(32, 1), test: 5 }), undefined);
  const limited = ofImages('model=2&data=own&train-limit=16');
  assert.ok(otherMaking(limited, { ...now(32, 1), train: 900 }));
  const other = otherMaking(rgb32, now(28, 1));
  assert.equal(other, { was: { side: 32, colour: true }, now: { side: 28, colour: false } });
  assert.ok(otherMaking(grey, now(32, 1)) && otherMaking(grey, now(28, 3)));
  assert.is(
    other && otherMakingText(rgb32, other),
    '2–16–1 #3 learned from hues.zip (own data), made 32 × 32 in colour; now the images are 28 × 28 in grey.',
  );
});

test('images that turn out to be others leave the form as it was', async () => {
  const run = { ...(await runOn(tableOf(1))), query: `${QUERY}&side=32` } as RunRecord;
  const dataset = { ...run.dataset, name: 'hues.zip (own data)' } as RunRecord['dataset'];
  const loads: string[] = [];
  const shown: string[] = [];
  let act = (): void => {};
  const form = { query: 'model=2&data=own&side=28', load: (query: string) => loads.push(query) };
  form.load = (query: string) => {
    form.query = query;
    return loads.push(query);
  };
  const images = { name: 'hues.zip (own data)', size: [28, 28, 1], train: 16, test: 4 };
  let refused = (): void => {};
  const end = new Promise<void>((resolve) => {
    refused = resolve;
  });
  const alert = {
    show: (error: Error) => {
      shown.push(error.message);
      if (shown.length === 2) refused();
    },
    hide() {},
    offer: (_: unknown, offered: () => void) => {
      act = offered;
    },
  };
  const parts = {
    ...{
      remote: remoteOf(tableOf(3)),
      alert,
      form,
      own: async () => ({ images, async settled() {} }),
    },
    ...{ runs: () => [run], busy: () => false, group() {}, start: () => assert.unreachable() },
  };
  const repeat = new Repeat(parts as unknown as ConstructorParameters<typeof Repeat>[0]);
  await repeat.repeat({ ...run, dataset });
  assert.match(shown[0], /now the images are 28 × 28/);
  act();
  await end;
  assert.match(shown[1], /other data than there are now/);
  assert.equal(loads, [run.query, 'model=2&data=own&side=28']);
});

test('what is said names the data to give', async () => {
  const run = await runOn(tableOf(1));
  const data = /other data than there are now: num, 16 to train, 4 to test, SHA-256/;
  assert.match(otherDataText(run), data);
  assert.match(loadedText(run, false), 'It learned from num, 16 to train, 4 to test, SHA-256');
  assert.is(loadedText(run, true), 'The settings are those of 2–16–1 #3.');
});

test.run();
