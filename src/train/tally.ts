import { DataError } from '../errors.ts';
import { readBuffer } from '../graph/executor.ts';
import type { Node } from '../graph/graph.ts';
import { storageOf } from '../graph/tensor.ts';
import { CONFUSION, type Counted } from '../ops/classify.ts';
import {
  EPOCH_RING,
  epochRecordAt,
  RECORD_BYTES,
  STEP_RING,
  type Sums,
  stepSumsOf,
  sumsOf,
} from './records.ts';
import type { Session } from './session.ts';

/** Records the copy of an epoch's sums so far. */
export function copyEpoch(
  { buffers }: Session,
  encoder: GPUCommandEncoder,
  epoch: number,
  target: GPUBuffer,
): void {
  const { buffer, offset } = buffers.records;
  encoder.copyBufferToBuffer(buffer, offset + epochRecordAt(epoch), target, 0, RECORD_BYTES);
}

/**
 * Sums of an epoch, at most {@link EPOCH_RING} epochs back.
 *
 * @throws DataError if its steps have met a label that is not a class
 */
export async function epochSums(session: Session, epoch: number): Promise<Sums> {
  const sums = sumsOf(await epochBytes(session, epoch));
  await checkLabels(session, sums);
  return sums;
}

function epochBytes({ gpu, buffers }: Session, epoch: number): Promise<ArrayBuffer> {
  const { buffer, offset } = buffers.records;
  return readBuffer(gpu, buffer, RECORD_BYTES, offset + epochRecordAt(epoch));
}

/** @throws DataError if steps have met a label that is not a class. */
async function checkLabels(
  { gpu, graph, options: { split, batch } }: Session,
  { mislabelled }: Sums,
): Promise<void> {
  const hits = graph.hits as Node<Counted> | null;
  if (!mislabelled || !hits || !('named' in split)) return;
  const { findMislabelled } = await import('./later.ts');
  const { columns: classes } = storageOf(hits.inputs[0].spec);
  const count = (split.count * hits.spec.shape[0]) / batch;
  const { named } = split;
  await findMislabelled(gpu, { named, count }, classes, hits.attributes.ignored?.label);
  throw new DataError('a label was not a class, and was overwritten since');
}

/** An epoch's record in the GPU's format, at most {@link EPOCH_RING} epochs back. */
export async function epochRecord(session: Session, epoch: number): Promise<Int32Array> {
  return new Int32Array(await epochBytes(session, epoch));
}

/** Restores a record, for an epoch that is resumed. */
export function writeEpochRecord(
  { gpu, buffers }: Session,
  epoch: number,
  record: Int32Array,
): void {
  const { queue } = gpu.device;
  const { buffer, offset } = buffers.records;
  queue.writeBuffer(buffer, offset + epochRecordAt(epoch), Int32Array.from(record));
}

/** Sums of single steps, from first to below last, at most {@link STEP_RING} steps back. */
export async function stepSums(session: Session, first: number, last: number): Promise<Sums[]> {
  const { gpu, buffers } = session;
  const { buffer, offset } = buffers.records;
  const ring = await readBuffer(gpu, buffer, STEP_RING * RECORD_BYTES, offset);
  const sums = Array.from({ length: last - first }, (_, i) => stepSumsOf(ring, first + i));
  const marked = sums.find(({ mislabelled }) => mislabelled);
  if (marked) await checkLabels(session, marked);
  return sums;
}

/** The confusion matrix since the session's last `seek`: [class, predicted] row by row. */
export async function confusionOf({ gpu, buffers }: Session): Promise<Uint32Array> {
  const { buffer, size } = buffers[CONFUSION];
  return new Uint32Array(await readBuffer(gpu, buffer, size));
}
