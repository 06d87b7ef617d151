import type { SaveOptions } from '../../train/model-file/write.ts';
import { photoTexts } from '../own/photos.ts';
import { scaleOfColumns, tableTexts } from '../own/table-text.ts';
import type { Job } from './job.ts';

/** What a file of weights says of a run's network and samples, beside what its trainer knows. */
export function fileFacts(
  job: Job,
  step: number,
): Pick<SaveOptions, 'metadata' | 'normalize' | 'vocabulary'> {
  const metadata = { network: job.settings.title, step: String(step) };
  if (job.data === 'text') return { metadata, vocabulary: job.text.vocabulary };
  const { widths } = job.settings;
  const all = { ...metadata, ...(widths ? { widths: widths.join(',') } : {}) };
  if (job.data === 'images') {
    return { metadata: { ...all, ...(job.photos ? photoTexts(job.photos) : {}) } };
  }
  const { table } = job;
  // The trainer's rows are standardised already; whoever has the file gives rows as they are.
  return {
    metadata: { ...all, ...tableTexts(table) },
    normalize: scaleOfColumns(table.columns),
  };
}
