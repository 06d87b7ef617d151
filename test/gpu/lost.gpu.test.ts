import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { DeviceLostError } from '../../src/errors.ts';
import { Engine } from '../../src/gpu/engine.ts';
import { checkpointOf } from '../../src/train/checkpoint.ts';
import { type FitOptions, Trainer } from '../../src/train/trainer.ts';
import { thoroughly } from '../run/thorough.ts';
import { small } from '../train/helpers.ts';
import { losable, lose as loseDevice } from './faults.ts';
import { rejects } from './helpers.ts';

/** Loses the device while `work` goes on with a trainer; the page fails on rejections left behind. */
async function lose(work: (trainer: Trainer, lose: () => void) => Promise<unknown>): Promise<void> {
  const engine = await Engine.create({ family: 'portable', quick: true, gpu: losable });
  const trainer = await Trainer.create(engine, small({ batchSize: 4 }));
  const done = work(trainer, () => loseDevice(engine.device));
  await rejects(done, DeviceLostError, 'the GPU device was lost', 'Make a new engine');
  assert.throws(() => engine.assertAlive(), 'the GPU device was lost');
  // All that is left can still be called.
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

  test(`a device lost from within progress, ${what}, rejects fit with DeviceLostError`, () =>
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
  predict: (trainer) => trainer.predict(small().dataset.test),
  parameters: (trainer) => trainer.parameters(),
  checkpointOf: (trainer) => checkpointOf(trainer),
  inference: (trainer) => trainer.inference({ batch: 4 }),
};

for (const when of thoroughly(['before', 'during'] as const, (one) => one === 'during')) {
  test(`a device lost ${when} whatever needs it rejects that with DeviceLostError`, async () => {
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

/** Chrome rejects waits in these words as soon as its GPU process is gone, and tells of the loss later. */
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
  test(`a wait that a lost device rejects before it says that it is lost is a DeviceLostError: ${name}`, () =>
    lose(async (trainer) => {
      rejectFirst(trainer.engine.device);
      await use(trainer);
      // What needs no answer of the device is done before.
      if (name === 'inference') await trainer.steps(1);
    }));
}

test.run();
