/**
 * A sweep as a log of Optuna's JournalFileBackend: https://optuna.readthedocs.io/en/stable/reference/storages.html. Operations
 * and numbers are those of optuna/storages/journal/_storage.py and optuna/trial/_state.py, version 5.
 */
import type { TrialValue } from '../../../src/trial/spec.ts';
import type { StoredTrial, SweepState, TrialState } from '../contract.ts';
import { scoreOf } from './summary.ts';

const CREATE_STUDY = 0;
const CREATE_TRIAL = 4;
const DIRECTIONS = { minimize: 1, maximize: 2 } as const;
const STATES: Readonly<Record<TrialState, number>> = {
  running: 0,
  done: 1,
  pruned: 2,
  failed: 3,
  waiting: 4,
};

/** Optuna's own name for what a parameter may be, and a value's number in it. */
interface Distribution {
  readonly json: string;
  inner(value: TrialValue): number;
}

/**
 * One JSON object a line: the study, then a trial each, with its parameters, its values of each epoch and its state. What is
 * compared is the trial's value. A trial that diverged has none and counts as failed.
 */
export function journalOf(state: SweepState): string {
  const { name, objective, dimensions, trials } = state;
  const worker = `gradweave-${name}`;
  const distributions = new Map(
    dimensions.map((dimension) => [dimension, distributionOf(valuesOf(trials, dimension))]),
  );
  const study = {
    op_code: CREATE_STUDY,
    worker_id: worker,
    study_name: name,
    directions: [DIRECTIONS[objective.direction]],
  };
  const lines = [...trials]
    .sort((a, b) => a.number - b.number)
    .map((trial) => ({
      op_code: CREATE_TRIAL,
      worker_id: worker,
      study_id: 0,
      ...trialOf(trial, state, distributions),
    }));
  return [study, ...lines].map((line) => `${JSON.stringify(line)}\n`).join('');
}

function trialOf(
  trial: StoredTrial,
  { objective }: SweepState,
  distributions: ReadonlyMap<string, Distribution>,
): object {
  const score = scoreOf(trial, objective);
  const state = trial.state === 'done' && score === null ? 'failed' : trial.state;
  const known = [...distributions].flatMap(([name, distribution]) => {
    const value = trial.values[name];
    return value === undefined ? [] : [{ name, distribution, value }];
  });
  const last = objective.metric === 'test.loss' ? 'loss' : 'accuracy';
  const steps = trial.epochs.flatMap(({ epoch, test }) =>
    test[last] === null ? [] : [[String(epoch), test[last]] as const],
  );
  const over = ['done', 'pruned', 'failed'].includes(state);
  // Optuna wants a beginning of all trials that do not wait; one that was never given to a worker has none.
  const began = state === 'waiting' ? null : dateOf(trial.began ?? trial.ended ?? 0);
  return {
    state: STATES[state],
    datetime_start: began,
    ...(over ? { datetime_complete: dateOf(trial.ended ?? trial.began ?? 0) } : {}),
    ...(score === null ? {} : { values: [score] }),
    params: Object.fromEntries(
      known.map(({ name, distribution, value }) => [name, distribution.inner(value)]),
    ),
    distributions: Object.fromEntries(
      known.map(({ name, distribution }) => [name, distribution.json]),
    ),
    intermediate_values: Object.fromEntries(steps),
    user_attrs: {
      id: trial.id,
      point: trial.point,
      seed: trial.spec.seed,
      digest: trial.result?.digest ?? null,
      worker: trial.worker,
      failure: trial.failure,
    },
    system_attrs: {},
  };
}

const valuesOf = (trials: readonly StoredTrial[], name: string): TrialValue[] =>
  // Lists are values, which flatMap would take apart.
  trials.flatMap(({ values }) => (values[name] === undefined ? [] : [values[name]]));

/** Of numbers, the range that was tried; of anything else, the choices. Lists are text, as Optuna has none. */
function distributionOf(values: readonly TrialValue[]): Distribution {
  if (values.length > 0 && values.every((value) => typeof value === 'number')) {
    const low = values.reduce((a, b) => Math.min(a, b));
    const high = values.reduce((a, b) => Math.max(a, b));
    const whole = values.every(Number.isInteger);
    const attributes = { step: whole ? 1 : null, low, high, log: false };
    const name = whole ? 'IntDistribution' : 'FloatDistribution';
    return { json: JSON.stringify({ name, attributes }), inner: Number };
  }
  const texts = [...new Set(values.map((value) => JSON.stringify(plain(value))))];
  const attributes = { choices: texts.map((text) => JSON.parse(text)) };
  return {
    json: JSON.stringify({ name: 'CategoricalDistribution', attributes }),
    inner: (value) => texts.indexOf(JSON.stringify(plain(value))),
  };
}

const plain = (value: TrialValue): string | number | boolean =>
  typeof value === 'object' ? JSON.stringify(value) : value;

/** As Python's `datetime.isoformat` writes it. */
const dateOf = (seconds: number): string =>
  new Date(seconds * 1000).toISOString().replace('Z', '+00:00');
