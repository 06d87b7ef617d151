import type { Lessons } from '../../worker/tutor.ts';
import type { Remote } from '../remote.ts';

/** Asks the worker's tutor; see {@link Lessons}. */
export const lesson = <K extends keyof Lessons>(
  remote: Remote,
  name: K,
  ...given: Parameters<Lessons[K]>
): Promise<Awaited<ReturnType<Lessons[K]>>> =>
  remote.call('lesson', [name, ...given] as never) as Promise<Awaited<ReturnType<Lessons[K]>>>;
