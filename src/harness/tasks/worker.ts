import { hostOf } from '../../bench/host.ts';
import { OptionError } from '../../errors.ts';
import { checkToken, serverAddress } from '../../trial/client/address.ts';
import { Query } from './query.ts';
import type { Task } from './task.ts';
import { runWorker } from './worker/run.ts';

/** Most trials that are trained in one plan. */
export const MOST_PACK = 256;

/** Works for a sweep. The token is the command's: an address is no place for a secret. */
export const worker: Task = async (options, emit) => {
  const query = new Query(options, '');
  const server = serverAddress(query.text('server') ?? '', 'server');
  const token = await hostOf()?.({ kind: 'token' });
  if (typeof token !== 'string') {
    throw new OptionError('nobody gives a token here; start the worker from the command line');
  }
  const limit = (name: string, most: number): number | undefined =>
    query.has(name) ? query.integer(name, 1, name === 'idle' ? 0 : 1, most) : undefined;
  const limits = {
    trials: limit('trials', 1e9),
    idle: limit('idle', 1e9),
    pack: limit('pack', MOST_PACK),
  };
  const given = Object.entries(limits).filter(([, value]) => value !== undefined);
  return runWorker(
    {
      ...{ server, token: checkToken(token), name: query.text('name') ?? 'worker' },
      ...Object.fromEntries(given),
    },
    emit,
  );
};
