import { describe, isA, isArray, isInteger, isObject } from '../check.ts';
import { OptionError } from '../errors.ts';
import type { StoreKind } from '../graph/store.ts';
import { sizeOf } from '../graph/tensor.ts';
import { checkModel } from '../nn/model.ts';
import { LIMIT } from '../nn/optimizers/rule.ts';
import { type Config, checkConfig, configOf } from './config.ts';
import type { RunState } from './history.ts';
import type { ResolvedOptions } from './options.ts';
import { RECORD_BYTES } from './records.ts';
import type { Session } from './session.ts';
import { epochRecord, writeEpochRecord } from './tally.ts';

/**
 * A copy of a run on the CPU, which survives the loss of its device. `trainer.resume` resumes from it, in this
 * trainer or in one with the same options; `checkpointOf` makes a file of it.
 */
export interface Snapshot extends RunState {
  /** The options of the run. */
  readonly options: ResolvedOptions;
  /** Parameters and the optimizer's state by name, in the layout of storage: row by row, weights [in, out]. */
  readonly tensors: ReadonlyMap<StoreKind, ReadonlyMap<string, Float32Array>>;
  /** The sums of the last step's epoch, in the GPU's format: 6 words. */
  readonly sums: Int32Array;
}

declare module '../errors.ts' {
  interface NonFiniteError {
    /** The run before that step; only known with `watch`. */
    readonly snapshot: Snapshot | undefined;
  }
  interface DeviceLostError {
    /** The last copy of the run that `fit` kept. */
    readonly snapshot: Snapshot | undefined;
  }
}

/** The epoch of the last step that was done. */
const lastEpoch = ({ timetable }: Session, step: number): number =>
  timetable.epochOf(Math.max(0, step - 1));

/**
 * Copies the current state of a run. All parts are from one moment, between two submits of steps.
 *
 * @throws DeviceLostError where the device is gone.
 */
export async function takeSnapshot(
  session: Session,
  options: ResolvedOptions,
  state: RunState,
): Promise<Snapshot> {
  const { store } = session;
  const record = epochRecord(session, lastEpoch(session, state.step));
  const reads = store.kinds.map((kind) => store.read(kind));
  // If one fails, the others' buffers are freed before the error is reported.
  await Promise.allSettled([record, ...reads]);
  const [sums, ...values] = await Promise.all([record, ...reads]);
  return { ...state, options, sums, tensors: new Map(store.kinds.map((k, i) => [k, values[i]])) };
}

const isOrigin = (given: unknown): boolean =>
  isObject(given) &&
  ['step', 'epoch', 'samples'].every(
    (name) => isInteger(given[name]) && Number(given[name]) >= 0,
  ) &&
  given.samples !== 0;

/** @throws OptionError for what snapshot() does not give. */
export function needSnapshot(what: string, given: unknown): asserts given is Snapshot {
  if (isSnapshot(given)) return;
  throw new OptionError(`${what} takes what snapshot() gives; ${describe(given)} was given`);
}

/** What every snapshot has, whoever made it. */
function isSnapshot(given: unknown): given is Snapshot {
  if (!isObject(given)) return false;
  const { options, tensors, sums, step, history, origin, seconds, open, learningRate = 0 } = given;
  return (
    isObject(options) &&
    isA(tensors, Map) &&
    [...tensors.values()].every((stored) => isA(stored, Map)) &&
    isA(sums, Int32Array) &&
    sums.length === RECORD_BYTES / 4 &&
    Number.isSafeInteger(step) &&
    Number(step) >= 0 &&
    isArray(history) &&
    history.every(isObject) &&
    typeof seconds === 'number' &&
    typeof open === 'boolean' &&
    isOrigin(origin) &&
    typeof learningRate === 'number' &&
    learningRate >= 0 &&
    learningRate <= LIMIT
  );
}

/**
 * Checks that a snapshot is of a run like this one: the same options, tensors of the same names and sizes.
 *
 * @throws OptionError that names what differs.
 */
export function checkSnapshot(
  given: Snapshot,
  options: ResolvedOptions,
  kinds: readonly StoreKind[],
): void {
  needSnapshot('resume()', given);
  if (given.options !== options) {
    const config = settingsOf(given);
    checkConfig('the snapshot', (name) => config[name], options);
  }
  for (const kind of kinds) {
    const stored = given.tensors.get(kind);
    for (const { name, shape } of options.model.parameters) {
      const length = stored?.get(name)?.length;
      if (length === sizeOf(shape)) continue;
      throw new OptionError(
        `the snapshot has ${length ?? 'no'} values of ${name} (${kind}); this trainer has ${sizeOf(shape)}. Make the trainer with the model of the run`,
      );
    }
  }
}

/** The settings of a snapshot's run. @throws OptionError if they cannot be determined. */
export function settingsOf({ options }: Snapshot): Config {
  try {
    checkModel('', options.model);
    return configOf(options);
  } catch {
    throw new OptionError("the snapshot's options are not a trainer's; use the snapshot unchanged");
  }
}

/** Restores a snapshot's parameters and optimizer state, but not the progress of the run. */
export function putTensors({ store }: Session, { tensors }: Pick<Snapshot, 'tensors'>): void {
  for (const [kind, values] of tensors) {
    for (const [name, stored] of values) store.write(name, stored, kind);
  }
}

/** Restores a snapshot's tensors, clock and sums. */
export function putSnapshot(session: Session, snapshot: Snapshot): void {
  const { step, sums, origin, options, learningRate } = snapshot;
  putTensors(session, snapshot);
  session.rate = learningRate ?? options.optimizer.learningRate;
  session.seek(step, origin);
  writeEpochRecord(session, lastEpoch(session, step), sums);
}
