import { InterruptedError } from './errors.ts';

/** Ctrl-C (and requests to end) as a promise, so that what is open can be closed in order. */
export interface Interruption {
  /** Never resolves; rejects with {@link InterruptedError}. */
  readonly promise: Promise<never>;
  /** @throws {InterruptedError} when it has happened. */
  check(): void;
  /** Gives the signals back to Node. */
  dispose(): void;
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Listens from now on. A second Ctrl-C ends the process at once, as it would have without this. */
export function onInterrupt(): Interruption {
  let happened: InterruptedError | null = null;
  let reject: (error: InterruptedError) => void = () => {};
  const promise = new Promise<never>((_, fail) => {
    reject = fail;
  });
  // It may happen while nobody waits for it; that is no unhandled rejection.
  promise.catch(() => {});
  const listener = (signal: NodeJS.Signals) => {
    dispose();
    happened = new InterruptedError(signal === 'SIGINT' ? 'Interrupted.' : `Ended by ${signal}.`);
    reject(happened);
  };
  const dispose = () => {
    for (const signal of SIGNALS) process.off(signal, listener);
  };
  for (const signal of SIGNALS) process.on(signal, listener);
  return {
    promise,
    check: () => {
      if (happened !== null) throw happened;
    },
    dispose,
  };
}
