import type { Images } from '../data/dataset.ts';
import type { ColumnScale } from '../data/standardise.ts';
import { OptionError } from '../errors.ts';
import type { Model } from '../nn/model.ts';
import {
  type Answer,
  type AnswerForm,
  answersOf,
  checkPredict,
  type Outputs,
  type PredictOptions,
} from './answers.ts';
import type { Batches } from './batches.ts';
import { floatsOf, type NumberSamples } from './samples.ts';

/** What a prediction needs of an inference. */
export interface Predicting {
  readonly model: Model;
  readonly outputs: Outputs;
  /** Whether inputs are given with each call. */
  readonly asked: boolean;
  /** What standardises numbers on the CPU, in float64. */
  readonly scale: ColumnScale | undefined;
  /** Records the forward pass of a batch. */
  encode(encoder: GPUCommandEncoder, input: GPUBuffer, output: GPUBuffer, normalize: boolean): void;
}

/** Predicts any number of samples; see `Inference.predict`. */
export async function predictAll<As extends AnswerForm>(
  batches: Batches,
  samples: NumberSamples | Images,
  options: PredictOptions<As>,
  { model, outputs, asked, scale, encode }: Predicting,
): Promise<Answer<As>> {
  checkPredict(options, outputs);
  const { as, normalize = true } = options;
  const floats = floatsOf(samples, model, normalize ? scale : undefined);
  if (!asked) {
    throw new OptionError('samples were given; this inference has its inputs: use encode()');
  }
  const onGpu = normalize && !floats.ready;
  const answers = await batches.run(floats, (encoder, input, output) =>
    encode(encoder, input, output, onGpu),
  );
  return answersOf(answers, outputs, as);
}
