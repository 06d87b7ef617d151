import { DataError } from '../../../src/errors.ts';
import type { SweepState } from '../contract.ts';

/**
 * Checks that a value is the state of a sweep, as `--json` writes it, as far as views need it.
 *
 * @throws {DataError} that says what is missing
 */
export function readState(given: unknown): SweepState {
  const state = record(given, 'the file');
  text(state.name, 'name');
  const objective = record(state.objective, 'objective');
  oneOf(objective.metric, ['test.accuracy', 'test.loss'], 'objective.metric');
  oneOf(objective.direction, ['maximize', 'minimize'], 'objective.direction');
  for (const name of list(state.dimensions, 'dimensions')) text(name, 'dimensions');
  for (const name of ['began', 'now', 'revision']) number(state[name], name);
  if (state.planned !== null) number(state.planned, 'planned');
  for (const [i, one] of list(state.trials, 'trials').entries()) checkTrial(one, `trials[${i}]`);
  for (const [i, one] of list(state.workers, 'workers').entries()) {
    const worker = record(one, `workers[${i}]`);
    text(worker.name, `workers[${i}].name`);
    text(worker.runtime, `workers[${i}].runtime`);
    list(worker.running, `workers[${i}].running`);
    number(worker.seen, `workers[${i}].seen`);
  }
  for (const [i, one] of list(state.alarms, 'alarms').entries()) {
    const alarm = record(one, `alarms[${i}]`);
    for (const name of ['id', 'kind']) text(alarm[name], `alarms[${i}].${name}`);
    for (const name of ['digests', 'workers']) {
      for (const value of list(alarm[name], `alarms[${i}].${name}`)) text(value, name);
    }
  }
  return given as SweepState;
}

const STATES = ['waiting', 'running', 'done', 'pruned', 'failed'];

function checkTrial(given: unknown, at: string): void {
  const trial = record(given, at);
  text(trial.id, `${at}.id`);
  for (const name of ['number', 'point', 'attempts', 'lost']) number(trial[name], `${at}.${name}`);
  oneOf(trial.state, STATES, `${at}.state`);
  record(trial.values, `${at}.values`);
  const spec = record(trial.spec, `${at}.spec`);
  text(spec.model, `${at}.spec.model`);
  record(spec.options, `${at}.spec.options`);
  record(spec.data, `${at}.spec.data`);
  for (const epoch of list(trial.epochs, `${at}.epochs`)) checkEpoch(epoch, `${at}.epochs`);
  if (trial.result === null) return;
  const result = record(trial.result, `${at}.result`);
  record(result.test, `${at}.result.test`);
  record(result.place, `${at}.result.place`);
  text(result.digest, `${at}.result.digest`);
}

function checkEpoch(given: unknown, at: string): void {
  const epoch = record(given, at);
  number(epoch.epoch, `${at}.epoch`);
  record(epoch.train, `${at}.train`);
  record(epoch.test, `${at}.test`);
}

function record(given: unknown, at: string): Record<string, unknown> {
  if (typeof given === 'object' && given !== null && !Array.isArray(given)) {
    return given as Record<string, unknown>;
  }
  throw wrong(at, 'an object');
}

function list(given: unknown, at: string): readonly unknown[] {
  if (Array.isArray(given)) return given;
  throw wrong(at, 'a list');
}

function text(given: unknown, at: string): void {
  if (typeof given !== 'string') throw wrong(at, 'a text');
}

function number(given: unknown, at: string): void {
  if (typeof given !== 'number' || !Number.isFinite(given)) throw wrong(at, 'a number');
}

function oneOf(given: unknown, allowed: readonly string[], at: string): void {
  if (!allowed.includes(given as string)) throw wrong(at, `one of ${allowed.join(', ')}`);
}

const wrong = (at: string, need: string): DataError =>
  new DataError(
    `this is not a sweep: ${at} is not ${need}. Give a file that gradweave sweep --json wrote`,
  );
