import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { AdapterError, DataError, DeviceLostError } from '../../src/errors.ts';
import type { Engine } from '../../src/gpu/engine.ts';
import { beginAgain } from '../../src/harness/worker/begin-again.ts';
import type { Snapshot } from '../../src/train/snapshot.ts';

const engineOf = (number: number) => ({ number }) as unknown as Engine;

/** Begins a run that throws these, one on each device, and then ends. */
async function begun(errors: readonly Error[], { epochs = 0, devices = 9 } = {}) {
  const seen: Engine[] = [];
  let asked = 0;
  const renew = async (): Promise<Engine> => {
    if (++asked > devices) throw new AdapterError('no adapter');
    return engineOf(asked);
  };
  const work = async (engine: Engine): Promise<string> => {
    const error = errors[seen.length];
    seen.push(engine);
    if (error) throw error;
    return 'trained';
  };
  const end = await beginAgain(engineOf(0), work, { renew, isBegun: () => epochs > 0 }).catch(
    (error: Error) => error,
  );
  return { end, seen: seen.map((engine) => (engine as unknown as { number: number }).number) };
}

const lost = new DeviceLostError('it was taken away');

test('a run whose device is lost before anything is trained begins again on another one', async () => {
  assert.equal(await begun([]), { end: 'trained', seen: [0] });
  assert.equal(await begun([lost, lost]), { end: 'trained', seen: [0, 1, 2] });
  const { end, seen } = await begun([lost, lost, lost, lost, lost]);
  assert.is(end, lost, 'not for ever');
  assert.equal(seen, [0, 1, 2, 3]);
});

test('a run that has a copy or an epoch does not begin again, nor one that ended by another error', async () => {
  const kept = new DeviceLostError('it was taken away', { step: 5 } as unknown as Snapshot);
  assert.equal(await begun([kept]), { end: kept, seen: [0] });
  assert.equal(await begun([lost], { epochs: 1 }), { end: lost, seen: [0] });
  const wrong = new DataError('a label is not a class');
  assert.equal(await begun([wrong]), { end: wrong, seen: [0] });
});

test('if there is no other device to begin on, the error says so', async () => {
  const { end } = await begun([lost], { devices: 0 });
  assert.instance(end, DeviceLostError);
  assert.is((end as Error).message, 'it was taken away. There is no other device: no adapter');
});

test.run();
