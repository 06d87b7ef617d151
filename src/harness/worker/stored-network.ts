import { DataError, OptionError } from '../../errors.ts';
import { type Job, openJob } from '../tasks/job.ts';
import { runsOf } from '../tasks/many-runs.ts';
import { settingsOf } from '../tasks/settings.ts';
import type { InspectionHost } from './inspection-host.ts';
import { hashOf } from './job-hash.ts';
import { type StoredSubject, storedSubject } from './subject.ts';

/** A network whose weights were stored. */
export interface StoredNetwork {
  /** The query of its run. */
  readonly query: string;
  /** Which of the query's networks, from 0. */
  readonly run: number;
  readonly bytes: Uint8Array;
  readonly step: number;
  /** The name of the run's data, and their SHA-256; undefined if the run does not say. */
  readonly dataset: string | undefined;
  readonly sha256: string | undefined;
}

/** @param isImages whether the page has images now, of which only the size or the colours may differ */
function otherData({ dataset }: StoredNetwork, isImages: boolean): DataError {
  const load = isImages
    ? '. If only the size or the colours of its images differ, load its settings'
    : '';
  return new DataError(
    `this run was trained on other data than the page has now${dataset === undefined ? '' : `: ${dataset}`}; give its files to the page again, then choose the run again${load}`,
  );
}

/**
 * Opens a network of stored weights, on the data that it was trained on.
 *
 * @throws DataError if these are not there, or the weights are not the network's
 */
export async function openStored(
  stored: StoredNetwork,
  host: InspectionHost,
): Promise<StoredSubject> {
  const { query, run, bytes, step, sha256 } = stored;
  const isImages = (): boolean => host.given().own?.data === 'images';
  const runs = runsOf(new URLSearchParams(query));
  const { options } = runs[run] ?? runs[0];
  const settings = settingsOf(options);
  const now = host.run()?.job;
  const isSame = now && sha256 !== undefined && (await hashOf(now)) === sha256;
  // What is on the page says which data are used for training: this is not.
  const job =
    isSame && now.settings.data === settings.data
      ? ({ ...now, settings } as Job)
      : await openJob(options, settings, () => {}, host.given()).catch((error) => {
          // Data of another kind do not go with its settings.
          const isOther = error instanceof OptionError && options.get('data') === 'own';
          throw isOther && sha256 !== undefined ? otherData(stored, isImages()) : error;
        });
  if (!isSame && sha256 !== undefined && (await hashOf(job)) !== sha256) {
    throw otherData(stored, options.get('data') === 'own' && job.data === 'images');
  }
  return storedSubject(await host.engine(), job, bytes, step);
}
