/**
 * Runs as files and for trackers: JSON lines, a table, TensorBoard's event files. Bytes come out; where they are stored is up
 * to you.
 *
 * @module log
 */
export type { Histogram } from './histogram.ts';
export type {
  EndRecord,
  EpochLogRecord,
  Fact,
  Facts,
  HistogramsRecord,
  ImageRecord,
  LogRecord,
  StartRecord,
  StepNumbers,
  StepsRecord,
} from './records.ts';
export { type Append, RunFiles, type RunFilesOptions } from './run-files.ts';
export { RunLog, type RunLogOptions } from './run-log.ts';
