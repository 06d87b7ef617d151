/** Long work of a thread that has other work, too: it may be interrupted wherever it yields. */
export type Pieces<T> = Generator<void, T, void>;

/** Rows after which work on a table yields. */
export const ROWS_A_PIECE = 2000;
/** Milliseconds of work between two turns of others. */
const PIECE_MS = 12;

/** Does all of it at once. */
export function atOnce<T>(work: Pieces<T>): T {
  for (;;) {
    const { done, value } = work.next();
    if (done) return value;
  }
}

/**
 * Does it by and by, so that what else the thread does goes on, such as training.
 *
 * @param ms for about how long it works before others get a turn
 */
export async function inPieces<T>(work: Pieces<T>, ms = PIECE_MS): Promise<T> {
  let until = performance.now() + ms;
  for (;;) {
    const { done, value } = work.next();
    if (done) return value;
    if (performance.now() < until) continue;
    await new Promise((resolve) => setTimeout(resolve));
    until = performance.now() + ms;
  }
}
