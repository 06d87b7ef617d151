/** Runs the suites that a test file has queued with uvu and collects the results; in Node and in a page. */

/** uvu must see these before it is first imported, or it would run the tests itself. */
export function prepare() {
  globalThis.UVU_DEFER = 1;
  globalThis.UVU_QUEUE = [[]];
  globalThis.UVU_INDEX = 0;
}

/** @returns {Promise<import('./results.ts').Collected>} */
export async function collect() {
  const sum = { ran: 0, total: 0, skipped: 0, errors: '' };
  for (const run of globalThis.UVU_QUEUE[0]) {
    const [errors, ran, skipped, total] = await run();
    sum.ran += ran;
    sum.total += total;
    sum.skipped += skipped;
    // uvu returns `true` if there is no error.
    if (typeof errors === 'string') sum.errors += errors;
  }
  return sum;
}
