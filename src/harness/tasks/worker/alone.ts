import { OptionError } from '../../../errors.ts';
import { type Attempt, STOPPED } from '../../../trial/client/attempt.ts';
import { trialId } from '../../../trial/id.ts';
import type { LastingEngine } from '../lasting-engine.ts';
import { runTrial } from '../run-trial.ts';
import type { Emit } from '../task.ts';
import type { TrialDatasets } from '../trial-data.ts';
import { describeTrial } from './describe.ts';
import type { WorkerNews } from './news.ts';
import type { Trained } from './settle.ts';

/** What a worker has for all its trials. */
export interface Workshop {
  readonly lasting: LastingEngine;
  readonly datasets: TrialDatasets;
  readonly emit: Emit;
  readonly say: (news: WorkerNews) => void;
}

/** Trains one trial, from its checkpoint on if there is one. @throws as `runTrial`; the signal's reason */
export async function trainAlone(
  attempt: Attempt,
  everySeconds: number,
  { lasting, datasets, emit, say }: Workshop,
): Promise<Trained> {
  const { trial, signal } = attempt;
  const { spec, id } = trial;
  await checkId(attempt);
  const end = await runTrial(
    lasting,
    spec,
    datasets,
    {
      load: async () => (await attempt.load()) ?? undefined,
      save: async (bytes) => attempt.keep(bytes),
      everySeconds,
      onStart: ({ epoch, resumed }) =>
        say({
          ...{ kind: 'began', id, ...describeTrial(spec), epochs: spec.epochs },
          ...{ resumed: resumed > 0, epoch },
        }),
      onEpoch: (epoch) => attempt.epoch(epoch),
      signal,
    },
    emit,
  );
  if (end.ended !== 'stopped') return end;
  throw signal.reason ?? STOPPED;
}

/** @throws OptionError if the trial has another id than the server says */
export async function checkId({ trial: { id, spec } }: Attempt): Promise<void> {
  const own = await trialId(spec);
  if (own === id) return;
  throw new OptionError(
    `the server calls the trial ${id}; its specification has the id ${own}. The server is of another version, or changed`,
  );
}
