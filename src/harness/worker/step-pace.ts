/** Steps that were run together, and how long they took. */
export interface Round {
  readonly steps: number;
  readonly seconds: number;
}

/**
 * Times steps in rounds, each of as many steps as all before: of long steps there are few, short ones are not awaited one by one.
 * The last round tells the pace: in the first ones memory and kernels are cold, and each waits for its end.
 *
 * @param run does steps, and waits for them
 * @param now milliseconds
 * @returns the last round; undefined if it was to stop
 */
export async function timedRound(
  run: (steps: number) => Promise<unknown>,
  { enoughMs, mostSteps }: { readonly enoughMs: number; readonly mostSteps: number },
  stops: () => boolean = () => false,
  now: () => number = () => performance.now(),
): Promise<Round | undefined> {
  const begun = now();
  for (let done = 0; ; ) {
    if (stops()) return undefined;
    const steps = Math.max(1, Math.min(done, mostSteps - done));
    const from = now();
    await run(steps);
    const to = now();
    done += steps;
    if (to - begun >= enoughMs || done >= mostSteps) return { steps, seconds: (to - from) / 1000 };
  }
}
