import { InterruptedError } from './errors.ts';

/** Ctrl+C (and other signals to end) as a promise, so that everything open can be closed in order. */
export interface Interruption {
  /** Never resolves; rejects with {@link InterruptedError}. */
  readonly promise: Promise<never>;
  /** Aborted on interruption, with an {@link InterruptedError} as its reason. */
  readonly signal: AbortSignal;
  /** @throws {InterruptedError} after an interruption. */
  check(): void;
  /** Stops listening: Node handles the signals again. */
  dispose(): void;
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Starts to listen. A second Ctrl+C ends the process at once with exit code 130, without waiting.
 * Exit handlers kill the processes that it has started.
 */
export function onInterrupt(): Interruption {
  const controller = new AbortController();
  let happened: InterruptedError | null = null;
  let reject: (error: InterruptedError) => void = () => {};
  const promise = new Promise<never>((_, fail) => {
    reject = fail;
  });
  // An interruption while nobody waits must not be an unhandled rejection.
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
