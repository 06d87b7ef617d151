import { canonicalJson } from '../../trial/canonical-json.ts';
import { hashOfImages, hashOfText } from '../../trial/data-hash.ts';
import { sha256 } from '../../trial/sha256.ts';
import type { TableData, TablePart } from '../own/table.ts';
import { type GivenData, type Job, openJob } from '../tasks/job.ts';
import { runsOf } from '../tasks/many-runs.ts';
import { settingsOf } from '../tasks/settings.ts';
import type { LabEvent } from './lab-event.ts';

/** Hashes of data that were computed before. */
const KNOWN = new WeakMap<object, Promise<string>>();

/** SHA-256 of a run's data; see `hashOfImages` and `hashOfText`. */
export function hashOf(job: Job): Promise<string> {
  const data = dataOf(job);
  const known = KNOWN.get(data) ?? compute(job);
  KNOWN.set(data, known);
  return known;
}

/** Whether a run of these settings would learn from the data that have this SHA-256. */
export async function learnsFrom(
  query: string,
  sha256: string,
  given: GivenData,
): Promise<boolean> {
  // Several networks have the same data.
  const [{ options }] = runsOf(new URLSearchParams(query));
  try {
    return (await hashOf(await openJob(options, settingsOf(options), () => {}, given))) === sha256;
  } catch {
    // Data of another kind do not go with the settings, or there are none.
    return false;
  }
}

/** Says which data a run has, without holding it up. */
export async function sayHash(job: Job, emit: (event: LabEvent) => void): Promise<void> {
  try {
    emit({ type: 'hash', sha256: await hashOf(job) });
  } catch {
    // Without it the run has no mark of its data, and is the same.
  }
}

const dataOf = (job: Job): object =>
  job.data === 'images' ? job.dataset : job.data === 'table' ? job.table : job.text;

function compute(job: Job): Promise<string> {
  if (job.data === 'images') return hashOfImages(job.dataset);
  if (job.data === 'table') return hashOfTable(job.table);
  const { decode, data } = job.text;
  return hashOfText(decode(data.train.tokens) + decode(data.test?.tokens ?? []));
}

/** Of a table as it is learned from: its numbers, what they are called, and the rows of each part. */
async function hashOfTable({ inputs, target, train, test }: TableData): Promise<string> {
  const part = async ({ count, inputs: numbers, labels, targets }: TablePart) => ({
    count,
    inputs: await sha256(bytesOf(numbers)),
    wanted: await sha256(bytesOf(labels ?? targets ?? numbers)),
  });
  return sha256(
    canonicalJson({ inputs, target, train: await part(train), test: await part(test) }),
  );
}

const bytesOf = ({ buffer, byteOffset, byteLength }: Float32Array | Uint32Array): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength);
