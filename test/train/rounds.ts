import * as assert from 'uvu/assert';
import { GradweaveError } from '../../src/errors.ts';
import type { Engine } from '../../src/gpu/engine.ts';
import { sgd } from '../../src/nn/optimizers.ts';
import { checkpointOf } from '../../src/train/checkpoint.ts';
import { Trainer, type TrainerOptions } from '../../src/train/trainer.ts';
import { failAt } from '../gpu/faults.ts';
import { reportOf } from '../gpu/helpers.ts';
import { bitsOf, small, smallGarments } from './helpers.ts';

/** Numbers from 0 to below 1, the same each time (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** What a fault has to do with. */
interface Victim {
  readonly engine: Engine;
  readonly trainer: Trainer;
  /** Waits for so many tasks at most, at random. */
  readonly pause: (tasks: number) => Promise<void>;
  /** Steps of the bystander that go on meanwhile. */
  readonly beside: Promise<unknown>;
  /** Buffers that the trainer was given. */
  readonly given: readonly GPUBuffer[];
}

const oops = new Error('thrown on purpose');

/** Things that go wrong, or come at the wrong moment, in the life of a trainer. */
const FAULTS: Readonly<Record<string, (victim: Victim) => Promise<unknown>>> = {
  nothing: ({ trainer }) => trainer.fit({ epochs: 1 }),
  'destroyed while it trains': async ({ trainer, pause }) => {
    const fit = trainer.fit({ epochs: 50, chunk: 2, keep: 0 });
    await Promise.race([fit, pause(20)]);
    trainer.destroy();
    return fit;
  },
  'destroyed while it is evaluated and read': async ({ trainer, pause }) => {
    const all = [trainer.evaluate('train'), trainer.parameters(), checkpointOf(trainer)];
    await pause(3);
    trainer.destroy();
    return Promise.any(all.map((one) => one.then(() => Promise.reject(oops))));
  },
  'destroyed from a callback': ({ trainer }) =>
    trainer.fit({ epochs: 5, chunk: 2, onProgress: () => trainer.destroy() }),
  'its inference destroyed while it predicts': async ({ trainer, pause }) => {
    const inference = await trainer.inference({ batch: 2 });
    const values = inference.predict(new Float32Array(784 * 20));
    await pause(3);
    inference.destroy();
    return values;
  },
  'a callback that rejects': ({ trainer }) =>
    trainer.fit({ epochs: 2, onEpoch: () => Promise.reject(oops) }),
  aborted: async ({ trainer, pause }) => {
    const controller = new AbortController();
    const fit = trainer.fit({ epochs: 50, chunk: 2, signal: controller.signal });
    await Promise.race([fit, pause(20)]);
    controller.abort(oops);
    return fit;
  },
  'two fits at once': ({ trainer }) =>
    Promise.all([trainer.fit({ epochs: 1 }), trainer.fit({ epochs: 1 })]),
  'no memory for a buffer': async ({ engine, trainer, beside }) => {
    // The device cannot tell whose buffer it is.
    await beside;
    const injected = failAt(engine.device, 'buffer', 1);
    try {
      return await trainer.fit({ epochs: 1, watch: true, keep: false });
    } finally {
      injected.undo();
    }
  },
  'weights that are no numbers': async ({ trainer }) => {
    trainer.store.write('7.bias', new Float32Array(10).fill(Number.NaN));
    return trainer.fit({ epochs: 1, watch: true });
  },
  'wrong calls': async ({ trainer }) => {
    trainer.load(new Map([['no such weight', new Float32Array(1)]]));
  },
  'buffers of its data destroyed': async ({ trainer, given, pause }) => {
    const fit = trainer.fit({ epochs: 2, chunk: 1 });
    await pause(10);
    for (const buffer of given) buffer.destroy();
    return fit;
  },
  'destroyed twice, and asked for more': async ({ trainer }) => {
    trainer.destroy();
    trainer.destroy();
    return trainer.fit({ epochs: 1 });
  },
};

/** The ways in which a victim gets its data. */
const DATA: readonly ((engine: Engine) => [TrainerOptions, readonly GPUBuffer[]])[] = [
  () => [small({ batchSize: 50 }), []],
  () => [small({ batchSize: 50, data: 'streamed', streamBytes: 60_000 }), []],
  ({ device }) => {
    const { STORAGE } = GPUBufferUsage;
    const inputs = device.createBuffer({ size: 4 * 64 * 784, usage: STORAGE });
    const targets = device.createBuffer({ size: 4 * 64 * 10, usage: STORAGE });
    const dataset = { train: { count: 64, inputs, targets } };
    const { model, seed = 0 } = small();
    const optimizer = sgd({ learningRate: 0.01 });
    return [{ model, seed, optimizer, loss: 'mse', batchSize: 16, dataset }, [inputs, targets]];
  },
];

/** What many rounds of faults have come to. */
export interface Rounds {
  /** Rounds by fault: how many of them ended in an error. */
  readonly errors: Readonly<Record<string, readonly [rounds: number, errors: number]>>;
}

/**
 * Rounds of create, train, destroy, with a fault at random in each. After each the memory must be what it
 * was before; in the end a trainer that went on beside them must have the bits of one that was alone, and
 * WebGPU must have reported nothing.
 */
export async function runRounds(engine: Engine, rounds: number, seed: number): Promise<Rounds> {
  const random = randomFrom(seed);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)];
  const pause = async (tasks: number): Promise<void> => {
    const count = Math.floor(random() * (tasks + 1));
    for (let i = 0; i < count; i++) await new Promise((resolve) => setTimeout(resolve, 1));
  };
  const reported: string[] = [];
  engine.device.addEventListener('uncapturederror', (event) => {
    event.preventDefault();
    reported.push(event.error.message);
  });
  const bystander = await Trainer.create(engine, small());
  const before = reportOf(engine.buffers);
  const errors: Record<string, [number, number]> = {};
  for (let round = 0; round < rounds; round++) {
    const [name, fault] = pick(Object.entries(FAULTS));
    const [options, given] = pick(DATA)(engine);
    const trainer = await Trainer.create(engine, options);
    const beside = bystander.steps(2);
    const error: unknown = await fault({ engine, trainer, pause, given, beside }).then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    await beside;
    await trainer[Symbol.asyncDispose]();
    for (const buffer of given) buffer.destroy();
    const what = `round ${round}, ${name}: ${error}`;
    const expected =
      error === undefined ||
      error === oops ||
      error instanceof GradweaveError ||
      error instanceof AggregateError;
    assert.ok(expected, what);
    assert.equal(reportOf(engine.buffers), before, what);
    assert.equal(reported, [], what);
    const [all, failed] = errors[name] ?? [0, 0];
    errors[name] = [all + 1, failed + Number(error !== undefined)];
  }
  const alone = await Trainer.create(engine, small());
  await alone.steps(bystander.step);
  assert.ok(smallGarments().train.count > 0 && bystander.step === 2 * rounds);
  assert.equal(await bitsOf(bystander), await bitsOf(alone), 'the bystander');
  bystander.destroy();
  alone.destroy();
  return { errors };
}
