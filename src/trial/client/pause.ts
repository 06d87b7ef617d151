/** Waiting that a signal ends. */

/** Resolves after so many milliseconds. @throws the signal's reason, at once */
export function pause(milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const stop = (): void => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop);
      resolve();
    }, milliseconds);
    signal?.addEventListener('abort', stop, { once: true });
  });
}

/** Milliseconds before the second try, and the most between two tries. */
const FIRST_MS = 250;
const MOST_MS = 10_000;

/**
 * How long to wait before the next try: twice as long each time, and shortened by chance by up to a half, so that workers whose
 * server comes back do not all ask at once.
 *
 * @param tries that have failed, from 1
 * @returns milliseconds
 */
export const backoff = (tries: number, random: () => number = Math.random): number =>
  Math.min(MOST_MS, FIRST_MS * 2 ** (tries - 1)) * (1 - random() / 2);
