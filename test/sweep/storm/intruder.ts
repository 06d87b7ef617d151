import { setTimeout as delay } from 'node:timers/promises';
import { SweepClient } from '../../../src/trial/client/client.ts';
import type { ClaimedTrial } from '../../../src/trial/protocol.ts';
import type { TrialResult } from '../../../src/trial/result.ts';
import type { Line } from './proxy.ts';

const NOWHERE = {
  vendor: 'intruder',
  architecture: '',
  device: '',
  description: '',
  software: true,
};
const NONE = { loss: 1, accuracy: 0 };

/**
 * A worker whose line is cut for longer than a heartbeat. Once another worker has its trial, it gives a result of its own. If that is
 * taken, the storm's digests differ.
 *
 * @returns what it was told
 */
export async function intrude(
  server: URL,
  token: string,
  proxy: Line,
  {
    heartbeatSeconds,
    isElsewhere,
  }: { heartbeatSeconds: number; isElsewhere: (id: string) => Promise<boolean> },
): Promise<string> {
  const client = new SweepClient({ server, token });
  const worker = { name: 'intruder', runtime: 'none', adapter: NOWHERE };
  const { trials } = await client.claim({ worker, waitSeconds: 20 });
  const [trial] = trials;
  if (trial === undefined) return 'no trial was left for it';
  proxy.cut();
  await delay(heartbeatSeconds * 1500);
  // The moment at which a completion would do harm.
  for (let k = 0; k < 2000 && !(await isElsewhere(trial.id)); k++) await delay(20);
  proxy.mend();
  try {
    const answer = await client.result(trial, forged(trial), 'done');
    return answer.taken === 'first' ? 'TAKEN' : 'taken as a comparison only';
  } catch (error) {
    return `refused: ${(error as Error).name}`;
  }
}

function forged({ id, spec }: ClaimedTrial): TrialResult {
  return {
    id,
    digest: 'f'.repeat(64),
    test: NONE,
    history: Array.from({ length: spec.epochs }, (_, k) => ({
      epoch: k + 1,
      train: NONE,
      test: NONE,
      seconds: 0,
    })),
    seconds: 0,
    place: { adapter: NOWHERE, runtime: 'none', family: 'portable' },
    resumed: 0,
  };
}
