import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Ensemble } from '../../src/ensemble/ensemble.ts';
import { AdapterError, DataError, DeviceLostError } from '../../src/errors.ts';
import type { Engine } from '../../src/gpu/engine.ts';
import { LastingEnsemble } from '../../src/harness/tasks/lasting-ensemble.ts';

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

test.run();
