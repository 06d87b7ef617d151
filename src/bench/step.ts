import { FASHION_MNIST_DEVIATION, FASHION_MNIST_MEAN } from '../data/fashion-mnist.ts';
import type { PlanKind } from '../fusion/index.ts';
import type { Engine } from '../gpu/engine.ts';
import type { KernelFamily } from '../gpu/family.ts';
import { adam, adamw, sgd } from '../nn/optimizers.ts';
import type { WarmStart } from '../train/session-options.ts';
import { Trainer } from '../train/trainer.ts';
import type { BenchData } from './data.ts';
import { encoded } from './device.ts';
import { familiesToRace } from './families.ts';
import { CNN, perceptron, TRANSFORMER } from './networks/index.ts';
import { modelOf } from './networks/ours.ts';
import type { Proof, StepSpec } from './peer.ts';
import type { Contender } from './stopwatch.ts';

/** Guessing gives 0.1; plain gradient descent reaches half after an epoch. */
const accuracy = (bound: number): Proof => ({
  ...{ measure: 'accuracy', bound, milliseconds: 8000, steps: 100 },
});

/** At most this share of the loss of guessing, which is log(classes). */
const SHARE = 0.75;
const loss = (classes: number): Proof => ({
  ...{ measure: 'loss', bound: SHARE * Math.log(classes), milliseconds: 20_000, steps: 8 },
});

/** The paper's network and batch, with cross-entropy and Adam. */
export const PAPER_STEP: StepSpec = {
  network: perceptron([784, 128, 64, 10], 0.2),
  batch: 100,
  loss: 'cross_entropy',
  optimizer: 'adam',
  learningRate: 1e-3,
  weightDecay: 0,
  normalize: [FASHION_MNIST_MEAN, FASHION_MNIST_DEVIATION],
  proof: accuracy(0.7),
};

/** The recipes of the other networks, by the part of the bench that measures them. */
export const NETWORK_STEPS = {
  cnn: { ...PAPER_STEP, network: CNN, proof: loss(10) },
  transformer: {
    ...PAPER_STEP,
    ...{ network: TRANSFORMER, batch: 16, optimizer: 'adamw', weightDecay: 0.01, proof: loss(65) },
  },
} as const satisfies Readonly<Record<string, StepSpec>>;

export type NetworkName = keyof typeof NETWORK_STEPS;
export const NETWORK_NAMES = Object.keys(NETWORK_STEPS) as NetworkName[];

/** All combinations of losses and optimizers, Model 2's recipe first. */
export function recipes(): StepSpec[] {
  return (['adam', 'sgd'] as const).flatMap((optimizer) =>
    (['cross_entropy', 'mse'] as const).map((loss) => ({
      ...PAPER_STEP,
      loss,
      optimizer,
      learningRate: optimizer === 'adam' ? 1e-3 : 0.1,
      proof: accuracy(optimizer === 'adam' ? 0.7 : 0.5),
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
  const { network, loss, optimizer } = PAPER_STEP;
  const isModel2 = spec.network === network && spec.loss === loss && spec.optimizer === optimizer;
  return isModel2 ? [...fused, { plan: 'plain', family: 'portable' }] : fused;
}

export const nameOf = ({ plan, family }: Way): string => `gradweave ${plan} ${family}`;

/** A recipe's optimizer. */
export function optimizerOf({ optimizer, learningRate, weightDecay }: StepSpec) {
  if (optimizer === 'adamw') return adamw({ learningRate, weightDecay });
  return (optimizer === 'adam' ? adam : sgd)({ learningRate });
}

/** Creates a trainer for a recipe. */
export function trainerOf(
  engine: Engine,
  data: BenchData,
  { plan, family, start }: Way,
  spec: StepSpec,
): Promise<Trainer> {
  return Trainer.create(engine, {
    model: modelOf(spec.network.layers, data),
    dataset: data.dataset,
    loss: spec.loss,
    optimizer: optimizerOf(spec),
    batchSize: spec.batch,
    ...(data.kind === 'images' ? { normalize: spec.normalize } : {}),
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
