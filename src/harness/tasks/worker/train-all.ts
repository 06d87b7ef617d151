import { DeviceLostError } from '../../../errors.ts';
import type { Attempt } from '../../../trial/client/attempt.ts';
import { checkId, trainAlone, type Workshop } from './alone.ts';
import { type PackMember, trainPack } from './pack.ts';
import { packOf } from './packable.ts';
import { type Settled, settle, type Trained } from './settle.ts';

/** Takes what became of a trial, and the error of one that failed. */
type Ended = (settled: Settled, error?: unknown) => void;

/**
 * Trains trials that were claimed together: in one plan as far as they can be, the others one after the other.
 *
 * @throws what ends the worker
 */
export async function trainAll(
  attempts: readonly Attempt[],
  everySeconds: number,
  shop: Workshop,
  ended: Ended,
): Promise<void> {
  const alone = (attempt: Attempt): Promise<void> =>
    settled(attempt, ended, () => trainAlone(attempt, everySeconds, shop));
  const together = attempts.length > 1 ? packOf(await checked(attempts)) : [];
  if (together.length > 0) await asPack(together, everySeconds, shop, ended);
  for (const attempt of attempts) if (!together.includes(attempt)) await alone(attempt);
}

/** Trains an attempt and reports what became of it. */
async function settled(
  attempt: Attempt,
  ended: Ended,
  train: () => Promise<Trained>,
): Promise<void> {
  let failure: unknown;
  const end = await settle(attempt, train, (error) => {
    failure = error;
  });
  ended(end, failure);
}

/** The attempts whose specifications are right; the others fail when they are trained alone. */
async function checked(attempts: readonly Attempt[]): Promise<Attempt[]> {
  const right = await Promise.all(
    attempts.map((attempt) =>
      checkId(attempt).then(
        () => true,
        () => false,
      ),
    ),
  );
  return attempts.filter((_, i) => right[i]);
}

/** Trains a pack; what it leaves is trained alone after it. */
async function asPack(
  attempts: readonly Attempt[],
  everySeconds: number,
  shop: Workshop,
  ended: Ended,
): Promise<void> {
  const open = new Set<PackMember>();
  const settling = attempts.map((attempt) =>
    settled(
      attempt,
      ended,
      () =>
        new Promise<Trained>((resolve, reject) => {
          const member: PackMember = {
            attempt,
            trained: (trained) => {
              open.delete(member);
              resolve(trained);
            },
            failed: (error) => {
              open.delete(member);
              reject(error);
            },
          };
          open.add(member);
        }),
    ),
  );
  // One that ends the worker is thrown below.
  for (const one of settling) one.catch(() => {});
  try {
    await trainPack([...open], everySeconds, shop);
  } catch (error) {
    await overcome(error, shop).catch((fatal: unknown) => {
      for (const member of [...open]) member.failed(fatal);
    });
  }
  for (const member of [...open]) {
    const { attempt } = member;
    if (attempt.signal.aborted) member.failed(attempt.signal.reason);
    else await trainAlone(attempt, everySeconds, shop).then(member.trained, member.failed);
  }
  await Promise.all(settling);
}

/**
 * After an error of a pack, each trial is trained alone; what is wrong with one of them is said then.
 *
 * @throws AdapterError, DeviceLostError if there is no device any more
 */
async function overcome(error: unknown, { lasting, emit }: Workshop): Promise<void> {
  if (error instanceof DeviceLostError) {
    await lasting.renew();
    return;
  }
  const why = error instanceof Error ? error.message : String(error);
  emit({
    type: 'note',
    text: `The trials cannot be trained together (${why}). Training each alone…`,
  });
}
