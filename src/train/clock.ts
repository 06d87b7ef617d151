import { structs } from '../gpu/shaders.gen.ts';
import type { OptimizerRule } from '../ops/update.ts';
import { sidesOf } from '../random/permute.ts';
import { type Origin, Timetable } from './timetable.ts';

type Member = keyof typeof structs.Clock.members;

/** What a run's clock begins with. */
export interface ClockStart {
  readonly key: readonly [number, number];
  /** Steps done before. */
  readonly step: number;
  readonly samples: number;
  /** From where on epochs have so many samples. Default step 0, epoch 0. */
  readonly origin?: Pick<Origin, 'step' | 'epoch'>;
  readonly batch: number;
  /** Absent for evaluation. */
  readonly rule?: OptimizerRule;
}

const timetableOf = ({ samples, batch, origin }: ClockStart): Timetable =>
  new Timetable({ step: 0, epoch: 0, ...origin, samples }, batch);

/** Bytes of the clock. */
export const CLOCK_BYTES = structs.Clock.size;

/**
 * The clock's bytes, laid out as shaders/step/clock_type.wgsl. What depends on the step is filled by
 * the tick; it is filled here too for kernels that run without one.
 */
export function clockBytes(start: ClockStart): ArrayBuffer {
  const { key, step, samples, batch, rule } = start;
  const bytes = new ArrayBuffer(CLOCK_BYTES);
  const view = new DataView(bytes);
  const u32 = (name: Member, value: number, index = 0): void =>
    view.setUint32(structs.Clock.members[name] + 4 * index, value, true);
  const f32 = (name: Member, value: number): void =>
    view.setFloat32(structs.Clock.members[name], value, true);
  const timetable = timetableOf(start);
  const { a, b } = sidesOf(samples);
  const batchInEpoch = timetable.placeOf(step);
  u32('seed', key[0], 0);
  u32('seed', key[1], 1);
  u32('step', step);
  u32('epoch', timetable.epochOf(step));
  u32('batch', batchInEpoch);
  u32('count', Math.min(batch, samples - batchInEpoch * batch));
  u32('samples', samples);
  u32('batches', timetable.batches);
  u32('originStep', timetable.origin.step);
  u32('originEpoch', timetable.origin.epoch);
  u32('sideA', a);
  u32('sideB', b);
  if (rule) {
    f32('learningRate', rule.learningRate);
    f32('weightDecay', rule.kind === 'adamw' ? 0 : rule.weightDecay);
    f32('decoupledDecay', rule.kind === 'adamw' ? rule.weightDecay : 0);
    if (rule.kind === 'sgd') {
      f32('momentum', rule.momentum);
      f32('dampening', rule.dampening);
      f32('nesterov', rule.nesterov ? 1 : 0);
    } else {
      const [beta1, beta2] = rule.betas;
      f32('rate1', 1 - beta1);
      f32('rate2', 1 - beta2);
      f32('beta2', beta2);
      // A beta of 0 has no logarithm; any e^(t·ln β) below 2⁻²⁴ is as good as 0.
      f32('logBeta1', Math.max(Math.log(beta1), -1e30));
      f32('logBeta2', Math.max(Math.log(beta2), -1e30));
      f32('epsilon', rule.epsilon);
      f32('stepSize', rule.learningRate / (1 - beta1 ** (step + 1)));
      f32('rootScale', 1 / Math.sqrt(1 - beta2 ** (step + 1)));
    }
  }
  return bytes;
}

/**
 * The clock as the tick that closes a step has to find it, to do no more than to prepare step
 * `start.step`: one step less, of no rows. The record of that step is lost, and the sums of the epoch
 * after the one to come are set to 0.
 */
export function clockBefore(start: ClockStart): ArrayBuffer {
  const bytes = clockBytes(start);
  const view = new DataView(bytes);
  const u32 = (name: Member, value: number): void =>
    view.setUint32(structs.Clock.members[name], value, true);
  // From 2³² − 1 on the GPU counts to 0.
  u32('step', start.step - 1);
  u32('epoch', timetableOf(start).epochOf(start.step) + 1);
  u32('batch', 0);
  u32('count', 0);
  return bytes;
}
