import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { parseSafetensors, type WritableTensor } from '../../src/data/safetensors.ts';
import { writeSafetensors } from '../../src/data/safetensors-write.ts';
import { DataError, OptionError } from '../../src/errors.ts';
import type { TaskEvent } from '../../src/harness/protocol.ts';
import { LastingEngine } from '../../src/harness/tasks/lasting-engine.ts';
import { runTrial, type TrialEnd } from '../../src/harness/tasks/run-trial.ts';
import { TrialDatasets } from '../../src/harness/tasks/trial-data.ts';
import type { TrialKeeper } from '../../src/harness/tasks/trial-keeper.ts';
import { agree } from '../../src/trial/agree.ts';
import type { TrialEpoch, TrialResult } from '../../src/trial/result.ts';
import type { TrialSpec } from '../../src/trial/spec.ts';
import { PACKAGE_VERSION } from '../../src/version.ts';
import { rejects, sharesCreated } from '../gpu/helpers.ts';

sharesCreated(test);

const datasets = new TrialDatasets(new URLSearchParams());

const BLANK: TrialSpec = {
  format: 'gradweave-trial-1',
  engine: PACKAGE_VERSION,
  model: '2',
  data: { kind: 'built-in', sha256: '0'.repeat(64) },
  options: {
    ...{ layers: [784, 8, 10], dropout: 0.2, 'batch-size': 20, 'train-limit': 300 },
    ...{ family: 'portable', plan: 'plain' },
  },
  seed: 5,
  epochs: 3,
};

const specOf = async (more: Partial<TrialSpec> = {}): Promise<TrialSpec> => {
  const spec = { ...BLANK, ...more };
  return { ...spec, data: { ...spec.data, sha256: await datasets.hash(spec) } };
};

const KEEPER: TrialKeeper = { load: async () => undefined, save: async () => {} };

const emitted: TaskEvent[] = [];
let lasting: LastingEngine;
test.before(async () => {
  lasting = await LastingEngine.open(() => {});
});
test.after(() => lasting.destroy());

const run = (spec: TrialSpec, keeper: Partial<TrialKeeper> = {}): Promise<TrialEnd> =>
  runTrial(lasting, spec, datasets, { ...KEEPER, ...keeper }, (event) => emitted.push(event));

const resultOf = (end: TrialEnd): TrialResult => {
  if (end.ended === 'stopped') throw new Error('the trial was stopped');
  return end.result;
};

/** Stops a trial once it has done an epoch, and gives its checkpoint. */
async function stopped(spec: TrialSpec, load?: Uint8Array): Promise<Uint8Array> {
  const stop = new AbortController();
  let kept = new Uint8Array();
  const end = await run(spec, {
    load: async () => load,
    save: async (bytes) => {
      kept = new Uint8Array(bytes);
    },
    onEpoch: () => {
      stop.abort();
      return 'on';
    },
    signal: stop.signal,
  });
  assert.is(end.ended, 'stopped');
  return kept;
}

test('a trial ends in the same bits again, and after stops with checkpoints', async () => {
  const spec = await specOf();
  const epochs: TrialEpoch[] = [];
  const saved: number[] = [];
  const whole = resultOf(
    await run(spec, {
      everySeconds: 0,
      onEpoch: (epoch) => {
        epochs.push(epoch);
        return 'on';
      },
      onCheckpoint: ({ step }) => saved.push(step),
    }),
  );
  assert.is(whole.history.length, 3);
  assert.equal(epochs, whole.history);
  assert.ok(saved.length > 0, 'checkpoints beside the training');
  assert.is(whole.resumed, 0);
  assert.match(whole.place.runtime, /^Chrome \d+$/);
  assert.is(whole.place.family, 'portable');

  const first = await stopped(spec);
  const second = await stopped(spec, first);
  const rest = resultOf(await run(spec, { load: async () => second }));
  assert.is(rest.digest, whole.digest);
  assert.is(agree(whole, rest), true);
  assert.is(rest.resumed, 2);
  const numbers = ({ history }: TrialResult) =>
    history.map(({ epoch, train, test }) => ({ epoch, train, test }));
  assert.equal(numbers(rest), numbers(whole));

  const other = resultOf(await run({ ...spec, seed: 6 }));
  assert.is.not(other.digest, whole.digest);
  assert.is.not(other.id, whole.id);
});

test('a checkpoint of another trial, a damaged one and no checkpoint at all are refused', async () => {
  const spec = await specOf();
  const bytes = await stopped(spec);
  const resume = (given: TrialSpec, file: Uint8Array) => run(given, { load: async () => file });
  await rejects(resume({ ...spec, seed: 6 }, bytes), DataError, 'is of the trial');
  await rejects(resume(spec, bytes.subarray(0, -1)), DataError, 'is damaged');
  await rejects(resume(spec, new Uint8Array()), DataError, 'is damaged');
  const flipped = bytes.slice();
  flipped[flipped.length - 400] ^= 1;
  await rejects(resume(spec, flipped), DataError, 'its checksum is wrong');
  const { tensors } = parseSafetensors(bytes);
  const bare = writeSafetensors(tensors as ReadonlyMap<string, WritableTensor>, {});
  await rejects(resume(spec, bare), DataError, 'is no checkpoint of a trial');
});

test('a checkpoint of another kind of adapter is not used', async () => {
  const spec = await specOf();
  const bytes = await stopped(spec);
  const { navigator } = globalThis;
  const starts: number[] = [];
  // Another version of the browser.
  const userAgent = navigator.userAgent.replace(/Chrome\/\d+/, 'Chrome/1');
  Object.defineProperty(globalThis, 'navigator', {
    value: new Proxy(navigator, {
      get: (target, key) => {
        const value = key === 'userAgent' ? userAgent : Reflect.get(target, key);
        return typeof value === 'function' ? value.bind(target) : value;
      },
    }),
    configurable: true,
  });
  try {
    emitted.length = 0;
    const onStart: TrialKeeper['onStart'] = ({ step }) => starts.push(step);
    const end = await run(spec, { load: async () => bytes, onStart });
    assert.is(resultOf(end).resumed, 0);
  } finally {
    Object.defineProperty(globalThis, 'navigator', { value: navigator, configurable: true });
  }
  assert.equal(starts, [0]);
  assert.ok(emitted.some((event) => event.type === 'note' && /another kind/.test(event.text)));
});

test('a pruned trial and one that diverges end with a result', async () => {
  const spec = await specOf();
  const pruned = await run(spec, { onEpoch: ({ epoch }) => (epoch === 2 ? 'stop' : 'on') });
  assert.is(pruned.ended, 'pruned');
  assert.is(resultOf(pruned).history.length, 2);
  const last = await run(spec, { onEpoch: ({ epoch }) => (epoch === 3 ? 'stop' : 'on') });
  assert.is(last.ended, 'done', 'there is nothing to prune');

  const { options } = spec;
  const wild = { ...spec, options: { ...options, optimizer: 'sgd', lr: 1e6 } };
  const saves: number[] = [];
  const keeper: Partial<TrialKeeper> = {
    everySeconds: Infinity,
    last: true,
    onCheckpoint: ({ step }) => saves.push(step),
  };
  const end = await run(wild, keeper);
  assert.is(end.ended, 'done');
  assert.equal(resultOf(end).test, { loss: null, accuracy: null });
  assert.equal(saves, [], 'nobody could resume from numbers that are not finite');
  assert.is(resultOf(await run(wild)).digest, resultOf(end).digest);
});

test('a trial of other data, another version or unknown options is refused before it trains', async () => {
  const spec = await specOf();
  const [hash, other] = [spec.data.sha256, 'f'.repeat(64)];
  await rejects(run({ ...spec, data: { ...spec.data, sha256: other } }), DataError, other);
  await rejects(run({ ...spec, data: { ...spec.data, sha256: other } }), DataError, hash);
  await rejects(run({ ...spec, engine: '99.0.0' }), OptionError, 'npx gradweave@99.0.0');
  await rejects(run({ ...spec, model: '4' }), OptionError, 'model=4');
  await rejects(run({ ...spec, model: 'transformer' }), OptionError, 'layers');
  const text: TrialSpec = { ...spec, options: {}, data: { ...spec.data, kind: 'text' } };
  await rejects(run(text), OptionError, "learns from 'files' or 'built-in'");
});

test('a checkpoint that cannot be stored ends the trial with that error', async () => {
  const keeper: Partial<TrialKeeper> = {
    everySeconds: 0,
    save: () => Promise.reject(new DataError('the disk is full')),
  };
  await rejects(run(await specOf(), keeper), DataError, 'the disk is full');
});

test.run();
