import { DeviceLostError } from '../../errors.ts';
import type { Engine } from '../../gpu/engine.ts';
import { LOSSES } from '../../train/renewals.ts';

/** What a run that begins again needs. */
interface Beginning {
  /** Replaces a lost engine. */
  readonly renew: () => Promise<Engine>;
  /** Whether an epoch is done, which a new beginning would lose. */
  readonly isBegun: () => boolean;
}

/**
 * Begins a run, and begins it again on another device if its own is lost before there is a copy to go on from.
 *
 * @param work begins on a device, and trains to the end
 * @throws what `work` throws; DeviceLostError if there is no other device, or after three losses
 */
export async function beginAgain<T>(
  first: Engine,
  work: (engine: Engine) => Promise<T>,
  { renew, isBegun }: Beginning,
): Promise<T> {
  let engine = first;
  for (let losses = 1; ; losses++) {
    try {
      return await work(engine);
    } catch (error) {
      if (!(error instanceof DeviceLostError)) throw error;
      if (error.snapshot || isBegun() || losses > LOSSES) throw error;
      try {
        engine = await renew();
      } catch (cause) {
        const why = cause instanceof Error ? cause.message : String(cause);
        const text = `${error.message}. There is no other device: ${why}`;
        throw new DeviceLostError(text, undefined, { cause });
      }
    }
  }
}
