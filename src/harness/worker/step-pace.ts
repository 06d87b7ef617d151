/** Steps that were run together, and how long they took. */
export interface Round {
  readonly steps: number;
  readonly seconds: number;
}

/**
 * Times steps in rounds, each of as many steps as all before: of long steps there are few, short ones are not awaited one by one.
 * The last round tells the pace. The first one never does: it waits for memory and for kernels to be compiled, once in a run. A round
 * that is too short does not either, as what it takes to wait for its end counts as much as its steps.
 *
 * @param run does steps, and waits for them
 * @param limits what the last round takes at least, and most steps in all
 * @param now milliseconds
 * @returns the last round; undefined if it was to stop
 */
export async function timedRound(
  run: (steps: number) => Promise<unknown>,
  { enoughMs, mostSteps }: { readonly enoughMs: number; readonly mostSteps: number },
  stops: () => boolean = () => false,
  now: () => number = () => performance.now(),
): Promise<Round | undefined> {
  for (let done = 0; ; ) {
    if (stops()) return undefined;
    const isFirst = done === 0;
    const steps = Math.max(1, Math.min(done, mostSteps - done));
    const from = now();
    await run(steps);
    const taken = now() - from;
    done += steps;
    if (isFirst) continue;
    if (taken >= enoughMs || done >= mostSteps) return { steps, seconds: taken / 1000 };
  }
}
