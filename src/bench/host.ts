import type { StepSpec } from './peer.ts';

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
      readonly spec: StepSpec;
      /** The tokens of a text; PyTorch has the images. */
      readonly text?: { readonly train: readonly number[]; readonly test: readonly number[] };
    }
  | { readonly kind: 'pytorch'; readonly do: 'run'; readonly id: number; readonly steps: number }
  | {
      readonly kind: 'pytorch';
      readonly do: 'evaluate';
      readonly id: number;
      readonly tested: number;
    }
  | { readonly kind: 'pytorch'; readonly do: 'forget'; readonly id: number }
  /** The answer is null if nothing was stored. */
  | { readonly kind: 'kept'; readonly run: string }
  | { readonly kind: 'keep'; readonly run: string; readonly value: unknown }
  /** What to predict: the answer is {@link GivenImages}. */
  | { readonly kind: 'samples' }
  /** The secret by which a worker speaks to its sweep's server: the answer is a text. */
  | { readonly kind: 'token' }
  /** Writes a file that the command was asked for, or its next part. */
  | {
      readonly kind: 'store';
      readonly what: 'checkpoint' | 'model';
      readonly base64: string;
      /** Whether parts follow. The file is in its place after the last one. Default false. */
      readonly more?: boolean;
    };

/** Answers requests. A failure is a rejected promise. */
export type Host = (request: HostRequest) => Promise<unknown>;

declare global {
  /** Defined by the driver before the page loads, if it answers requests. */
  var gradweaveHost: Host | undefined;
}

/** The command, if there is one that answers. */
export const hostOf = (): Host | undefined => globalThis.gradweaveHost;
