import { createHash } from 'node:crypto';
import type { Entry, Held } from './entry.ts';
import { LeaseError } from './errors.ts';

/** What is stored of a lease: who reads the database cannot speak for its workers. */
export const hashOfLease = (lease: string): string =>
  createHash('sha256').update(lease).digest('hex');

/**
 * The attempt that has the lease.
 *
 * @throws {LeaseError} if it is not the one that runs
 */
export function heldBy(entry: Entry | undefined, id: string, lease: string): Held & object {
  const held = entry?.held ?? null;
  // Hashes of random secrets: comparing them character by character tells nothing of the secret.
  if (held !== null && held.lease === hashOfLease(lease)) return held;
  throw new LeaseError(
    `this lease of the trial ${id} is not held: the trial was given to another worker, has ended, or was never given with it. Leave the trial, and claim another`,
  );
}
