import type { ImageDataset } from '../data/dataset.ts';
import { FASHION_MNIST_DEVIATION, FASHION_MNIST_MEAN } from '../data/fashion-mnist.ts';
import type { PlanKind } from '../fusion/index.ts';
import type { Engine } from '../gpu/engine.ts';
import type { KernelFamily } from '../gpu/family.ts';
import { mlp } from '../nn/mlp.ts';
import { adam, sgd } from '../nn/optimizers.ts';
import type { WarmStart } from '../train/session-options.ts';
import { Trainer } from '../train/trainer.ts';
import { encoded } from './device.ts';
import { familiesToRace } from './families.ts';
import type { StepSpec } from './peer.ts';
import type { Contender } from './stopwatch.ts';

/** The paper's network and batch, with cross-entropy and Adam. */
export const PAPER_STEP: StepSpec = {
  widths: [784, 128, 64, 10],
  dropout: 0.2,
  batch: 100,
  loss: 'cross_entropy',
  optimizer: 'adam',
  learningRate: 1e-3,
  normalize: [FASHION_MNIST_MEAN, FASHION_MNIST_DEVIATION],
};

/** All combinations of losses and optimizers, Model 2's recipe first. */
export function recipes(): StepSpec[] {
  return (['adam', 'sgd'] as const).flatMap((optimizer) =>
    (['cross_entropy', 'mse'] as const).map((loss) => ({
      ...PAPER_STEP,
      loss,
      optimizer,
      learningRate: optimizer === 'adam' ? 1e-3 : 0.1,
    })),
  );
}

/** Which of our ways to train. */
export interface Way {
  readonly plan: PlanKind;
  readonly family: KernelFamily;
  readonly start?: WarmStart;
}

/**
 * Every family with the fused plan, the device's own first. The plain plan, which is for reading and for
 * comparison, only for Model 2's recipe: it takes ten times as long.
 */
export function waysOf(engine: Engine, spec: StepSpec): Way[] {
  const fused = familiesToRace(engine).map((family) => ({ plan: 'fused', family }) as const);
  const isModel2 = spec.loss === PAPER_STEP.loss && spec.optimizer === PAPER_STEP.optimizer;
  return isModel2 ? [...fused, { plan: 'plain', family: 'portable' }] : fused;
}

export const nameOf = ({ plan, family }: Way): string => `gradweave ${plan} ${family}`;

/** Creates a trainer for a recipe. */
export function trainerOf(
  engine: Engine,
  dataset: ImageDataset,
  { plan, family, start }: Way,
  spec: StepSpec,
): Promise<Trainer> {
  const { height, width } = dataset.train;
  return Trainer.create(engine, {
    model: mlp([height, width], spec.widths, { dropout: spec.dropout }),
    dataset,
    loss: spec.loss,
    optimizer: (spec.optimizer === 'adam' ? adam : sgd)({ learningRate: spec.learningRate }),
    batchSize: spec.batch,
    normalize: spec.normalize,
    plan,
    family,
    ...(start ? { start } : {}),
    seed: 1,
  });
}

/** A trainer's steps as a contender: submitted as in training, but not counted by the trainer. */
export function stepsOf(engine: Engine, trainer: Trainer, name: string): Contender {
  return encoded(engine, name, (encoder, count) => trainer.session.encode(encoder, count));
}

/** Microseconds of JavaScript for recording a step into a pass that does nothing. */
export function encodeCost({ session }: Trainer): number {
  const nothing = (): void => {};
  const pass = {
    setPipeline: nothing,
    setBindGroup: nothing,
    dispatchWorkgroups: nothing,
    end: nothing,
  };
  // Only these four methods are called.
  const encoder = { beginComputePass: () => pass } as unknown as GPUCommandEncoder;
  const steps = 2000;
  session.encode(encoder, steps);
  const start = performance.now();
  session.encode(encoder, steps);
  return ((performance.now() - start) * 1000) / steps;
}

/** The same with a real encoder, whose commands are dropped: includes the cost of WebGPU's calls. */
export function recordCost({ device }: Engine, { session }: Trainer): number {
  const steps = 200;
  const record = (): void => {
    const encoder = device.createCommandEncoder();
    session.encode(encoder, steps);
    encoder.finish();
  };
  record();
  const start = performance.now();
  record();
  return ((performance.now() - start) * 1000) / steps;
}
