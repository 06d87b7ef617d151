/**
 * The page's requests to the command that drives it: timings of programs outside of the browser, so
 * that they alternate with those inside; and storing a run's result, or reading one from an earlier start.
 */
export type HostRequest =
  | { readonly kind: 'pytorch'; readonly do: 'modes' }
  | {
      readonly kind: 'pytorch';
      readonly do: 'make';
      readonly mode: string;
      readonly loss: string;
      readonly optimizer: string;
      readonly learningRate: number;
    }
  | { readonly kind: 'pytorch'; readonly do: 'run'; readonly id: number; readonly steps: number }
  | { readonly kind: 'pytorch'; readonly do: 'accuracy'; readonly id: number }
  /** The answer is null if nothing was stored. */
  | { readonly kind: 'kept'; readonly run: string }
  | { readonly kind: 'keep'; readonly run: string; readonly value: unknown };

/** Answers requests. A failure is a rejected promise. */
export type Host = (request: HostRequest) => Promise<unknown>;

declare global {
  /** Defined by the driver before the page loads, if it answers requests. */
  var gradweaveHost: Host | undefined;
}

/** The command, if there is one that answers. */
export const hostOf = (): Host | undefined => globalThis.gradweaveHost;
