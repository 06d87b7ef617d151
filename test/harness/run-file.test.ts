import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { runJson } from '../../src/harness/page/notebook/run-export.ts';
import { runFromJson } from '../../src/harness/page/notebook/run-file.ts';

const epoch = (at: number, accuracy: number, seconds = 1) => ({
  ...{ epoch: at, seconds, train: { loss: 1, accuracy } },
});
const long = 'x'.repeat(20_000);
const network = { run: 0, seed: 0, history: [] };

test('files that are no runs are refused by what is wrong with them', () => {
  const run = {
    kind: 'gradweave run',
    title: 'A',
    query: 'model=2',
    loss: 'mse',
    begun: '2026-01-02T03:04:05Z',
  };
  for (const [text, why] of [
    ['{', /is not JSON/],
    ['[]', /is not a run/],
    [JSON.stringify({ ...run, title: 3, history: [] }), /no text as its title/],
    [JSON.stringify(run), /history that is not a list/],
    [JSON.stringify({ ...run, history: [{ epoch: 1 }] }), /history that is not a list/],
    [JSON.stringify({ ...run, history: [], networks: [{}] }), /networks that are not/],
    [
      JSON.stringify({ ...run, history: [], networks: [network, { ...network, seed: 7 }] }),
      /^x\.json has two networks of the same place, run 0: those of the seeds 0 and 7\./,
    ],
    [
      JSON.stringify({ ...run, history: [epoch(1, 0.5), epoch(1, 0.5)] }),
      /history that is not a list/,
    ],
    [JSON.stringify({ ...run, begun: 'now', history: [] }), /no date as its begun/],
    [JSON.stringify({ ...run, query: 'a'.repeat(4_001), history: [] }), /query of 4001 char/],
    [JSON.stringify({ ...run, history: [epoch(1, -5)] }), /history that is not a list/],
    [JSON.stringify({ ...run, history: [epoch(1, 0.5, -1)] }), /history that is not a list/],
    [
      JSON.stringify({ ...run, history: [], networks: Array(200_000).fill(network) }),
      /^x\.json has networks that are not a list of at most 4096/,
    ],
  ] as const) {
    assert.throws(() => runFromJson(text, 'x.json'), why);
  }
  // What only decorates a run is left out if it is not as this page writes it.
  const odd = { adapter: {}, dataset: { name: 3, sha256: 7 }, live: [{ loss: 1, accuracy: 1 }] };
  const bare = runFromJson(JSON.stringify({ ...run, history: [], ...odd }), 'x.json');
  assert.equal([bare.adapter, bare.dataset, bare.live], [null, null, []]);
  // Means and spreads come from the networks, whatever the file says of them.
  const networks = [0.5, 0.7].map((accuracy, i) => {
    const metrics = { loss: 1 + i, accuracy };
    return { run: i, seed: i, history: [{ epoch: 1, seconds: 1, train: metrics, test: metrics }] };
  });
  const told = { ...run, history: [], networks, together: 2, spreads: [{ epoch: 1, loss: {} }] };
  const kept = networks.map((one, i) => ({ ...one, kept: [1, 9999][i], odd: long }));
  const read = runFromJson(JSON.stringify({ ...told, kept: 9999, networks: kept }), 'x.json');
  assert.is(read.kept, undefined);
  assert.equal(
    read.networks.map((one) => one.kept),
    [1, undefined],
    'an epoch that there is',
  );
  assert.not.ok(JSON.stringify(read).includes('xxx'));
  const { spreads, history: means } = runFromJson(JSON.stringify(told), 'x.json');
  assert.is(spreads[0].loss.mean, 1.5);
  assert.is(means[0].test?.accuracy, 0.6);
  const history = [{ epoch: 1, seconds: 1, train: { loss: null, accuracy: null } }];
  const diverged = runFromJson(JSON.stringify({ ...run, history }), 'x.json');
  assert.ok(Number.isNaN(diverged.history[0].train.loss), 'JSON has no NaN');
});

test('a file’s texts and numbers are kept within what the page can show', () => {
  const file = {
    ...{ kind: 'gradweave run', title: long, name: long, query: 'model=2', loss: long },
    ...{ begun: '2026-01-02T03:04:05Z', history: [epoch(1, 0.5), epoch(2, 0.6, 3)], state: 'done' },
    ...{ epochs: 1e308, seconds: -1, together: 0, kept: 2, more: [{ epochs: 1, anew: true }] },
    adapter: { vendor: long, architecture: '', device: '', description: long, software: true },
    dataset: {
      ...{
        type: 'dataset',
        name: long,
        synthetic: false,
        sha256: long,
        train: 1,
        test: 1,
        odd: long,
      },
      ...{ of: 'rows', channels: 1, number: { name: long, mean: 1, deviation: 2, odd: long } },
    },
    live: Array.from({ length: 300_000 }, (_, i) => ({ epoch: i / 1e5, loss: 1, accuracy: null })),
  };
  const run = runFromJson(JSON.stringify(file), 'x.json');
  assert.equal([run.title.length, run.name?.length, run.loss.length], [80, 80, 80]);
  const { adapter, dataset } = run;
  assert.ok(JSON.stringify(adapter).length < 1000);
  assert.equal(Object.keys(dataset ?? {}).length, 9);
  assert.equal(Object.keys(dataset?.number ?? {}), ['name', 'mean', 'deviation']);
  assert.ok(JSON.stringify(dataset).length < 500);
  assert.equal([run.epochs, run.seconds, run.together], [2, 4, 1]);
  assert.equal([run.kept, run.more], [2, file.more]);
  assert.ok(run.live.length <= 600, `${run.live.length} points`);
  // What the page itself saves comes back as it was.
  const again = runFromJson(runJson({ ...run, id: 1, key: '' }), 'x.json');
  assert.equal({ ...again, pinned: false }, run);
  const odd = { ...file, kept: 0.5, more: [{ epochs: -1, anew: true }] };
  const bare = runFromJson(JSON.stringify(odd), 'x.json');
  assert.equal([bare.kept, bare.more], [undefined, undefined]);
  const other = { ...odd, dataset: { ...file.dataset, of: long } };
  assert.is(runFromJson(JSON.stringify(other), 'x.json').dataset, null);
});

test.run();
