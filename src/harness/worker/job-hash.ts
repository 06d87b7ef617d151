import { hashOfImages, hashOfText } from '../../trial/data-hash.ts';
import type { Job } from '../tasks/job.ts';

/** Hashes of data that were computed before. */
const KNOWN = new WeakMap<object, Promise<string>>();

/** SHA-256 of a run's data; see `hashOfImages` and `hashOfText`. */
export function hashOf(job: Job): Promise<string> {
  const data = job.data === 'images' ? job.dataset : job.text;
  const known = KNOWN.get(data) ?? compute(job);
  KNOWN.set(data, known);
  return known;
}

function compute(job: Job): Promise<string> {
  if (job.data === 'images') return hashOfImages(job.dataset);
  const { decode, data } = job.text;
  return hashOfText(decode(data.train.tokens) + decode(data.test?.tokens ?? []));
}
