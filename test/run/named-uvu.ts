/**
 * Stands in for `uvu` in test files (ts-hooks.mjs, bundle.ts): the same, and the runner knows which test
 * is being run, its hooks included, so that one that never ends can be named.
 */
import { suite as uvuSuite } from 'uvu';

declare global {
  /** Told by the name of each test that begins, and by `''` when it has ended; set by the runner. */
  var gradweaveTestAt: ((name: string) => unknown) | undefined;
}

/** uvu writes the test's name into this property of the state that tests share. */
function watched<T extends object>(state: T): T {
  let current = '';
  return Object.defineProperty(state, '__test__', {
    configurable: true,
    get: () => current,
    set: (name: string) => {
      current = name;
      globalThis.gradweaveTestAt?.(name);
    },
  });
}

export const suite: typeof uvuSuite = (name, state) =>
  uvuSuite(name, watched(state ?? ({} as NonNullable<typeof state>)));

export const test = suite();
