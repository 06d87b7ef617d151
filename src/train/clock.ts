import { structs } from '../gpu/shaders.gen.ts';
import { METHOD, type OptimizerRule } from '../ops/update.ts';
import { sidesOf } from '../random/permute.ts';
import { type Origin, Timetable } from './timetable.ts';

type Member = keyof typeof structs.Clock.members;

/** The initial state of a run's clock. */
export interface ClockStart {
  readonly key: readonly [number, number];
  /** Steps done before. */
  readonly step: number;
  readonly samples: number;
  /** Epochs have so many samples from here on. Default step 0, epoch 0. */
  readonly origin?: Pick<Origin, 'step' | 'epoch'>;
  readonly batch: number;
  /** Rows of the outputs for each sample: its positions. Default 1. */
  readonly rowsEach?: number;
  /** Absent for evaluation. */
  readonly rule?: OptimizerRule;
  /** Default the optimizer's learning rate. */
  readonly rate?: number;
}

const timetableOf = ({ samples, batch, origin }: ClockStart): Timetable =>
  new Timetable({ step: 0, epoch: 0, ...origin, samples }, batch);

/** Bytes of the clock. */
export const CLOCK_BYTES = structs.Clock.size;

/**
 * The clock's bytes, in the layout of shaders/step/clock_type.wgsl. The tick fills the fields that depend on the
 * step; they are filled here too for kernels that run without a tick.
 */
export function clockBytes(start: ClockStart): ArrayBuffer {
  const { key, step, samples, batch, rowsEach = 1, rule } = start;
  const bytes = new ArrayBuffer(CLOCK_BYTES);
  const view = new DataView(bytes);
  const u32 = (name: Member, value: number, index = 0): void =>
    view.setUint32(structs.Clock.members[name] + 4 * index, value, true);
  const f32 = (name: Member, value: number, index = 0): void =>
    view.setFloat32(structs.Clock.members[name] + 4 * index, value, true);
  const timetable = timetableOf(start);
  const { a, b } = sidesOf(samples);
  const batchInEpoch = timetable.placeOf(step);
  u32('seed', key[0], 0);
  u32('seed', key[1], 1);
  u32('step', step);
  u32('epoch', timetable.epochOf(step));
  u32('batch', batchInEpoch);
  const count = Math.min(batch, samples - batchInEpoch * batch);
  u32('count', count);
  u32('rows', count * rowsEach);
  u32('samples', samples);
  u32('batches', timetable.batches);
  u32('originStep', timetable.origin.step);
  u32('originEpoch', timetable.origin.epoch);
  u32('sideA', a);
  u32('sideB', b);
  if (rule) {
    const { rate = rule.learningRate } = start;
    f32('learningRate', rate);
    f32('baseRate', rate);
    for (const [i, number] of rule[METHOD].numbers(step).entries()) f32('optimizer', number, i);
  }
  return bytes;
}

/**
 * The clock for a tick that only prepares step `start.step`: one step earlier, with no rows. The record of that
 * earlier step is lost, and the sums of the epoch after the next one are set to 0.
 */
export function clockBefore(start: ClockStart): ArrayBuffer {
  const bytes = clockBytes(start);
  const view = new DataView(bytes);
  const u32 = (name: Member, value: number): void =>
    view.setUint32(structs.Clock.members[name], value, true);
  // The GPU counts from 2³² − 1 to 0.
  u32('step', start.step - 1);
  u32('epoch', timetableOf(start).epochOf(start.step) + 1);
  u32('batch', 0);
  u32('count', 0);
  u32('rows', 0);
  return bytes;
}
