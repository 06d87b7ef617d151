import { describe, isArray } from '../check.ts';
import { OptionError } from '../errors.ts';
import { checkSnapshot, needSnapshot, type Snapshot } from '../train/snapshot.ts';
import type { Crew } from './crew.ts';
import type { EnsembleProgress } from './fit.ts';
import type { Member, MemberState } from './member.ts';

/** What a network did when it was copied. @param steps that the networks have done which are still trained */
function stateOf({ history, step }: Snapshot, steps: number): MemberState {
  const last = history.at(-1);
  if (last && !Number.isFinite(last.train.loss)) return 'diverged';
  return last?.ended || step < steps ? 'stopped' : 'training';
}

/** @throws OptionError unless it is a copy of each network, in the order of the runs, of this ensemble or one like it */
function checkAll(
  given: readonly Snapshot[],
  { store, session }: Crew,
  members: readonly Member[],
): void {
  const count = members.length;
  if (!isArray(given) || given.length !== count) {
    const what = isArray(given) ? `${given.length} snapshots` : describe(given);
    throw new OptionError(
      `resume() takes an array with a snapshot of each of the ${count} runs, in their order; ${what} was given`,
    );
  }
  const { stepsPerEpoch, timetable } = session;
  const { samples } = timetable.origin;
  for (const [run, snapshot] of given.entries()) {
    needSnapshot(`resume(): runs[${run}]`, snapshot);
    const { options } = members[run];
    const name = `resume(): the snapshot of runs[${run}]`;
    checkSnapshot(snapshot, options, store.kinds);
    const { origin, learningRate, step, history, open } = snapshot;
    if (origin.step !== 0 || origin.epoch !== 0 || origin.samples !== samples) {
      throw new OptionError(`${name} had other data before; a trainer resumes from it`);
    }
    const rate = options.optimizer.learningRate;
    if ((learningRate ?? rate) !== rate) {
      throw new OptionError(
        `${name} has the learning rate ${learningRate}; an ensemble's are those of its runs, here ${rate}`,
      );
    }
    const rest = step - history.length * stepsPerEpoch;
    if (rest < 0 || (open ? rest === 0 || rest >= stepsPerEpoch : rest !== 0)) {
      throw new OptionError(
        `${name} has ${step} steps and ${history.length} finished epochs of ${stepsPerEpoch}; use it unchanged`,
      );
    }
  }
}

/**
 * Sets all networks to copies of them; see `Ensemble.resume`.
 *
 * @returns how far the networks are which are trained on
 */
export function resumeAll(
  crew: Crew,
  members: readonly Member[],
  given: readonly Snapshot[],
): EnsembleProgress {
  checkAll(given, crew, members);
  const steps = Math.max(...given.map(({ step }) => step));
  for (const [run, { step, history }] of given.entries()) {
    const member = members[run];
    member.records.splice(0, Infinity, ...history);
    member.state = stateOf(given[run], steps);
    member.step = step;
  }
  crew.put(given, new Set(members.flatMap(({ run, ended }) => (ended ? [] : [run]))), steps);
  // An epoch is open for all of them.
  const { open, seconds } = given.find(({ step }) => step === steps) ?? given[0];
  return { step: steps, seconds: open ? seconds : 0 };
}
