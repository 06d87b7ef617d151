/** Messages between the page that lends its GPU and the thread that trains. */
import type { Lease } from '../../trial/client/client.ts';
import type { SentError } from '../describe-error.ts';
import type { TaskEvent } from '../protocol.ts';
import type { WorkerOutcome } from '../tasks/worker/news.ts';

/** For whom the thread works. */
export interface JoinRun {
  readonly server: string;
  readonly token: string;
  readonly name: string;
  readonly trials?: number;
}

export type ToThread =
  | { readonly kind: 'start'; readonly run: JoinRun }
  /** Store a checkpoint, give the trial back and end. */
  | { readonly kind: 'stop' };

export type FromThread =
  | { readonly kind: 'event'; readonly event: TaskEvent }
  /** The trials that are held now. */
  | { readonly kind: 'held'; readonly leases: readonly Lease[] }
  | { readonly kind: 'ended'; readonly outcome: WorkerOutcome }
  | { readonly kind: 'failed'; readonly error: SentError };
