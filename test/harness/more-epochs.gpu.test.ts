import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { parseSafetensors } from '../../src/data/safetensors.ts';
import { DataError, DeviceLostError, OptionError } from '../../src/errors.ts';
import { Lab } from '../../src/harness/worker/lab.ts';
import type { LabEvent } from '../../src/harness/worker/lab-event.ts';
import { ANEW } from '../../src/harness/worker/more-notes.ts';
import { rejects, sharesCreated } from '../gpu/helpers.ts';
import { inLongRun } from '../run/thorough.ts';

sharesCreated(test);

const QUERY =
  'model=2&layers=784,6,10&batch-size=20&train-limit=120&data=built-in&family=portable&plan=plain&warm-steps=0';

function openLab() {
  const events: LabEvent[] = [];
  const lab = new Lab((event) => events.push(event));
  const epochs = (): number[] =>
    events.flatMap((event) => (event.type === 'epoch' ? [event.record.epoch] : []));
  return { lab, events, epochs };
}

const bitsOf = (bytes: Uint8Array) =>
  [...parseSafetensors(bytes).tensors].map(([name, { data }]) => [name, [...data]]);

const WISH = { key: 'a', kept: undefined, weights: undefined, sha256: undefined };

test('more epochs are the bits of one run of all of them', async () => {
  const { lab, epochs } = openLab();
  const whole = await lab.train(`${QUERY}&epochs=5`, undefined, 'whole');
  const wanted = bitsOf((await lab.weights()).bytes);
  const first = await lab.train(`${QUERY}&epochs=2`, undefined, 'a');
  const { history } = first;
  const more = await lab.more({ ...WISH, query: `${QUERY}&epochs=2`, epochs: 3, history });
  assert.equal(bitsOf((await lab.weights()).bytes), wanted);
  assert.equal(
    more.history.map(({ train }) => train.loss),
    whole.history.map(({ train }) => train.loss),
  );
  assert.equal(epochs().slice(-3), [3, 4, 5]);
  const { key, step } = await lab.weights();
  assert.equal([key, step], ['a', 30]);
  lab.engine?.destroy();
});

inLongRun(test)('a schedule with an end begins again over the epochs that are added', async () => {
  const { lab, epochs } = openLab();
  const query = `${QUERY}&epochs=2&schedule=cosine`;
  const { history } = await lab.train(query, undefined, 'a');
  const before = bitsOf((await lab.weights()).bytes);
  const { history: all } = await lab.more({ ...WISH, query, epochs: 2, history });
  assert.is(all.length, 4);
  assert.equal(epochs(), [1, 2, 3, 4], 'none is trained twice');
  assert.equal(
    all.slice(0, 2).map(({ train }) => train.loss),
    history.map(({ train }) => train.loss),
  );
  assert.not.equal(bitsOf((await lab.weights()).bytes), before, 'its rate is not 0 any more');
  lab.engine?.destroy();
});

test('a run that the worker has no more goes on from its stored weights, and says so', async () => {
  const { lab, events, epochs } = openLab();
  const query = `${QUERY}&epochs=2`;
  const { history } = await lab.train(query, undefined, 'a');
  const { bytes } = await lab.weights();
  await lab.train(`${QUERY}&epochs=1&seed=9`, undefined, 'b');
  const stored = { ...WISH, query, epochs: 2, history, weights: bytes };
  await rejects(lab.more({ ...stored, sha256: '0' }), DataError, 'other data');
  const { history: all } = await lab.more(stored);
  assert.is(all.length, 4);
  assert.ok(events.some((event) => event.type === 'note' && event.text === ANEW));
  assert.equal(epochs().slice(-2), [3, 4]);
  assert.is((await lab.weights()).step, 24, 'as if it had been one run');
  // Weights of the epoch before the last one, as of a tab that ended between two copies.
  const older = await lab.more({ ...stored, key: 'd', step: 6 });
  assert.equal([older.history.length, epochs().at(-1)], [3, 3]);
  assert.ok(events.some((event) => event.type === 'cut' && event.epochs === 1));
  await rejects(
    lab.more({ ...stored, key: 'c', weights: undefined }),
    DataError,
    'no stored weights',
  );
  lab.engine?.destroy();
});

inLongRun(test)(
  'weights of a copy after a lost GPU count the epochs before, and are not the best ones any more',
  async () => {
    const { lab } = openLab();
    const query = `${QUERY}&keep=best`;
    const { history } = await lab.train(`${query}&epochs=3`, undefined, 'a');
    const { bytes } = await lab.weights();
    lab.engine?.destroy();
    // A worker that has the run no more, and devices whose end is a loss.
    const other = openLab();
    const { requestDevice } = GPUAdapter.prototype;
    const { requestAdapter } = GPU.prototype;
    GPUAdapter.prototype.requestDevice = async function (...given) {
      const device = await requestDevice.apply(this, given);
      const lost = device.lost.then(() => ({ reason: 'unknown', message: 'it was taken away' }));
      return Object.defineProperty(device, 'lost', { value: lost });
    };
    try {
      const wish = { ...WISH, query, epochs: 4000, history, weights: bytes, kept: 2 };
      const going = other.lab.more(wish);
      while (!other.epochs().includes(5)) await new Promise((go) => setTimeout(go, 20));
      assert.is((await other.lab.weights()).kept, undefined);
      GPU.prototype.requestAdapter = async () => null;
      other.lab.engine?.device.destroy();
      await rejects(going, DeviceLostError, 'lost');
      const left = await other.lab.weights();
      assert.is(left.kept, undefined);
      assert.ok(left.step >= 18, `step ${left.step} is after the 3 epochs of 6 steps that it had`);
      Object.assign(GPU.prototype, { requestAdapter });
      const again = { ...wish, epochs: 1, weights: left.bytes, kept: undefined };
      const { history: all } = await other.lab.more(again);
      assert.is(all.length, 4, 'it goes on from the copy when there is a GPU again');
      other.lab.engine?.destroy();
    } finally {
      Object.assign(GPU.prototype, { requestAdapter });
      Object.assign(GPUAdapter.prototype, { requestDevice });
    }
  },
);

test('the search for a learning rate touches neither the run nor its weights, and waits for none', async () => {
  const { lab, events } = openLab();
  const query = `${QUERY}&epochs=1`;
  const { history } = await lab.train(query, undefined, 'a');
  const before = bitsOf((await lab.weights()).bytes);
  const count = events.length;
  const { steps, rate } = await lab.findRate(`${query}&optimizer=adam`);
  assert.ok(steps.length > 100, `${steps.length} steps`);
  assert.ok(rate !== null && rate > 1e-5 && rate < 1, `${rate}`);
  assert.ok(steps[50].loss > 0 && steps[50].rate > steps[49].rate);
  assert.equal(bitsOf((await lab.weights()).bytes), before);
  assert.not.ok(
    events
      .slice(count)
      .some(({ type }) => ['dataset', 'epoch', 'progress', 'state'].includes(type)),
    'nothing of it is told of the run',
  );
  // The run goes on with its own state.
  await lab.more({ ...WISH, query, epochs: 1, history });
  const more = bitsOf((await lab.weights()).bytes);
  await lab.train(`${QUERY}&epochs=2`);
  assert.equal(bitsOf((await lab.weights()).bytes), more);
  const running = lab.train(`${QUERY}&epochs=400`);
  await rejects(lab.findRate(query), OptionError, 'in progress');
  lab.stop();
  await running;
  lab.engine?.destroy();
});

test.run();
