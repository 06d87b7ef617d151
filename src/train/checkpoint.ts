import { describe, isObject } from '../check.ts';
import { parseSafetensors, type Safetensors, type WritableTensor } from '../data/safetensors.ts';
import { writeSafetensors } from '../data/safetensors-write.ts';
import { DataError, OptionError } from '../errors.ts';
import type { StoreKind } from '../graph/store.ts';
import { inLayout } from '../nn/layers/parameters.ts';
import { LIMIT } from '../nn/optimizers/rule.ts';
import { stateOf } from '../nn/state.ts';
import { checkConfig } from './config.ts';
import type { EpochRecord } from './history.ts';
import { isTrainer } from './is-trainer.ts';
import { RECORD_BYTES } from './records.ts';
import type { Session } from './session.ts';
import { needSnapshot, type Snapshot, settingsOf } from './snapshot.ts';
import type { Origin } from './timetable.ts';
import type { Trainer } from './trainer.ts';
import { floatsNamed } from './weights.ts';

/** The sums of the unfinished epoch, in the GPU's format. */
const SUMS = 'epoch.sums';

/** Parameters have PyTorch's names. The optimizer's states have names beside them. */
const prefixOf = (kind: StoreKind): string => (kind === 'parameters' ? '' : `optimizer.${kind}.`);

const FORMAT = 'gradweave checkpoint 1';

/**
 * Saves a run as a safetensors file: parameters by PyTorch's names, the optimizer's state, the step, the seed and
 * the settings. The run resumes from it bit-identically, even in the middle of an epoch, on the same adapter with
 * the same kernels. It can be taken while `fit` runs.
 *
 * @param run a trainer or a snapshot, such as that of a DeviceLostError
 * @param metadata further texts by name, for {@link parseSafetensors}. The checkpoint's own cannot be replaced
 * @returns the file's bytes
 * @throws DeviceLostError if the device is lost; OptionError if the metadata are not texts
 * @example
 * const bytes = await checkpointOf(trainer);
 * // … elsewhere, with a trainer of the same options:
 * restore(trainer, bytes);
 * await trainer.fit({ epochs: 30 - trainer.history.length });
 */
export async function checkpointOf(
  run: Trainer | Snapshot,
  metadata: Readonly<Record<string, string>> = {},
): Promise<Uint8Array> {
  if (!isObject(metadata)) {
    throw new OptionError(
      `checkpointOf(): metadata ${describe(metadata)} was given; use strings by name`,
    );
  }
  const snapshot: unknown = isTrainer(run) ? await run.snapshot() : run;
  needSnapshot('checkpointOf()', snapshot);
  const settings = settingsOf(snapshot);
  const { options, step, history, seconds, open, sums, origin, learningRate } = snapshot;
  const tensors = new Map<string, WritableTensor>();
  for (const [kind, stored] of snapshot.tensors) {
    for (const [name, tensor] of stateOf(options.model, stored)) {
      tensors.set(prefixOf(kind) + name, tensor);
    }
  }
  tensors.set(SUMS, { shape: [sums.length], data: sums });
  return writeSafetensors(tensors, {
    ...metadata,
    format: FORMAT,
    step: String(step),
    seconds: String(seconds),
    open: String(open),
    ...(learningRate === undefined ? {} : { learningRate: String(learningRate) }),
    origin: [origin.step, origin.epoch, origin.samples].join(' '),
    history: JSON.stringify(history, toJson),
    ...Object.fromEntries(
      Object.entries(settings).map(([name, value]) => [`config.${name}`, value]),
    ),
  });
}

function integer(metadata: Safetensors['metadata'], name: string): number {
  const value = Number(metadata[name] ?? NaN);
  if (Number.isSafeInteger(value) && value >= 0) return value;
  throw new DataError(
    `the checkpoint's ${name} is ${JSON.stringify(metadata[name] ?? null)}; it must be an integer from 0 up. Take another checkpoint`,
  );
}

/** Where epochs begin; older files do not have it, and begin at step 0. */
function originOf(
  { origin }: Safetensors['metadata'],
  { timetable, mostSamples }: Session,
  step: number,
): Origin {
  if (origin === undefined) return { ...timetable.origin, step: 0, epoch: 0 };
  const [first, epoch, count, ...rest] = origin.split(' ').map(Number);
  const whole = [first, epoch, count].every((value) => Number.isSafeInteger(value) && value >= 0);
  if (whole && rest.length === 0 && first <= step && count >= 1 && count <= mostSamples) {
    return { step: first, epoch, samples: count };
  }
  throw new DataError(
    `the checkpoint's origin is ${JSON.stringify(origin)}; it must be a step, an epoch and a number of samples. Take another checkpoint`,
  );
}

/** The optimizer's learning rate; older files do not have it. */
function rateOf({ learningRate }: Safetensors['metadata']): { learningRate?: number } {
  if (learningRate === undefined) return {};
  const rate = Number(learningRate || NaN);
  if (rate >= 0 && rate <= LIMIT) return { learningRate: rate };
  throw new DataError(
    `the checkpoint's learningRate is ${JSON.stringify(learningRate)}; it must be a number from 0 to ${LIMIT}. Take another checkpoint`,
  );
}

function isRecord(value: unknown): value is EpochRecord {
  if (typeof value !== 'object' || value === null) return false;
  const { epoch, seconds, train } = value as Partial<EpochRecord>;
  return (
    typeof epoch === 'number' && typeof seconds === 'number' && typeof train?.loss === 'number'
  );
}

/** JSON has no NaN, as the loss of samples that do not count, and no Infinity: they are written as text. */
const toJson = (_: string, value: unknown): unknown =>
  typeof value === 'number' && !Number.isFinite(value) ? String(value) : value;

const fromJson = (_: string, value: unknown): unknown =>
  value === 'NaN' || value === 'Infinity' || value === '-Infinity' ? Number(value) : value;

function historyOf(metadata: Safetensors['metadata']): EpochRecord[] {
  try {
    const history: unknown = JSON.parse(metadata.history ?? '', fromJson);
    if (Array.isArray(history) && history.every(isRecord)) return history;
  } catch {
    // Reported below.
  }
  throw new DataError("the checkpoint's history is not a list of epochs. Take another checkpoint");
}

/**
 * Resumes a run from a checkpoint. Nothing changes if anything is wrong.
 *
 * @param trainer made with the options of the run
 * @param bytes the result of {@link checkpointOf}
 * @throws DataError if the bytes are not a complete checkpoint; OptionError if it is of another run
 */
export function restore(trainer: Trainer, bytes: Uint8Array): void {
  if (!isTrainer(trainer)) {
    throw new OptionError(
      `restore() takes a trainer first; ${describe(trainer)} was given. Make one with the options of the run`,
    );
  }
  const { options, session } = trainer;
  const { tensors, metadata } = parseSafetensors(bytes);
  if (metadata.format !== FORMAT) {
    throw new DataError(
      `this file's format is ${JSON.stringify(metadata.format ?? null)}; a checkpoint's is ${JSON.stringify(FORMAT)}. To load only weights, use load()`,
    );
  }
  checkConfig('the checkpoint', (name) => metadata[`config.${name}`], options);
  const step = integer(metadata, 'step');
  const history = historyOf(metadata);
  const read = (kind: StoreKind) =>
    options.model.parameters.map((spec): [string, Float32Array] => {
      const { name, shape } = spec;
      const full = prefixOf(kind) + name;
      const data = floatsNamed(tensors, full, shape, 'the checkpoint', 'Take another checkpoint');
      return [name, inLayout(spec, data, 'into storage')];
    });
  const states = new Map(session.store.kinds.map((kind) => [kind, new Map(read(kind))]));
  const sums = tensors.get(SUMS);
  if (!(sums?.data instanceof Int32Array) || sums.data.length !== RECORD_BYTES / 4) {
    throw new DataError(`the checkpoint lacks ${SUMS} of 6 integers. Take another checkpoint`);
  }
  const seconds = Number(metadata.seconds ?? 0);
  trainer.resume({
    options,
    step,
    history,
    seconds: Number.isFinite(seconds) ? seconds : 0,
    open: metadata.open === 'true',
    tensors: states,
    sums: sums.data,
    origin: originOf(metadata, session, step),
    ...rateOf(metadata),
  });
}
