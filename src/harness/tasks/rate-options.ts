import type { Schedule } from '../../nn/schedules.ts';
import { type Job, samplesOf } from './job.ts';
import { scheduleFor } from './rate-course.ts';

/** The trainer's option for the learning rate of a run. */
export function rateOptions(job: Job): { readonly schedule?: Schedule } {
  const { schedule, epochs, stretches = [epochs], batchSize } = job.settings;
  const made = scheduleFor(schedule, stretches, Math.ceil(samplesOf(job) / batchSize));
  return made ? { schedule: made } : {};
}
