import { parseSafetensors, type Safetensors, type WritableTensor } from '../../data/safetensors.ts';
import { writeSafetensors } from '../../data/safetensors-write.ts';
import { DataError, GradweaveError } from '../../errors.ts';
import { checkpointOf, restore } from '../../train/checkpoint.ts';
import type { Trainer } from '../../train/trainer.ts';
import { canonicalJson } from '../../trial/canonical-json.ts';
import { sha256 } from '../../trial/sha256.ts';

/** What a trial's checkpoint says of its run. */
export interface TrialMark {
  readonly id: string;
  /** The kind of adapter, see `adapterKind`: on another one the bits could be others. */
  readonly kind: string;
  /** How many times the run was resumed. */
  readonly resumed: number;
}

const MARK = 'trial';
const SUM = 'trial.sha256';

/** A checkpoint's file, and where the run was. */
export interface TrialCheckpoint {
  readonly bytes: Uint8Array;
  /** Epochs that were done. */
  readonly epoch: number;
  /** Steps that were done, of all epochs. */
  readonly step: number;
}

/**
 * A checkpoint of a trial: that of `checkpointOf` with a {@link TrialMark} and a checksum in its metadata.
 *
 * @returns undefined if a number is not finite: the run has diverged, and no one could resume from there
 */
export async function trialCheckpoint(
  trainer: Pick<Trainer, 'snapshot'>,
  mark: TrialMark,
): Promise<TrialCheckpoint | undefined> {
  // It may be taken while the run goes on.
  const snapshot = await trainer.snapshot();
  const plain = parseSafetensors(await checkpointOf(snapshot, { [MARK]: canonicalJson(mark) }));
  const resumable = [...plain.tensors.values()].every(
    ({ data }) => !(data instanceof Float32Array) || data.every(Number.isFinite),
  );
  if (!resumable) return undefined;
  const metadata = { ...plain.metadata, [SUM]: await sumOf(plain) };
  const bytes = writeSafetensors(
    // Of float32 and int32.
    plain.tensors as ReadonlyMap<string, WritableTensor>,
    metadata,
  );
  return { bytes, epoch: snapshot.history.length, step: snapshot.step };
}

/** The SHA-256 of all that a checkpoint says, without the sum itself. */
async function sumOf({ tensors, metadata }: Safetensors): Promise<string> {
  const { [SUM]: _, ...others } = metadata;
  const parts = await Promise.all(
    [...tensors].map(async ([name, { dtype, shape, data }]) => {
      const { buffer, byteOffset, byteLength } = data;
      return [
        name,
        dtype,
        [...shape],
        await sha256(new Uint8Array(buffer, byteOffset, byteLength)),
      ];
    }),
  );
  // The order of tensors in a file says nothing.
  const sorted = parts.sort(([a], [b]) => (String(a) < String(b) ? -1 : 1));
  return sha256(canonicalJson([others, sorted]));
}

/**
 * Checks a trial's checkpoint, as far as it can be without a trainer.
 *
 * @throws DataError if it is damaged, or of another trial
 */
export async function readTrialMark(bytes: Uint8Array, id: string): Promise<TrialMark> {
  const file = readable(bytes, id);
  const mark = markOf(file.metadata[MARK], id);
  if ((await sumOf(file)) !== file.metadata[SUM]) throw damaged(id, 'its checksum is wrong');
  if (mark.id === id) return mark;
  throw new DataError(
    `the checkpoint is of the trial ${mark.id}; this one is ${id}. Take it away, or give another place`,
  );
}

/**
 * Resumes a trial from its checkpoint.
 *
 * @param own what the run is now: `id` and `kind` must be the checkpoint's
 * @returns the checkpoint's mark; undefined, with the trainer as it was, if it is of another kind of adapter
 * @throws DataError if it is damaged, or of another trial
 */
export async function resumeTrial(
  trainer: Trainer,
  bytes: Uint8Array,
  own: Pick<TrialMark, 'id' | 'kind'>,
): Promise<TrialMark | undefined> {
  const mark = await readTrialMark(bytes, own.id);
  if (mark.kind !== own.kind) return undefined;
  try {
    restore(trainer, bytes);
  } catch (error) {
    if (error instanceof GradweaveError) throw damaged(own.id, error.message);
    throw error;
  }
  return mark;
}

function readable(bytes: Uint8Array, id: string): Safetensors {
  try {
    return parseSafetensors(bytes);
  } catch (error) {
    if (error instanceof GradweaveError) throw damaged(id, error.message);
    throw error;
  }
}

function markOf(text: string | undefined, id: string): TrialMark {
  if (text === undefined) {
    throw new DataError(
      `the checkpoint of the trial ${id} is no checkpoint of a trial: it has no ${JSON.stringify(MARK)}. Take it away, or give another place`,
    );
  }
  try {
    const mark = JSON.parse(text) as Partial<TrialMark>;
    const { id: of, kind, resumed } = mark;
    if (typeof of === 'string' && typeof kind === 'string' && Number.isSafeInteger(resumed)) {
      return { id: of, kind, resumed: Number(resumed) };
    }
  } catch {
    // Reported below.
  }
  throw damaged(id, `its ${JSON.stringify(MARK)} cannot be read`);
}

const damaged = (id: string, why: string): DataError =>
  new DataError(
    `the checkpoint of the trial ${id} is damaged: ${why}. Delete it, and the trial begins again, to the same bits`,
  );
