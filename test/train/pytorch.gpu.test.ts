import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { WritableTensor } from '../../src/data/safetensors.ts';
import { writeSafetensors } from '../../src/data/safetensors-write.ts';
import { Inference } from '../../src/infer/inference.ts';
import { relativeError } from '../../src/parity/distance.ts';
import { runParity } from '../../src/parity/run.ts';
import { parseTrace } from '../../src/parity/trace.ts';
import { checkpointOf, restore } from '../../src/train/checkpoint.ts';
import type { Trainer } from '../../src/train/trainer.ts';
import { readWeights, weightsOf } from '../../src/train/weights.ts';
import { type HandTensor, readByHand, writeByHand } from '../data/by-hand.ts';
import { withSharedEngine } from '../gpu/helpers.ts';
import {
  floatsFound,
  found,
  integersFound,
  SQUARE_IMAGES,
  squareOptions,
  squareWeights,
} from '../pytorch/square.ts';
import { withTrainer } from './helpers.ts';

/** Two float32 programs that sum in another order: see BOUNDS in src/parity/run.ts. */
const CLOSE = 1e-5;

/** Square and not, in PyTorch's order. */
const NAMES = ['1.weight', '1.bias', '3.weight', '3.bias', '5.weight', '5.bias'];
/** What a checkpoint calls them, and what PyTorch does. */
const STATE = [
  ['', ''],
  ['optimizer.moment1.', 'exp_avg.'],
  ['optimizer.moment2.', 'exp_avg_sq.'],
] as const;
const STOP = 3;
const STEPS = 6;

/** Compares with what PyTorch found. */
function near(got: ArrayLike<number>, name: string, wanted = floatsFound(name)): void {
  assert.is(got.length, wanted.length, name);
  const error = relativeError(got, wanted);
  assert.ok(error <= CLOSE, `${name} is off by ${error}`);
}

/** Takes steps, whose losses have to be PyTorch's. */
async function nearSteps(trainer: Trainer, first: number, last: number): Promise<void> {
  near(await trainer.steps(last - first), 'losses', floatsFound('losses').subarray(first, last));
}

const floatsOf = ({ bytes }: HandTensor): Float32Array => new Float32Array(bytes.buffer);

async function nearParameters(trainer: Trainer, when: string): Promise<void> {
  for (const [name, { shape, data }] of await trainer.parameters()) {
    assert.equal(shape, found(`${when}.${name}`).shape);
    near(data, `${when}.${name}`);
  }
}

test('square weights of PyTorch’s are read and written byte for byte, and give its outputs', () =>
  withSharedEngine(async (engine) => {
    const bytes = squareWeights();
    const file = readByHand(bytes);
    assert.equal([...file.tensors.keys()].sort(), [...NAMES].sort());
    const { test: images } = SQUARE_IMAGES;
    const pixels = Float32Array.from(images.images, (byte) => byte / 255);
    const { model } = squareOptions();
    const weights = readWeights(bytes, model);
    await withTrainer(engine, squareOptions(), async (trainer) => {
      trainer.load(weights);
      near(await trainer.predict(images), 'init.outputs');
      const { loss, accuracy } = await trainer.evaluate();
      near([loss], 'init.test_loss');
      assert.is(accuracy, integersFound('init.hits')[0] / images.count);
      // What is written is PyTorch's file, tensor by tensor.
      const written = readByHand(await weightsOf(trainer));
      assert.equal(written.metadata, file.metadata);
      assert.equal(new Map([...written.tensors].sort()), new Map([...file.tensors].sort()));
      const shared = await trainer.inference({ batch: 9 });
      near(await shared.predict(pixels), 'init.outputs');
      shared.destroy();
    });
    const inference = await Inference.create(engine, { model, batch: 3, weights });
    near(await inference.predict(pixels), 'init.outputs');
    inference.destroy();
  }));

for (const data of ['resident', 'streamed'] as const) {
  test(`PyTorch’s steps through square layers are repeated, checkpoints included (${data})`, () =>
    withSharedEngine((engine) =>
      withTrainer(engine, { ...squareOptions(), data }, async (trainer) => {
        trainer.load(readWeights(squareWeights(), squareOptions().model));
        await nearSteps(trainer, 0, STOP);
        const { tensors } = readByHand(await checkpointOf(trainer));
        for (const [ours, theirs] of STATE) {
          for (const name of NAMES) {
            const tensor = tensors.get(ours + name);
            if (!tensor) throw new Error(`the checkpoint has no ${ours}${name}`);
            assert.equal(tensor.shape, found(`stop.${theirs}${name}`).shape);
            near(floatsOf(tensor), `stop.${theirs}${name}`);
          }
        }
        await nearSteps(trainer, STOP, STEPS);
        await nearParameters(trainer, 'end');
        near(await trainer.predict(SQUARE_IMAGES.test), 'end.outputs');
        near([(await trainer.evaluate()).loss], 'end.test_loss');
      }),
    ));
}

test('a run goes on from the state that PyTorch was in', () =>
  withSharedEngine((engine) =>
    withTrainer(engine, squareOptions(), async (trainer) => {
      await trainer.steps(STOP);
      // All that is not PyTorch's: the step, the settings, what the epoch has summed up to.
      const { metadata, tensors } = readByHand(await checkpointOf(trainer));
      const state = STATE.flatMap(([ours, theirs]) =>
        NAMES.map((name) => [ours + name, found(`stop.${theirs}${name}`)] as const),
      );
      restore(trainer, writeByHand({ metadata, tensors: new Map([...tensors, ...state]) }));
      await nearParameters(trainer, 'stop');
      await nearSteps(trainer, STOP, STEPS);
      await nearParameters(trainer, 'end');
    }),
  ));

test('a trace of square layers is repeated within the bounds', () =>
  withSharedEngine(async (engine) => {
    const tensors = new Map<string, WritableTensor>([
      ['indices', { shape: [STEPS, 9], data: integersFound('indices') }],
    ]);
    const file = readByHand(squareWeights());
    for (const [i, name] of NAMES.entries()) {
      const { shape } = found(`end.${name}`);
      const key = `${Math.floor(i / 2)}.${name.slice(2)}`;
      const initial = file.tensors.get(name);
      if (!initial) throw new Error(name);
      tensors.set(`init.${key}`, { shape, data: floatsOf(initial) });
      tensors.set(`grad0.${key}`, { shape, data: floatsFound(`grad.${name}`) });
      tensors.set(`final.${key}`, { shape, data: floatsFound(`end.${name}`) });
    }
    const json = {
      config: {
        name: 'squares',
        layers: [9, 9, 9, 3],
        act: 'tanh',
        loss: 'cross_entropy',
        optimizer: { type: 'adam', lr: 0.01, betas: [0.8, 0.95] },
        batch: 9,
        steps: STEPS,
      },
      loss: [...floatsFound('losses')],
      test_loss: floatsFound('end.test_loss')[0],
      test_accuracy: integersFound('end.hits')[0] / SQUARE_IMAGES.test.count,
    };
    const trace = parseTrace('squares', JSON.stringify(json), writeSafetensors(tensors));
    for (const plan of ['plain', 'fused'] as const) {
      const result = await runParity(engine, trace, SQUARE_IMAGES, plan);
      assert.ok(result.ok, JSON.stringify(result));
      assert.ok(result.distances.final.ours <= CLOSE, JSON.stringify(result));
    }
  }));

test.run();
