import { checkChoice, checkInteger, checkNone } from '../check.ts';
import { OptionError } from '../errors.ts';
import { abortable } from '../gpu/abortable.ts';
import { Activity } from '../gpu/activity.ts';
import { checkEngine, type Engine } from '../gpu/engine.ts';
import { Lifetime } from '../gpu/lifetime.ts';
import { Workspace } from '../gpu/workspace.ts';
import type { Answer, AnswerForm } from '../infer/answers.ts';
import { type State, type StateTensor, stateOf } from '../nn/state.ts';
import type { Evaluation } from '../train/evaluator.ts';
import type { EpochRecordOf } from '../train/history.ts';
import type { TrainingData } from '../train/options.ts';
import type { Samples } from '../train/predict-samples.ts';
import type { Snapshot } from '../train/snapshot.ts';
import { Crew } from './crew.ts';
import { type EnsembleFitOptions, type EnsembleProgress, fitEnsemble } from './fit.ts';
import { type EnsembleMember, Member } from './member.ts';
import { type EnsembleOptions, resolveRuns } from './options.ts';
import type { EnsemblePredictOptions } from './predict.ts';
import { resumeAll } from './resume.ts';
import type { NetworkSession } from './session.ts';
import { snapshotOf } from './snapshot.ts';

export type { EnsembleEpoch, EnsembleFitOptions } from './fit.ts';
export type { EnsembleMember, MemberState } from './member.ts';
export type { EnsembleOptions, EnsembleRun } from './options.ts';
export type { EnsemblePredictOptions } from './predict.ts';
export { type Spread, spreadOf } from './spread.ts';

/** What to do about options that only a trainer's calls have. */
const ALONE =
  "A trainer with the run's options that resumes from snapshot(run) has metrics and averages";

/**
 * Trains several networks of one shape at once, each step of all of them in the same dispatches: for example ten seeds of three
 * learning rates. A step of a small network cannot fill a GPU, so that many networks take little longer than one. Each network
 * has the bits of its run alone, by a {@link Trainer} with the same options, in the same family of kernels. The data are in
 * memory once.
 *
 * @example
 * const ensemble = await Ensemble.create(engine, {
 *   model, dataset, loss: 'cross_entropy', optimizer: adam(),
 *   runs: [{ seed: 1 }, { seed: 2 }, { seed: 3, optimizer: adam({ learningRate: 3e-4 }) }],
 * });
 * await ensemble.fit({ epochs: 5 });
 * const { mean, deviation } = spreadOf(ensemble.members.map(({ last }) => last.test.accuracy));
 */
export class Ensemble<Data extends TrainingData = TrainingData> {
  readonly #lifetime: Lifetime;
  readonly #activity: Activity;
  readonly #crew: Crew;
  readonly #members: readonly Member[];
  readonly #progress: EnsembleProgress = { step: 0, seconds: 0 };

  private constructor(lifetime: Lifetime, activity: Activity, crew: Crew) {
    this.#lifetime = lifetime;
    this.#activity = activity;
    this.#crew = crew;
    this.#members = crew.runs.options.map((options, run) => new Member(run, options));
  }

  /**
   * Uploads the data, plans and compiles for all networks, and sets their initial weights.
   *
   * @throws OptionError if an option is out of range, or the runs differ in more than numbers; MemoryError if the networks do
   *   not fit the device's limits, with the number that does; ShapeError, DataError, ShaderError as `Trainer.create`;
   *   DestroyedError; the signal's reason
   */
  static async create<const Data extends TrainingData>(
    engine: Engine,
    given: EnsembleOptions<Data>,
  ): Promise<Ensemble<Data>> {
    checkEngine('Ensemble.create()', engine);
    return abortable(given, async (onAbort) => {
      const runs = await engine.until(resolveRuns(given as unknown as EnsembleOptions));
      const name = engine.nameOf('ensemble');
      let crew: Crew | undefined;
      const lifetime = new Lifetime(name, () => crew?.destroy(), engine.lifetime);
      onAbort(() => lifetime.end());
      try {
        return await lifetime.run(async () => {
          crew = await Crew.create(new Workspace(engine, lifetime), runs);
          const ensemble = new Ensemble<Data>(lifetime, new Activity(name), crew);
          crew.session.seek(0);
          return ensemble;
        });
      } catch (error) {
        lifetime.end();
        throw error;
      }
    });
  }

  /** Its name in messages and in `engine.memory()`, such as `ensemble 1`. */
  get name(): string {
    return this.#lifetime.name;
  }

  /**
   * The training session, for tools that time it.
   *
   * @internal
   */
  get session(): NetworkSession {
    return this.#crew.session;
  }

  /** The networks, in the order of the runs. */
  get members(): readonly EnsembleMember<Data>[] {
    return this.#members as readonly unknown[] as readonly EnsembleMember<Data>[];
  }

  /** How many networks are still trained. */
  get active(): number {
    return this.#crew.session.slots.length;
  }

  /** Steps that the networks which are still trained have done. */
  get step(): number {
    return this.#progress.step;
  }

  /** Batches of the training split, including a last one that is not full. */
  get stepsPerEpoch(): number {
    return this.#crew.session.stepsPerEpoch;
  }

  /** Kernel launches of a step, of all networks together. */
  get dispatchesPerStep(): number {
    return this.#crew.session.dispatchesPerStep;
  }

  /**
   * Describes the plan as text: a table of the dispatches of one network, and how many networks each computes.
   *
   * @throws OptionError if options are given: a trainer's plan has the WGSL too; DestroyedError
   */
  explain(...none: []): string {
    this.#lifetime.assert();
    checkNone(
      'explain',
      none,
      ". A trainer's explain({ wgsl: true }) shows the kernels of one network",
    );
    return `${this.active} networks in the same dispatches, of which each has this plan:\n${this.#crew.session.program.explain()}`;
  }

  /**
   * Trains all networks that have not ended. A network ends if `stop` says so for it, or its loss is no longer finite. It then
   * takes part in no dispatch any more: the others are faster.
   *
   * @returns the records of all epochs, of each network
   * @throws OptionError if an option is invalid; BusyError; DeviceLostError; DestroyedError; the signal's reason, after which
   *   another call finishes the epoch
   */
  async fit(
    options: EnsembleFitOptions<Data>,
  ): Promise<readonly (readonly EpochRecordOf<Data>[])[]> {
    this.#lifetime.assert();
    const fitting = this.#lifetime.run(() =>
      this.#activity.during('fit()', () =>
        fitEnsemble(
          {
            crew: this.#crew,
            members: this.#members,
            progress: this.#progress,
            until: (waited) => this.#lifetime.until(waited),
          },
          options as unknown as EnsembleFitOptions,
        ),
      ),
    );
    await fitting;
    return this.members.map(({ history }) => history);
  }

  /**
   * Loss, accuracy and confusion matrix of each network over a split, without dropout.
   *
   * @param which the split; default `test`
   * @throws OptionError if the data set has no such split, or options are given: metrics and averages are for a trainer, which
   *   resumes from a {@link snapshot}; BusyError while it trains; DeviceLostError
   */
  async evaluate(which: 'train' | 'test' = 'test', ...none: []): Promise<readonly Evaluation[]> {
    checkChoice('evaluate(): split', which, ['train', 'test']);
    checkNone('evaluate', none, `. ${ALONE}`);
    const split = this.#crew.splits[which];
    if (!split) {
      throw new OptionError(
        "there is no test split to evaluate; give the data set one, or evaluate('train')",
      );
    }
    return this.#exclusive('evaluate()', async () => {
      const all = await this.#crew.evaluate(split, this.#members.length);
      return this.#members.map(({ run }) => all.get(run) as Evaluation);
    });
  }

  /**
   * The prediction of all networks together: the mean of their outputs, or of their probabilities.
   *
   * @param samples of the data set's kind, as of `Trainer.predict`
   * @param options the form of the answers, and which networks; default the means, of all networks
   * @returns [count, outputs] row by row, or classes [count]: the largest mean
   * @throws OptionError, DataError if the networks do not take the samples; BusyError while it trains
   */
  async predict<As extends AnswerForm = 'output'>(
    samples: Samples<Data>,
    options: EnsemblePredictOptions<As> = {},
  ): Promise<Answer<As>> {
    return this.#exclusive('predict()', () =>
      this.#crew.predictor.predict(this.#members, samples as Samples<TrainingData>, options),
    );
  }

  /**
   * A network's parameters, in the form of `Trainer.parameters`: `Inference.create`, `Trainer.load` and `writeSafetensors` take
   * them.
   *
   * @param run its index in `runs`
   * @throws OptionError if there is no such network; BusyError while it trains; DeviceLostError
   */
  async parameters(run: number, ...none: []): Promise<Map<string, StateTensor>> {
    const member = this.#member('parameters', run, none);
    return this.#exclusive('parameters()', () => this.#read(member.run));
  }

  /**
   * Sets parameters of a network, as `Trainer.load`: for a warm start, such as new heads on a trained backbone. Parameters that are
   * not named, the optimizer's state and the number of steps do not change.
   *
   * @param run its index in `runs`
   * @param parameters in PyTorch's layout: weights [out, in], row by row
   * @returns the names of the parameters that are not named; none if all were set
   * @throws OptionError if there is no such network, it has ended, or the model does not have a name; ShapeError for a wrong number
   *   of values; DataError for NaN or infinity; BusyError while another call runs
   */
  load(run: number, parameters: State, ...none: []): string[] {
    this.#lifetime.assert();
    const { options, ended, state } = this.#member('load', run, none);
    this.#activity.assertIdle('load()');
    if (ended) {
      throw new OptionError(
        `load(): runs[${run}] has ${state} and is not trained any more; load before fit(), or into another run`,
      );
    }
    this.#crew.load(run, options.model, parameters);
    return options.model.parameters.flatMap(({ name }) => (parameters.has(name) ? [] : name));
  }

  /**
   * Ends the training of a network, as the option `stop` of {@link fit} does: it is left out of all dispatches from now on.
   *
   * @param run its index in `runs`; of a network that has ended nothing changes
   * @throws OptionError if there is no such network, or an epoch is unfinished; BusyError while another call runs
   */
  stop(run: number, ...none: []): void {
    this.#lifetime.assert();
    const member = this.#member('stop', run, none);
    this.#activity.assertIdle('stop()');
    if (member.ended) return;
    if (this.#progress.step % this.stepsPerEpoch > 0) {
      throw new OptionError(
        'stop(): an epoch is unfinished; finish it with fit({ epochs: 1 }) first',
      );
    }
    member.state = 'stopped';
    member.step = this.#progress.step;
    this.#crew.leaveOut(new Set([run]), this.#progress.step);
  }

  async #read(run: number): Promise<Map<string, StateTensor>> {
    const { store } = this.#crew;
    return stateOf(this.#members[run].options.model, await store.read(this.#crew.slotOf(run)));
  }

  /**
   * A copy of a network's run on the CPU, as of `Trainer.snapshot`: a trainer with the run's options resumes from it
   * bit-identically, and `checkpointOf` makes a file of it.
   *
   * @param run its index in `runs`
   * @throws OptionError if there is no such network; BusyError while it trains; DeviceLostError
   */
  async snapshot(run: number, ...none: []): Promise<Snapshot> {
    const member = this.#member('snapshot', run, none);
    return this.#exclusive('snapshot()', () => snapshotOf(this.#crew, member, this.#progress));
  }

  /**
   * Sets all networks to copies by {@link snapshot}: of this ensemble, of one with the same options, also on another device, or of
   * trainers with the runs' options. Networks with as many steps as the one that has the most are trained on, and `fit` gives them
   * the bits of a run that was never interrupted, on the same adapter. The others had ended, and stay out.
   *
   * @param snapshots one of each run, in the order of the runs
   * @throws OptionError if there are not as many as runs, or one is not of its run, nothing changes then; BusyError while another
   *   call runs; DestroyedError
   */
  resume(snapshots: readonly Snapshot[], ...none: []): void {
    this.#lifetime.assert();
    checkNone('resume', none, ` after the snapshots. ${ALONE}`);
    this.#activity.assertIdle('resume()');
    Object.assign(this.#progress, resumeAll(this.#crew, this.#members, snapshots));
  }

  #member(call: string, run: number, none: readonly unknown[]): Member {
    checkInteger(`${call}(): run`, run, 0, this.#members.length - 1);
    checkNone(call, none, ` after the run. ${ALONE}`);
    return this.#members[run];
  }

  #exclusive<T>(call: string, work: () => Promise<T>): Promise<T> {
    return this.#lifetime.run(() => this.#activity.during(call, work));
  }

  /** Ends the ensemble, as `Trainer.destroy` ends a trainer. A second call does nothing. */
  destroy(): void {
    this.#lifetime.end();
  }

  /** {@link destroy}, and waits until the memory is free. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.destroy();
    await this.#lifetime.freed;
  }
}
