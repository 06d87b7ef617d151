/**
 * What the page asks of the command that drives it: timings of programs outside of the browser, so
 * that they alternate with those inside; and to keep what a run gave, or what an earlier start kept.
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
  /** The answer is null where nothing was kept. */
  | { readonly kind: 'kept'; readonly run: string }
  | { readonly kind: 'keep'; readonly run: string; readonly value: unknown };

/** Answers requests; a failure is a rejected promise. */
export type Host = (request: HostRequest) => Promise<unknown>;

declare global {
  /** Defined by the driver before the page is loaded, where it has anything to offer. */
  var gradweaveHost: Host | undefined;
}

/** The command, where there is one that answers. */
export const hostOf = (): Host | undefined => globalThis.gradweaveHost;
