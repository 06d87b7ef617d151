import { OptionError } from '../errors.ts';
import { structs } from '../gpu/shaders.gen.ts';
import type { Session } from './session.ts';
import { clockAt } from './session-buffers.ts';
import { rateDispatch } from './tick.ts';

/** Sets the optimizer's learning rate from the next step on. No step may be submitted meanwhile. */
export async function putRate(session: Session, rate: number): Promise<void> {
  const { gpu, buffers, options } = session;
  const bound = await session.bind([rateDispatch(options)]);
  session.rate = rate;
  const { baseRate } = structs.Clock.members;
  const { buffer, offset } = buffers.clock;
  gpu.device.queue.writeBuffer(buffer, offset + baseRate, Float32Array.of(rate));
  await session.runOutside(bound);
}

/** The learning rate of the next step. */
export async function rateOf(session: Session): Promise<number> {
  return new Float32Array(await clockAt(session, 'learningRate'))[0];
}

/** The norm of the last step's gradients; null before the first step since the session's last `seek`. */
export async function gradientNormOf(session: Session): Promise<number | null> {
  const { norm } = session.graph;
  if (!norm) {
    throw new OptionError('gradientNorm() needs the option clip: clipNorm(Infinity), or less');
  }
  return session.untouched ? null : (await session.read(norm))[0];
}
