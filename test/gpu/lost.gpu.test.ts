import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { DeviceLostError } from '../../src/errors.ts';
import { Engine } from '../../src/gpu/engine.ts';
import { checkpointOf } from '../../src/train/checkpoint.ts';
import { type FitOptions, Trainer } from '../../src/train/trainer.ts';
import { thoroughly } from '../run/thorough.ts';
import { single } from '../train/helpers.ts';
import { losable, lose as loseDevice } from './faults.ts';
import { rejects } from './helpers.ts';

/** Loses the device while `work` uses a trainer. The page fails on unhandled rejections. */
async function lose(work: (trainer: Trainer, lose: () => void) => Promise<unknown>): Promise<void> {
  const engine = await Engine.create({ family: 'portable', quick: true, gpu: losable });
  const trainer = await Trainer.create(engine, single({ batchSize: 4 }));
  const done = work(trainer, () => loseDevice(engine.device));
  await rejects(done, DeviceLostError, 'the GPU device was lost', 'Make a new engine');
  assert.throws(() => engine.assertAlive(), 'the GPU device was lost');
  // These calls still work.
  trainer.destroy();
  assert.is(engine.buffers.liveCount, 0);
  engine.destroy();
}

const WAYS: readonly (readonly [string, Omit<FitOptions, 'epochs'>])[] = [
  ['steps submitted one by one', { chunk: 1 }],
  ['an epoch a submit', { chunk: 10_000 }],
  ['chunks that fit themselves', {}],
];

for (const [what, options] of thoroughly(WAYS, ([what]) => what.includes('fit'))) {
  test(`a device lost during training, ${what}, rejects fit with DeviceLostError`, () =>
    lose((trainer, destroy) => {
      setTimeout(destroy, 30);
      return trainer.fit({ epochs: 1000, ...options });
    }));

  test(`a device lost in the progress callback, ${what}, rejects fit with DeviceLostError`, () =>
    lose((trainer, destroy) => {
      let chunks = 0;
      const onProgress = () => {
        if (++chunks === 3) destroy();
      };
      return trainer.fit({ epochs: 1000, ...options, onProgress });
    }));
}

const USES: Readonly<Record<string, (trainer: Trainer) => Promise<unknown>>> = {
  fit: (trainer) => trainer.fit({ epochs: 1 }),
  steps: (trainer) => trainer.steps(1),
  evaluate: (trainer) => trainer.evaluate(),
  predict: (trainer) => trainer.predict(single().dataset.test),
  parameters: (trainer) => trainer.parameters(),
  checkpointOf: (trainer) => checkpointOf(trainer),
  inference: (trainer) => trainer.inference({ batch: 4 }),
};

for (const when of thoroughly(['before', 'during'] as const, (one) => one === 'during')) {
  test(`a device lost ${when} a call rejects the call with DeviceLostError`, async () => {
    for (const [name, use] of Object.entries(USES)) {
      await lose(async (trainer, destroy) => {
        await trainer.steps(1);
        if (when === 'before') destroy();
        const done = use(trainer);
        if (when === 'during') destroy();
        await done;
        throw new Error(`${name} was done all the same`);
      });
    }
  });
}

/** Chrome rejects pending promises with this message when its GPU process crashes, and reports the loss later. */
function rejectFirst(device: GPUDevice): void {
  const gone = (): Promise<never> =>
    Promise.reject(
      new DOMException('A valid external Instance reference no longer exists.', 'OperationError'),
    );
  Object.defineProperty(device.queue, 'onSubmittedWorkDone', { value: gone });
  const createBuffer = device.createBuffer.bind(device);
  Object.defineProperty(device, 'createBuffer', {
    value: (descriptor: GPUBufferDescriptor) =>
      Object.defineProperty(createBuffer(descriptor), 'mapAsync', { value: gone }),
  });
  setTimeout(() => loseDevice(device), 50);
}

const profile = (trainer: Trainer): Promise<unknown> =>
  trainer.engine.timestamps ? trainer.profile(1) : trainer.steps(1);

for (const [name, use] of Object.entries({ ...USES, profile })) {
  test(`a promise that rejects before the device reports its loss rejects with DeviceLostError: ${name}`, () =>
    lose(async (trainer) => {
      rejectFirst(trainer.engine.device);
      await use(trainer);
      // Work that needs no answer of the device is already done.
      if (name === 'inference') await trainer.steps(1);
    }));
}

test.run();
