import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { basename } from 'node:path';
import type { ManyOutcome } from '../../harness/tasks/many.ts';
import { OWN_LISTING, ownFile } from '../../harness/tasks/own-listing.ts';
import type { TrainOutcome } from '../../harness/tasks/run-trainer.ts';
import type { Facts } from '../../log/records.ts';
import type { Metrics } from '../../train/history.ts';
import type { Files } from '../server.ts';

/** Most files of the user's own that are named one by one. */
const MOST = 100;

/** SHA-256 of the files that a run reads, by name: of a folder of images, there are too many. */
export async function hashesOf(files: Files): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  const isOwn = (path: string): boolean => path.startsWith(`/data/${ownFile('')}`);
  const isMany = [...files.keys()].filter(isOwn).length > MOST;
  for (const [path, file] of files) {
    if (path === `/data/${OWN_LISTING}` || (isMany && isOwn(path))) continue;
    const hash = createHash('sha256');
    for await (const part of createReadStream(file)) hash.update(part);
    found[isOwn(path) ? basename(file) : path.replace(/^.*\//, '')] = hash.digest('hex');
  }
  return found;
}

/** What a run ends with, for `end.json`. */
export function endFacts(value: unknown, run: number, runtime: string): Facts {
  // The page and this command are of one build.
  const outcome = value as TrainOutcome | ManyOutcome;
  const { seconds, samplesPerSecond } = outcome;
  const test: Metrics = 'networks' in outcome ? outcome.networks[run].test : outcome.test;
  return { test_loss: test.loss, test_accuracy: test.accuracy, seconds, samplesPerSecond, runtime };
}
