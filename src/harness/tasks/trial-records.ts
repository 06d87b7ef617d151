import type { Engine } from '../../gpu/engine.ts';
import { familyNow } from '../../gpu/family.ts';
import type { EpochRecord, Metrics } from '../../train/history.ts';
import type { TrialEpoch, TrialMetrics, TrialPlace } from '../../trial/result.ts';
import { runtimeName } from '../runtime-name.ts';
import type { Job } from './job.ts';

/** Where a trial runs. */
export function placeOf(engine: Engine, { settings }: Job): TrialPlace {
  return {
    adapter: engine.adapter,
    runtime: runtimeName(),
    family: familyNow(settings.family ?? engine.family),
  };
}

const finite = (value: number | null | undefined): number | null =>
  typeof value === 'number' && Number.isFinite(value) ? value : null;

const metricsOf = (metrics: Metrics | undefined): TrialMetrics => ({
  loss: finite(metrics?.loss),
  accuracy: finite(metrics?.accuracy),
});

/** A record of the trainer as plain JSON. */
export function trialEpoch({ epoch, train, test, seconds }: EpochRecord): TrialEpoch {
  return { epoch, train: metricsOf(train), test: metricsOf(test), seconds };
}
