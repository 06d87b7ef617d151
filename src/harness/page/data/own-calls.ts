import type { OwnCalls } from '../../worker/own-data.ts';
import type { Remote } from '../remote.ts';

/** Asks the worker's part that has the visitor's data. */
export type AskOwn = <M extends keyof OwnCalls>(
  method: M,
  ...given: Parameters<OwnCalls[M]>
) => Promise<Awaited<ReturnType<OwnCalls[M]>>>;

export const askOwn = (remote: Remote): AskOwn =>
  // A generic method's types are lost on the way through the table of calls.
  ((...given: readonly unknown[]) => remote.call('own', given as never)) as unknown as AskOwn;
