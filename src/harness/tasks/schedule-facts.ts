/** What the page and the command say of schedules of the learning rate; rate-course.ts makes them. */

/** How the learning rate changes over a run. */
export const SCHEDULES = [
  'constant',
  'cosine',
  'linear',
  'step',
  'exponential',
  'one-cycle',
  'restarts',
] as const;

export type ScheduleName = (typeof SCHEDULES)[number];

/** Options of the address that some schedules take. */
export type ScheduleOption = 'warmup' | 'gamma' | 'period' | 'end-factor' | 'rise';

interface ScheduleFacts {
  readonly label: string;
  readonly options: readonly ScheduleOption[];
  /** Whether it is made for so many epochs, and is at its end after them. */
  readonly ends: boolean;
}

/** The schedules by their names in the address. */
export const SCHEDULE_FACTS: Readonly<Record<ScheduleName, ScheduleFacts>> = {
  constant: { label: 'constant', options: ['warmup'], ends: false },
  cosine: { label: 'cosine', options: ['warmup', 'end-factor'], ends: true },
  linear: { label: 'linear', options: ['warmup', 'end-factor'], ends: true },
  step: { label: 'in steps', options: ['warmup', 'gamma', 'period'], ends: false },
  exponential: { label: 'exponential', options: ['warmup', 'gamma'], ends: false },
  'one-cycle': { label: 'one cycle', options: ['rise'], ends: true },
  restarts: {
    label: 'cosine, restarted',
    options: ['warmup', 'period', 'end-factor'],
    ends: false,
  },
};

/** The names of the schedules that take an option; undefined if it is not an option of schedules. */
export function schedulesWith(option: string): readonly string[] | undefined {
  const takers = Object.entries(SCHEDULE_FACTS).filter(([, { options }]) =>
    (options as readonly string[]).includes(option),
  );
  return takers.length > 0 ? takers.map(([name]) => name) : undefined;
}

/** The options of a schedule if nothing else is given. */
export const rateDefaults = (name: ScheduleName): Readonly<Record<ScheduleOption, number>> => ({
  warmup: 0,
  gamma: name === 'step' ? 0.1 : 0.95,
  period: 10,
  'end-factor': 0,
  rise: 0.3,
});
