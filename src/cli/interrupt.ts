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

/** How long a run that is asked to stop may take for it, in milliseconds. */
export const STOP_MS = 60_000;

/**
 * Starts to listen. A second Ctrl+C ends the process at once with exit code 130, without waiting.
 * Exit handlers kill the processes that it has started.
 *
 * @param ask Asks what runs to stop by itself, at the first signal. If it gives false or rejects, or after a minute, the
 *   interruption happens. Default: it happens at once
 */
export function onInterrupt(ask?: () => Promise<boolean>): Interruption {
  const controller = new AbortController();
  let happened: InterruptedError | null = null;
  let signalled: InterruptedError | null = null;
  let timer: NodeJS.Timeout | undefined;
  let reject: (error: InterruptedError) => void = () => {};
  const promise = new Promise<never>((_, fail) => {
    reject = fail;
  });
  // An interruption while nobody waits must not be an unhandled rejection.
  promise.catch(() => {});
  const interrupt = (error: InterruptedError): void => {
    happened ??= error;
    controller.abort(error);
    reject(error);
  };
  const listener = (signal: NodeJS.Signals) => {
    if (signalled !== null) process.exit(130);
    const error = new InterruptedError(
      signal === 'SIGINT' ? 'Interrupted.' : `Ended by ${signal}.`,
    );
    signalled = error;
    if (!ask) return interrupt(error);
    timer = setTimeout(() => interrupt(error), STOP_MS);
    ask().then(
      (asked) => asked || interrupt(error),
      () => interrupt(error),
    );
  };
  const dispose = () => {
    clearTimeout(timer);
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
