import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { AdapterError, DeviceLostError } from '../../src/errors.ts';
import type { Engine } from '../../src/gpu/engine.ts';
import { LabDevice } from '../../src/harness/worker/lab-device.ts';

/** An engine without a GPU: it can be lost. */
class Stub {
  isLost = false;
  isDestroyed = false;
  readonly adapter = {};
  readonly device = { lost: new Promise<void>(() => {}) };

  assertAlive(): void {
    if (this.isLost) throw new DeviceLostError('it was taken away');
  }

  destroy(): void {
    this.isDestroyed = true;
  }
}

/** @param state of the run */
function openDevice(state: 'none' | 'training' | 'paused') {
  const left: string[] = [];
  const stubs: Stub[] = [];
  const device = new LabDevice({
    emit: () => {},
    isTraining: () => state === 'training',
    isBusy: () => state !== 'none',
    left: (isBusy) => left.push(isBusy ? 'views' : 'all'),
  });
  const request = async (): Promise<Engine> => {
    const stub = new Stub();
    stubs.push(stub);
    return stub as unknown as Engine;
  };
  return { device, left, stubs, request };
}

test('a view that opens a device while a paused run has lost its own leaves the run, which then goes on with that device', async () => {
  for (const state of ['paused', 'training'] as const) {
    const { device, left, stubs, request } = openDevice(state);
    await device.open(request);
    stubs[0].isLost = true;
    const opened = await device.open(request);
    assert.equal(left, ['views'], 'the run is not ended');
    assert.is(await device.renew(request), opened);
    assert.equal(
      stubs.map(({ isDestroyed }) => isDestroyed),
      [true, false],
      'what the view has stays',
    );
  }
});

test('without a run, all that was on a lost device ends', async () => {
  const { device, left, stubs, request } = openDevice('none');
  await device.open(request);
  stubs[0].isLost = true;
  await device.open(request);
  await device.open(request);
  assert.equal([left, stubs.length], [['all'], 2]);
});

test('two that ask at once have one device, and a run tries longer than the view that asked before it', async () => {
  const { device, stubs, request } = openDevice('paused');
  const all = await Promise.all([device.open(request), device.open(request)]);
  assert.is(all[0], all[1]);
  assert.is(stubs.length, 1);
  stubs[0].isLost = true;
  const none = device.open(async () => {
    throw new AdapterError('no adapter');
  });
  const renewed = device.renew(request);
  assert.instance(await none.catch((error: Error) => error), AdapterError);
  assert.is(await renewed, stubs[1] as unknown as Engine);
});

test.run();
