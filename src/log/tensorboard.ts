import * as events from './event-file.ts';
import type { LogRecord } from './records.ts';
import { scalarsOf } from './scalars.ts';

/**
 * A record of the log as records of an event file; none for what TensorBoard does not show. Tags of steps are over the number
 * of the step, all others over the number of the epoch.
 */
export function eventsOf(record: LogRecord): Uint8Array[] {
  switch (record.type) {
    case 'start': {
      const { time, options } = record;
      const start = events.summaryRecord(time, 0, [events.sessionStart(options, time)]);
      return [events.fileVersion(time), start];
    }
    case 'steps':
    case 'epoch':
      return scalarsOf(record).map(({ time, step, values }) => {
        const all = Object.entries(values).map(([tag, value]) => events.scalar(tag, value));
        return events.summaryRecord(time, step, all);
      });
    case 'histograms': {
      const all = Object.entries(record.tensors).map(([tag, found]) =>
        events.histogram(tag, found),
      );
      return [events.summaryRecord(record.time, record.epoch, all)];
    }
    case 'image':
      return [events.summaryRecord(record.time, record.epoch, [events.image(record)])];
    case 'end':
      return [events.summaryRecord(record.time, 0, [events.sessionEnd(record)])];
  }
}
