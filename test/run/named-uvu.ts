/**
 * Replaces `uvu` in test files (ts-hooks.mjs, bundle.ts). It also tells the runner which test or hook is
 * running, so that one that never ends can be named.
 */
import { suite as uvuSuite } from 'uvu';

declare global {
  /** Called with the name of each test that starts, and with `''` when it ends; set by the runner. */
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
