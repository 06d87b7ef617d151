/** Last import of every page of tests: runs them and hands the result to the runner. */
import { collect } from './collect.mjs';
import type { Collected } from './results.ts';

declare global {
  /** Defined by the runner (page.exposeFunction). */
  function gradweaveTestsDone(collected: Collected): Promise<void>;
}

collect().then(globalThis.gradweaveTestsDone);
