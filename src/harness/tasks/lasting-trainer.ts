import { DeviceLostError } from '../../errors.ts';
import type { Engine } from '../../gpu/engine.ts';
import { LOSSES } from '../../train/renewals.ts';
import type { Trainer } from '../../train/trainer.ts';

/** Why `fit` ends: there is another device, and nothing is to be trained on it. */
const REPLACED = Symbol('replaced');

/**
 * Gives a trainer whose device is lost another one, with the last copy that `fit` has. Epochs that ended after it are trained again:
 * their records stand. Else no step is trained.
 */
async function replace(trainer: Trainer, renew: () => Promise<Engine>): Promise<void> {
  const { length } = trainer.history;
  const cut = new AbortController();
  const fitting = trainer.fit({
    epochs: 1,
    signal: cut.signal,
    renew: async ({ snapshot }) => {
      const engine = await renew();
      if ((snapshot?.history.length ?? length) >= length) cut.abort(REPLACED);
      return engine;
    },
    onEpoch: ({ epoch }) => {
      if (epoch >= length) cut.abort(REPLACED);
    },
  });
  await fitting.catch((error: unknown) => {
    if (error !== REPLACED) throw error;
  });
}

/**
 * Works with a network after `fit`; again, if its device is lost, on another one: `fit` replaces devices only while it trains.
 *
 * @param renew replaces a lost engine. Default: the work ends
 * @throws what `work` throws; DeviceLostError if there is no other device, or after three losses
 */
export async function lastingly<T>(
  trainer: Trainer,
  work: () => Promise<T>,
  renew: (() => Promise<Engine>) | undefined,
): Promise<T> {
  for (let losses = 1; ; losses++) {
    try {
      return await work();
    } catch (error) {
      if (!renew || !(error instanceof DeviceLostError) || losses > LOSSES) throw error;
      await replace(trainer, renew);
    }
  }
}
