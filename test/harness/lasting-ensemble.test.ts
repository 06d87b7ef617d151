import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Ensemble } from '../../src/ensemble/ensemble.ts';
import { AdapterError, DataError, DeviceLostError, MemoryError } from '../../src/errors.ts';
import type { Engine } from '../../src/gpu/engine.ts';
import { Gate } from '../../src/harness/gate.ts';
import type { Job } from '../../src/harness/tasks/job.ts';
import { LastingEnsemble, pauseAfter } from '../../src/harness/tasks/lasting-ensemble.ts';
import type { Copies } from '../../src/harness/tasks/many-copies.ts';
import type { Settings } from '../../src/harness/tasks/settings.ts';
import type { LabEvent } from '../../src/harness/worker/lab-event.ts';
import { leftOf } from '../../src/harness/worker/many-left.ts';
import { ManyTraining } from '../../src/harness/worker/many-training.ts';
import type { EpochRecord } from '../../src/train/history.ts';
import type { Snapshot } from '../../src/train/snapshot.ts';

/** Networks without a GPU, of one number each: they can be copied, and be lost. */
class Stub {
  step = 0;
  readonly members: readonly object[];
  readonly session = { store: { kinds: ['parameters'] } };

  /** @param size elements of each network's parameter */
  constructor(size: number) {
    const options = { model: { parameters: [{ shape: [size] }] } };
    this.members = [0, 1].map((run) => ({ run, state: 'training', options }));
  }

  async snapshot(): Promise<{ readonly step: number }> {
    return { step: this.step };
  }

  resume([{ step }]: readonly { readonly step: number }[]): void {
    this.step = step;
  }

  destroy(): void {}

  async [Symbol.asyncDispose](): Promise<void> {}
}

const adapter = { vendor: 'none' };

/** Engines that keep nothing but their number. */
const engineOf = (number: number) =>
  ({ number, adapter, tunings: { add: () => {} } }) as unknown as Engine;

async function open(renew?: (asked: number) => Promise<Engine>, size = 1) {
  const stubs: Stub[] = [];
  let asked = 0;
  const lasting = await LastingEnsemble.create(engineOf(0), {
    make: async () => {
      const stub = new Stub(size);
      stubs.push(stub);
      return stub as unknown as Ensemble;
    },
    ...(renew ? { renew: () => renew(++asked) } : {}),
  });
  return { lasting, stubs, asked: () => asked };
}

const rejection = (promise: Promise<unknown>): Promise<Error> =>
  promise.then(
    () => new Error('nothing went wrong'),
    (error: Error) => error,
  );

const lost = async (): Promise<never> => {
  throw new DeviceLostError('it was taken away');
};

const another = async (asked: number): Promise<Engine> => engineOf(asked);

test('an error that is no loss of the device ends the networks, and no other device is asked for', async () => {
  const { lasting, asked } = await open(another);
  const error = await rejection(
    lasting.during(async () => {
      throw new DataError('a label is not a class');
    }),
  );
  assert.instance(error, DataError);
  assert.is(asked(), 0);
  assert.instance(await rejection((await open()).lasting.during(lost)), DeviceLostError);
});

test('three losses without a copy between them end the networks, and a copy counts anew', async () => {
  const { lasting, stubs, asked } = await open(another);
  const error = await rejection(lasting.during(lost));
  assert.instance(error, DeviceLostError);
  assert.is(asked(), 3);
  assert.is(stubs.length, 4);
  const others = await open(another);
  const seen: number[] = [];
  await others.lasting.during(async (given) => {
    const stub = given as unknown as Stub;
    seen.push(stub.step);
    stub.step += 10;
    await others.lasting.keep();
    if (seen.length < 8) await lost();
  });
  assert.equal(seen, [0, 10, 20, 30, 40, 50, 60, 70], 'each goes on from the last copy');
});

test('without memory for a copy the one before stays; what else is wrong with it is said', async () => {
  const { lasting, stubs } = await open(another);
  await lasting.keep();
  const { copies } = lasting;
  stubs[0].snapshot = () => Promise.reject(new MemoryError('no memory'));
  await lasting.keep();
  assert.is(lasting.copies, copies);
  stubs[0].snapshot = () => Promise.reject(new TypeError('a fault of ours'));
  assert.instance(await rejection(lasting.keep()), TypeError);
});

test('networks are copied each 10 s at least, also if a busy machine takes long for one copy', () => {
  assert.equal([0, 5, 40].map(pauseAfter), [1000, 1000, 4000], 'at most 1% of the time');
  assert.equal([100, 350, 1000].map(pauseAfter), [10_000, 10_000, 10_000]);
  assert.equal([2000, 3000].map(pauseAfter), [20_000, 30_000], 'at most 10% of the time');
});

test('if there is no other device, the error says so', async () => {
  const { lasting, asked } = await open(async () => {
    throw new AdapterError('no adapter');
  });
  const error = await rejection(lasting.during(lost));
  assert.instance(error, DeviceLostError);
  assert.match(error.message, /taken away\. There is no other device: no adapter/);
  assert.is(asked(), 1);
});

test('a device that is lost while the networks are made is replaced, too', async () => {
  const made: Engine[] = [];
  const lasting = await LastingEnsemble.create(engineOf(0), {
    make: async (engine) => {
      made.push(engine);
      if (made.length < 3) await lost();
      return new Stub(1) as unknown as Ensemble;
    },
    renew: () => another(made.length),
  });
  assert.is(made.length, 3);
  const freed = await lasting.release(async (engine) => {
    if (engine === made[2]) await lost();
    return (engine as unknown as { number: number }).number;
  });
  assert.is(freed, 3);
  assert.is(made.length, 3, 'they are not made for what comes after them');
});

test('networks of more than a GiB begin again while they are trained, and are not copied', async () => {
  const { lasting, asked } = await open(another, 2 ** 27 + 1);
  const seen: number[] = [];
  await lasting.during(async (given) => {
    const stub = given as unknown as Stub;
    seen.push(stub.step);
    stub.step = 10;
    await lasting.keep();
    if (seen.length < 2) await lost();
  });
  assert.equal([seen, lasting.copies, lasting.untilDue], [[0, 0], undefined, Infinity]);
  await lasting.settle();
  assert.instance(await rejection(lasting.during(lost)), DeviceLostError);
  assert.is(asked(), 1, 'what they had in the end cannot be had again');
});

test('networks whose device is lost for good leave what they go on from: their last copies, and the epochs up to them', async () => {
  const { lasting } = await open(async (asked) => {
    if (asked === 2) throw new AdapterError('no adapter');
    return engineOf(asked);
  });
  const error = await rejection(
    lasting.during(async (given) => {
      const stub = given as unknown as Stub;
      stub.step = 20;
      await lasting.keep();
      stub.step = 28;
      await lost();
    }),
  );
  assert.match(error.message, 'no other device');
  assert.equal(
    lasting.copies?.networks.map(({ step }) => step),
    [20, 20],
  );
});

const epochOf = (epoch: number, loss: number): EpochRecord => {
  const metrics = { loss, accuracy: null };
  return { epoch, train: metrics, test: metrics, seconds: 1 };
};

/** Copies after so many epochs of 8 steps, by test losses of each. */
const copiesOf = (
  stopped: readonly number[],
  ...losses: readonly (readonly number[])[]
): Copies => ({
  networks: losses.map((own) => {
    const history = own.map((loss, i) => epochOf(i + 1, loss));
    return { step: 8 * own.length, history } as unknown as Snapshot;
  }),
  stopped: new Set(stopped),
});

const BEGUN = { job: {} as Job, settings: [] };
const means = [1, 2, 3].map((epoch) => epochOf(epoch, 1));

test('of networks that were lost, those that had not ended can go on, from the epochs of their copies', () => {
  assert.is(leftOf(undefined, BEGUN, means), undefined);
  const copies = copiesOf([2], [3, 2], [3, 1], [0.5], [NaN]);
  const left = leftOf(copies, BEGUN, means);
  assert.equal(left?.state.history, means.slice(0, 2));
  assert.is(left?.state.copies, copies);
  assert.equal([left?.best, left?.copy], [2, copies.networks[2]]);
  const { early, kept, going } = left?.state.ends ?? {};
  assert.equal([early, kept, going], [new Set([2]), new Map(), new Set([0, 1])]);
});

test('networks that were lost before a copy of the added epochs are as they were before these', () => {
  const ends = { early: new Set([1]), kept: new Map([[1, 1]]), going: new Set([0]) };
  const copies = copiesOf([1], [3, 2, 2], [1, 3]);
  const before = { ...BEGUN, copies, history: means, ends };
  assert.equal(leftOf(undefined, { ...BEGUN, before }, means), {
    ...{ state: before, best: 1, copy: undefined },
  });
  // The best epoch's weights of one that goes on are gone.
  const both = { ...before, ends: { ...ends, kept: new Map([...ends.kept, [0, 2]]) } };
  const later = leftOf(copiesOf([1], [3, 2, 2, 2], [1, 3]), { ...BEGUN, before: both }, means);
  assert.equal(later?.state.ends, ends);
});

test('training that fails leaves networks that can be given more epochs, and says which epochs are lost', async () => {
  const events: LabEvent[] = [];
  let begun = 0;
  const many = new ManyTraining(
    {
      emit: (event) => events.push(event),
      renew: () => another(0),
      ...{ onReady: () => {}, onPause: () => {}, onWeights: () => {} },
    },
    async (_, wish) => {
      begun++;
      const left = leftOf(begun === 1 ? copiesOf([], [2], [1]) : undefined, wish, means);
      if (left) await wish.onLeft({ ...left, copy: undefined });
      return lost();
    },
  );
  const settings = { epochs: 3, schedule: { name: 'constant' } } as Settings;
  const wish = { job: { settings } as Job, settings: [settings, settings], gate: new Gate() };
  const train = (given: Parameters<ManyTraining['train']>[1]) =>
    rejection(many.train(() => another(0), given, 'a'));
  assert.instance(await train(wish), DeviceLostError);
  const ends = { early: new Set(), kept: new Map(), going: new Set([0, 1]) };
  assert.equal(events, [{ type: 'left', best: 1, ends }]);
  for (const asked of ['once', 'and again, as no epoch was trained']) {
    events.length = 0;
    const more = many.take({ key: 'a', epochs: 2, history: means });
    assert.equal(events, [{ type: 'cut', epochs: 1 }], asked);
    assert.is(more.job.settings.epochs, 3);
    await train({ ...more, gate: new Gate() });
    assert.is(events.at(-1)?.type, 'left', asked);
  }
});

test.run();
