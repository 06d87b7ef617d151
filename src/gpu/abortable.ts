import { checkSignal, isObject } from '../check.ts';

/**
 * Makes something unless the `signal` of its options is aborted first. If it is made all the same, it is destroyed.
 *
 * @param make given a function that takes what ends the making early
 * @throws OptionError if the signal is not one; the signal's reason; what `make` throws
 */
export async function abortable<T extends { destroy(): void }>(
  options: unknown,
  make: (onAbort: (end: () => void) => void) => Promise<T>,
): Promise<T> {
  const signal = isObject(options) ? (options.signal as AbortSignal | undefined) : undefined;
  checkSignal(signal);
  if (!signal) return make(() => {});
  signal.throwIfAborted();
  let end = (): void => {};
  let abort = (): void => {};
  const aborted = new Promise<never>((_, reject) => {
    abort = () => {
      reject(signal.reason);
      end();
    };
    signal.addEventListener('abort', abort);
  });
  const making = make((early) => {
    end = early;
    if (signal.aborted) early();
  });
  try {
    return await Promise.race([making, aborted]);
  } catch (error) {
    making.then(
      (made) => made.destroy(),
      () => {},
    );
    throw error;
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
