import * as assert from 'uvu/assert';
import { DeviceLostError } from '../../src/errors.ts';
import { Engine } from '../../src/gpu/engine.ts';
import { type FitOptions, Trainer, type TrainerOptions } from '../../src/train/trainer.ts';
import { losable, lose as loseDevice } from '../gpu/faults.ts';
import { anotherEngine, reportOf } from '../gpu/helpers.ts';
import { assertSame, fitted, type Outcome, outcomeOf } from './helpers.ts';

const newEngine = (): Promise<Engine> =>
  Engine.create({ family: 'portable', quick: true, gpu: losable });

/**
 * Engines of one test: all are destroyed in its end, and must then be empty.
 *
 * @param work gets `make`, an engine on a device of its own that can be lost, and `spare`, one on the device that the tests
 *   of a page share, where nothing has to be compiled anew
 */
export async function withEngines(
  work: (make: () => Promise<Engine>, spare: () => Promise<Engine>) => Promise<void>,
): Promise<void> {
  const engines: Engine[] = [];
  const listed = (open: () => Promise<Engine>) => async (): Promise<Engine> => {
    const engine = await open();
    engines.push(engine);
    return engine;
  };
  try {
    await work(listed(newEngine), listed(anotherEngine));
    for (const engine of engines) assert.equal(reportOf(engine.buffers), []);
  } finally {
    for (const engine of engines) engine.destroy();
  }
}

/** 22 steps an epoch. */
export const FIT = { epochs: 3, chunk: 4 } as const satisfies FitOptions;

const wholes = new Map<string, Promise<Outcome>>();

/** The run that nothing happens to. */
export function whole(name: string, options: TrainerOptions): Promise<Outcome> {
  const known = wholes.get(name) ?? anotherEngine().then((engine) => fitted(engine, options, FIT));
  wholes.set(name, known);
  return known;
}

/** Trains where `upset` loses devices, and checks that the run is the one that nothing happened to. */
export async function survive(
  name: string,
  options: TrainerOptions,
  upset: (trainer: Trainer, lose: () => void) => Partial<FitOptions>,
  renewals: number,
): Promise<void> {
  const expected = await whole(name, options);
  await withEngines(async (make, spare) => {
    const trainer = await Trainer.create(await make(), options);
    const told: number[] = [];
    let renewed = 0;
    const lose = (): void => loseDevice(trainer.engine.device);
    const upsetting = upset(trainer, lose);
    await trainer.fit({
      ...FIT,
      ...upsetting,
      renew: (error) => {
        assert.instance(error, DeviceLostError);
        // The last one is lost no more.
        return ++renewed < renewals ? make() : spare();
      },
      onEpoch: (record) => {
        told.push(record.epoch);
        upsetting.onEpoch?.(record);
      },
    });
    assert.is(renewed, renewals);
    assertSame(await outcomeOf(trainer), expected);
    assert.equal(told, [1, 2, 3], 'every epoch is told once');
    trainer.destroy();
  });
}

/** Does something when so many steps are submitted, once. */
export function atStep(trainer: Trainer, step: number, act: () => void): Partial<FitOptions> {
  let done = false;
  return {
    onProgress: () => {
      if (done || trainer.step < step) return;
      done = true;
      act();
    },
  };
}
