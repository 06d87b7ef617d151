/** What an inference needs only with some options or calls, in one file; as train/later.ts. */
export { Batches } from './batches.ts';
export { predictAll } from './predict.ts';
