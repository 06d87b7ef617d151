import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { parseSafetensors } from '../../src/data/safetensors.ts';
import { AdapterError, DataError, DeviceLostError } from '../../src/errors.ts';
import { Engine } from '../../src/gpu/engine.ts';
import { Lab } from '../../src/harness/worker/lab.ts';
import type { LabEvent, LeftEvent } from '../../src/harness/worker/lab-event.ts';
import type { LabOutcome } from '../../src/harness/worker/lab-outcome.ts';
import { losable, lose } from '../gpu/faults.ts';
import { rejects, sharesCreated } from '../gpu/helpers.ts';
import { inLongRun } from '../run/thorough.ts';

const { create } = Engine;
sharesCreated(test);

const QUERY =
  'model=2&layers=784,6,10&batch-size=20&train-limit=120&data=built-in&family=portable&plan=plain&seeds=1..3';

const WISH = {
  ...{ key: 'a', query: '', history: [], several: true },
  ...{ kept: undefined, weights: undefined, sha256: undefined },
};

function openLab() {
  const events: LabEvent[] = [];
  const lab = new Lab((event) => events.push(event));
  /** What each network's epochs were, by run. */
  const networks = (): unknown[][] => {
    const all: unknown[][] = [[], [], []];
    for (const event of events) {
      if (event.type !== 'networks') continue;
      for (const [run, { epoch, train, test: tested }] of event.records) {
        all[run].push([epoch, train, tested]);
      }
    }
    return all;
  };
  return { lab, networks, events };
}

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

const bitsOf = (bytes: Uint8Array) =>
  [...parseSafetensors(bytes).tensors].map(([name, { data }]) => [name, [...data]]);

const losses = ({ history }: LabOutcome) =>
  history.map(({ train, test: tested }) => [train.loss, tested?.loss]);

test('more epochs of several networks are the bits of one run of all of them, also on another device', async () => {
  const whole = openLab();
  const all = await whole.lab.train(`${QUERY}&epochs=4`, undefined, 'whole');
  const wanted = bitsOf((await whole.lab.weights()).bytes);
  whole.lab.engine?.destroy();
  const { lab, networks } = openLab();
  const first = await lab.train(`${QUERY}&epochs=2`, undefined, 'a');
  assert.equal([...(first.ends?.going ?? [])], [0, 1, 2]);
  await rejects(lab.more({ ...WISH, key: 'b', epochs: 2 }), DataError, 'state of these networks');
  lab.engine?.destroy();
  const more = await lab.more({ ...WISH, epochs: 2 });
  assert.equal(losses(more), losses(all));
  assert.equal(networks(), whole.networks());
  assert.is(more.best, all.best);
  assert.equal(bitsOf((await lab.weights()).bytes), wanted);
  const { key, step } = await lab.weights();
  assert.equal([key, step], ['a', 24]);
  // Another run takes their place.
  await lab.train(`${QUERY.replace('seeds=1..3', 'seed=1')}&epochs=1`);
  await rejects(lab.more({ ...WISH, epochs: 2 }), DataError, 'start them again');
  lab.engine?.destroy();
});

inLongRun(test)(
  'networks whose device is lost for good keep their last copies, and go on from them to the same bits',
  async () => {
    const query = `${QUERY.replace('train-limit=120', 'train-limit=1000')}&epochs=`;
    const whole = openLab();
    const all = await whole.lab.train(`${query}12`, undefined, 'whole');
    const wanted = bitsOf((await whole.lab.weights()).bytes);
    whole.lab.engine?.destroy();
    let hasGpu = true;
    const shared = Engine.create;
    Engine.create = async () => {
      if (!hasGpu) throw new AdapterError('no adapter');
      return create.call(Engine, { family: 'portable', quick: true, gpu: losable });
    };
    try {
      const { lab, events } = openLab();
      const training = rejects(
        lab.train(`${query}4000`, undefined, 'a'),
        DeviceLostError,
        'no other device',
      );
      // By then they were copied, at the earliest after a second.
      while (events.filter(({ type }) => type === 'epoch').length < 3) await wait(100);
      await wait(1500);
      hasGpu = false;
      if (lab.engine) lose(lab.engine.device);
      await training;
      const [left] = events.filter(({ type }) => type === 'left') as LeftEvent[];
      assert.equal([...left.ends.going], [0, 1, 2]);
      const { key, step } = await lab.weights();
      assert.is(key, 'a');
      assert.ok(step > 0);
      const told = events.flatMap((event) => (event.type === 'epoch' ? [event.record] : []));
      const wish = { ...WISH, history: told };
      await rejects(lab.more({ ...wish, epochs: 1 }), AdapterError, '');
      assert.is((await lab.weights()).step, step);
      hasGpu = true;
      const done = Math.floor(step / 50);
      const rest = Math.max(1, 12 - done);
      const more = await lab.more({ ...wish, epochs: rest });
      assert.is(more.history.length, done + rest);
      const cut = events.filter(({ type }) => type === 'cut') as { epochs: number }[];
      assert.equal(
        cut.map(({ epochs }) => epochs),
        done < told.length ? [done, done] : [],
      );
      if (done < 12) {
        assert.equal(losses(more), losses(all));
        assert.equal(bitsOf((await lab.weights()).bytes), wanted);
      } else assert.equal(losses(more).slice(0, 12), losses(all));
      lab.engine?.destroy();
    } finally {
      Engine.create = shared;
    }
  },
);

inLongRun(test)('networks that ended early stay as they are when the others go on', async () => {
  const { lab, networks } = openLab();
  const query = `${QUERY}&optimizer=sgd&lr=6&momentum=0.9&dropout=0&patience=2&keep=best`;
  let epochs = 3;
  let made = await lab.train(`${query}&epochs=${epochs}`, undefined, 'a');
  let { early = new Set(), going = new Set() } = made.ends ?? {};
  while (early.size === 0) {
    made = await lab.more({ ...WISH, epochs: 1 });
    epochs++;
    ({ early = new Set(), going = new Set() } = made.ends ?? {});
  }
  assert.equal([...early, ...going].sort(), [0, 1, 2]);
  const before = networks().map(({ length }) => length);
  const kept = new Map(made.ends?.kept);
  const more = await lab.more({ ...WISH, epochs: 1 });
  for (const run of [0, 1, 2]) {
    assert.is(networks()[run].length, before[run] + (going.has(run) ? 1 : 0));
    if (early.has(run)) assert.is(more.ends?.kept.get(run), kept.get(run));
  }
  assert.is(more.history.length, epochs + 1);
  lab.engine?.destroy();
});

test.run();
