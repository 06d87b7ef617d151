import { InterruptedError } from './errors.ts';

/** Ctrl-C (and requests to end) as a promise, so that what is open can be closed in order. */
export interface Interruption {
  /** Never resolves; rejects with {@link InterruptedError}. */
  readonly promise: Promise<never>;
  /** Aborted when it happens, with an {@link InterruptedError} as its reason. */
  readonly signal: AbortSignal;
  /** @throws {InterruptedError} when it has happened. */
  check(): void;
  /** Gives the signals back to Node. */
  dispose(): void;
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Listens from now on. A second Ctrl-C ends the process at once with exit code 130, without waiting for
 * what is being closed; what it has started is killed by handlers of the process's end.
 */
export function onInterrupt(): Interruption {
  const controller = new AbortController();
  let happened: InterruptedError | null = null;
  let reject: (error: InterruptedError) => void = () => {};
  const promise = new Promise<never>((_, fail) => {
    reject = fail;
  });
  // It may happen while nobody waits for it; that is no unhandled rejection.
  promise.catch(() => {});
  const listener = (signal: NodeJS.Signals) => {
    if (happened !== null) process.exit(130);
    happened = new InterruptedError(signal === 'SIGINT' ? 'Interrupted.' : `Ended by ${signal}.`);
    controller.abort(happened);
    reject(happened);
  };
  const dispose = () => {
    for (const signal of SIGNALS) process.off(signal, listener);
  };
  for (const signal of SIGNALS) process.on(signal, listener);
  return {
    promise,
    signal: controller.signal,
    check: () => {
      if (happened !== null) throw happened;
    },
    dispose,
  };
}
