/** The result of {@link within} after the time limit. */
export const LATE = Symbol('late');

/**
 * Waits for a promise with a time limit.
 *
 * @param promise its later result is ignored, even a rejection
 * @param ms the limit
 * @param signal ends the wait at once, with its reason
 * @returns its value, or {@link LATE}
 */
export async function within<T>(
  promise: Promise<T>,
  ms: number,
  signal?: AbortSignal,
): Promise<T | typeof LATE> {
  promise.catch(() => {});
  signal?.throwIfAborted();
  let timer: NodeJS.Timeout | undefined;
  let stop = (): void => {};
  const late = new Promise<typeof LATE>((resolve, reject) => {
    timer = setTimeout(() => resolve(LATE), ms);
    stop = () => reject(signal?.reason);
    signal?.addEventListener('abort', stop);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', stop);
  }
}

/** A limit in words: `15 s`, `5 min`. */
export const duration = (ms: number): string =>
  ms >= 120_000 ? `${Math.round(ms / 60_000)} min` : `${Math.round(ms / 100) / 10} s`;
