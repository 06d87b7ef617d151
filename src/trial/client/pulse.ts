import type { HeartbeatAnswer } from '../protocol.ts';
import type { Lease, SweepClient } from './client.ts';
import { AwayError } from './errors.ts';
import { pause } from './pause.ts';

/** What becomes of a trial while it is trained. */
export interface PulseEvents {
  /** The server answers a heartbeat. */
  readonly answered: (answer: HeartbeatAnswer) => void;
  /** It is not ours any more, or the server refuses us. */
  readonly failed: (error: unknown) => void;
}

/** Milliseconds to the next heartbeat, if the server does not answer one. */
const SOON_MS = 1000;

/**
 * Says every third of the server's limit that a trial is worked on, until it is ended. If the server is away, training goes on:
 * whether the trial is still ours is the server's to say when it is back.
 *
 * @param limit seconds after which the server gives the trial to another worker
 * @returns ends it
 */
export function pulse(
  client: SweepClient,
  trial: Lease,
  limit: number,
  { answered, failed }: PulseEvents,
): () => void {
  const controller = new AbortController();
  const { signal } = controller;
  const third = limit / 3;
  const run = async (): Promise<void> => {
    let wait = third * 1000;
    for (;;) {
      await pause(wait, signal);
      try {
        answered(await client.heartbeat(trial, Math.max(1, third), signal));
        wait = third * 1000;
      } catch (error) {
        if (!(error instanceof AwayError)) throw error;
        wait = Math.min(SOON_MS, third * 1000);
      }
    }
  };
  run().catch((error: unknown) => {
    if (!signal.aborted) failed(error);
  });
  return () => controller.abort();
}
