import type { ImageDataset } from '../data/dataset.ts';
import { FASHION_MNIST_DEVIATION, FASHION_MNIST_MEAN } from '../data/fashion-mnist.ts';
import type { PlanKind } from '../fusion/index.ts';
import type { Engine } from '../gpu/engine.ts';
import type { KernelFamily } from '../gpu/family.ts';
import type { LossKind } from '../nn/losses.ts';
import { mlp } from '../nn/mlp.ts';
import { adam, sgd } from '../nn/optimizers.ts';
import { Trainer } from '../train/trainer.ts';
import type { Contender } from './stopwatch.ts';

/** A training step of the paper's network, to be timed. */
export interface StepContender extends Contender {
  readonly trainer: Trainer;
  /** Milliseconds from the call to the end of the first step: planning, compiling, upload, step. */
  readonly firstStep: number;
}

/** Floating point operations of a step of the network 784–128–64–10, without the optimizer's. */
export const STEP_FLOP_PER_SAMPLE = 454_400;

export const BATCH = 100;

/** Which of our ways to train. */
export interface StepVariant {
  readonly plan: PlanKind;
  readonly family: KernelFamily;
  readonly loss: LossKind;
  readonly optimizer: 'sgd' | 'adam';
}

/** Makes a trainer, and runs its first step. */
export async function stepContender(
  engine: Engine,
  dataset: ImageDataset,
  { plan, family, loss, optimizer }: StepVariant,
): Promise<StepContender> {
  const start = performance.now();
  const trainer = await Trainer.create(engine, {
    model: mlp([28, 28], [784, 128, 64, 10], { dropout: 0.2 }),
    dataset,
    loss,
    optimizer: optimizer === 'adam' ? adam() : sgd({ learningRate: 0.1 }),
    batchSize: BATCH,
    normalize: [FASHION_MNIST_MEAN, FASHION_MNIST_DEVIATION],
    plan,
    family,
    seed: 1,
  });
  await trainer.steps(1);
  const firstStep = performance.now() - start;
  return {
    name: `${plan} ${family}, ${optimizer}, ${loss}`,
    trainer,
    firstStep,
    encode: (encoder, count) => trainer.session.encode(encoder, count),
  };
}

/**
 * Microseconds of JavaScript that recording a step takes, with a pass that does nothing.
 */
export function encodeCost({ trainer }: StepContender): number {
  const nothing = (): void => {};
  const pass = {
    setPipeline: nothing,
    setBindGroup: nothing,
    dispatchWorkgroups: nothing,
    end: nothing,
  };
  // Only these four are called; a whole encoder is not worth faking.
  const encoder = { beginComputePass: () => pass } as unknown as GPUCommandEncoder;
  const steps = 2000;
  trainer.session.encode(encoder, steps);
  const start = performance.now();
  trainer.session.encode(encoder, steps);
  return ((performance.now() - start) * 1000) / steps;
}
