import { parseStrictJson } from '../../data/strict-json.ts';
import { OptionError } from '../../errors.ts';
import { checkSpec } from '../../trial/check.ts';
import { trialId } from '../../trial/id.ts';
import type { TrialStart } from '../../trial/line.ts';
import type { TrialEpoch } from '../../trial/result.ts';
import { fetchBytes } from './data.ts';
import { BEGIN_FILE, store } from './keeping.ts';
import { LastingEngine } from './lasting-engine.ts';
import { Query } from './query.ts';
import { runTrial } from './run-trial.ts';
import type { Task } from './task.ts';
import { TrialDatasets } from './trial-data.ts';

/**
 * Trains one trial for the command: `spec` is its JSON, `begin` says that the command serves a checkpoint, `every` the seconds from
 * one checkpoint to the next, `last` that the one of the end is kept.
 */
export const trial: Task = async (options, emit) => {
  const text = options.get('spec');
  if (text === null) throw new OptionError('spec is missing; use a trial as JSON');
  const spec = checkSpec(parseStrictJson(text, 'spec'));
  const id = await trialId(spec);
  const query = new Query(options, '');
  const stop = new AbortController();
  globalThis.gradweaveStop = () => stop.abort();
  try {
    const lasting = await LastingEngine.open(emit);
    try {
      const keeper = {
        load: async () => (options.has('begin') ? fetchBytes(`data/${BEGIN_FILE}`) : undefined),
        save: (bytes: Uint8Array) => store('checkpoint', bytes),
        everySeconds: query.number('every', 60),
        last: query.flag('last'),
        signal: stop.signal,
        onStart: (start: TrialStart) => emit({ type: 'trial', line: { event: 'start', ...start } }),
        onEpoch: (epoch: TrialEpoch) => {
          emit({ type: 'trial', line: { event: 'epoch', id, ...epoch } });
          return 'on' as const;
        },
        onCheckpoint: (at: { readonly epoch: number; readonly step: number }) =>
          emit({ type: 'trial', line: { event: 'checkpoint', id, ...at } }),
      };
      return await runTrial(lasting, spec, new TrialDatasets(options), keeper, emit);
    } finally {
      lasting.destroy();
    }
  } finally {
    globalThis.gradweaveStop = undefined;
  }
};
