import { checkChoice, checkFlag, checkInteger, checkKeys } from '../check.ts';
import {
  DataError,
  DestroyedError,
  DeviceError,
  DeviceLostError,
  MemoryError,
  NonFiniteError,
  OptionError,
} from '../errors.ts';
import { abortable } from '../gpu/abortable.ts';
import { Activity } from '../gpu/activity.ts';
import { checkEncoder, checkEngine, type Engine } from '../gpu/engine.ts';
import { Lifetime } from '../gpu/lifetime.ts';
import { Workspace } from '../gpu/workspace.ts';
import type { ExplainOptions } from '../graph/explain.ts';
import { type ParameterBuffer, parameterBufferOf } from '../graph/parameter-buffer.ts';
import type { ParameterStore } from '../graph/store.ts';
import {
  type Answer,
  type AnswerForm,
  answersOf,
  checkPredict,
  type PredictOptions,
} from '../infer/answers.ts';
import { Inference, type InferenceOptions } from '../infer/inference.ts';
import { type State, type StateTensor, stateOf, writeState } from '../nn/state.ts';
import {
  blender,
  type CopyOptions,
  checkCopy,
  copyParameters,
  type ParameterHolder,
} from '../ops/blend.ts';
import { keyOf } from '../random/domains.ts';
import { Course } from './course.ts';
import { type Evaluation, recordOf } from './evaluator.ts';
import { checkFitOptions, type FitOptions, type FitRecord, keepOf } from './fit-options.ts';
import { type Budget, millisecondsOf } from './frames.ts';
import type { EpochRecord, EpochRecordOf, Metrics, RunState } from './history.ts';
import { Keeper } from './keeper.ts';
import { runSteps } from './loop.ts';
import { checkMetrics, type Measured, type Metric } from './metrics.ts';
import { type Complete, isImages, type TrainerOptions, type TrainingData } from './options.ts';
import { type Samples, samplesFor } from './predict-samples.ts';
import { prepare, prepareAgain, type SameKind } from './prepare.ts';
import { profileSteps } from './profile.ts';
import { ProgressWatch } from './progress.ts';
import type { Sums } from './records.ts';
import { Renewals } from './renewals.ts';
import { Rig } from './rig.ts';
import type { Session } from './session.ts';
import { type Sharing, sharingOf } from './share.ts';
import { checkSnapshot, putSnapshot, putTensors, type Snapshot, takeSnapshot } from './snapshot.ts';
import { checkLoss } from './watch.ts';

export type { FitOptions } from './fit-options.ts';
export type { TrainerOptions } from './options.ts';
export type { Progress } from './progress.ts';

/**
 * Trains a model on the GPU. A run is a function of (model, data, options, seed): the same numbers,
 * bit for bit, on one adapter, whatever the chunks.
 *
 * @example
 * const engine = await Engine.create();
 * const model = new Sequential([28, 28], [flatten(), linear(784, 128), relu(), linear(128, 10)]);
 * const trainer = await Trainer.create(engine, { model, dataset, loss: 'cross_entropy', optimizer: adam() });
 * const history = await trainer.fit({ epochs: 5 });
 */
export class Trainer<Data extends TrainingData = TrainingData> {
  #options: Complete<Data>;
  readonly #history: EpochRecord[] = [];
  readonly #keeper = new Keeper(() => this.snapshot());
  readonly #lifetime: Lifetime;
  readonly #activity: Activity;
  #made: Rig | undefined;
  #step = 0;
  /** Of the epoch that was begun and is not finished. */
  #secondsBegun = 0;
  /** Whether the epoch of the last step is still to be put on record. */
  #open = false;

  private constructor(options: Complete<Data>, engine: Engine, sharing: Sharing | undefined) {
    this.#options = options;
    const name = engine.nameOf('trainer');
    this.#activity = new Activity(name, sharing?.from.activity);
    const lenders = new Set([...(sharing?.loans.values() ?? [])].map(({ store }) => store));
    const free = (): void => {
      this.#made?.destroy();
      for (const store of lenders) store.destroy();
      this.#activity.leave();
    };
    this.#lifetime = new Lifetime(name, free, engine.lifetime);
    for (const store of lenders) store.retain();
  }

  /**
   * Uploads the data or prepares to stream it, plans and compiles, and sets the initial weights. That
   * can take seconds, most of them compiling.
   *
   * @throws OptionError where an option is out of range, or the model does not fit the data set;
   *   ShapeError where layers do not fit; DataError where a split is empty or not of the size that it
   *   says; MemoryError where the device has not enough; ShaderError where a kernel does not compile;
   *   DestroyedError if the engine is destroyed meanwhile; the signal's reason.
   */
  static async create<const Data extends TrainingData>(
    engine: Engine,
    given: TrainerOptions<Data>,
  ): Promise<Trainer<Data>> {
    checkEngine('Trainer.create()', engine);
    return abortable(given, (onAbort) => Trainer.#create(engine, given, onAbort));
  }

  static async #create<Data extends TrainingData>(
    engine: Engine,
    given: TrainerOptions<Data>,
    onAbort: (end: () => void) => void,
  ): Promise<Trainer<Data>> {
    const options = await engine.until(prepare(given));
    const { share, model } = options;
    const sharing = share === undefined ? undefined : sharingOf(share, model, engine);
    const trainer = new Trainer(options, engine, sharing);
    const lifetime = trainer.#lifetime;
    onAbort(() => lifetime.end());
    try {
      await lifetime.run(async () => {
        const workspace = new Workspace(engine, lifetime);
        trainer.#made = await Rig.create(workspace, options, sharing?.loans);
        await trainer.#activity.quiet();
      });
      trainer.reset();
      return trainer;
    } catch (error) {
      lifetime.end();
      throw error;
    }
  }

  get #rig(): Rig {
    // It is there as soon as anybody has the trainer.
    if (!this.#made) throw new DestroyedError(`this ${this.#lifetime.name} was never made`);
    return this.#made;
  }

  /** The engine that the run is on: the one that it was made with, or the last that `renew` gave. */
  get engine(): Engine {
    return this.#rig.workspace.engine;
  }

  /** What the run works with on that engine. */
  get #workspace(): Workspace {
    return this.#rig.workspace;
  }

  get #session(): Session {
    return this.#rig.session;
  }

  /** Steps done so far. */
  get step(): number {
    return this.#step;
  }

  /** Batches of the training split, a last one that is not full included. */
  get stepsPerEpoch(): number {
    return this.#session.stepsPerEpoch;
  }

  /** Kernel launches of a step. */
  get dispatchesPerStep(): number {
    return this.#session.dispatchesPerStep;
  }

  /** One record for each epoch that was finished. */
  get history(): readonly EpochRecordOf<Data>[] {
    return [...this.#history] as readonly EpochRecord[] as readonly EpochRecordOf<Data>[];
  }

  /** Shapes of the parameters by name, as PyTorch has them: weights [out, in]. */
  get shapes(): ReadonlyMap<string, readonly number[]> {
    return new Map(this.#options.model.named.map(([name, { shape }]) => [name, shape]));
  }

  /** What the run is a function of, with defaults filled in. */
  get options(): Complete<Data> {
    return this.#options;
  }

  /** @internal */
  get activity(): Activity {
    return this.#activity;
  }

  /**
   * The training session, for tools that time or inspect it.
   *
   * @internal
   */
  get session(): Session {
    return this.#session;
  }

  /**
   * Describes a training step as text: a table of its dispatches, the ops that each computes, and why
   * other ops were not fused.
   *
   * @param options `{ wgsl: true }` adds the WGSL of each kernel, as it is compiled; `{ wgsl: 2 }` only
   *   that of dispatch 2
   * @throws OptionError if an option is unknown, or no dispatch has the number
   */
  explain(options: ExplainOptions = {}): string {
    return this.#session.explain(options);
  }

  /** The epoch, from 0, that `fit` goes on with: one that is done and not on record counts as begun. */
  get #epoch(): number {
    const { timetable } = this.#session;
    return this.#open ? timetable.epochFrom(this.#step) - 1 : timetable.epochOf(this.#step);
  }

  /**
   * Trains.
   *
   * @returns the history, earlier calls' epochs included
   * @throws OptionError for a number of epochs that is none, and other options that are none; NonFiniteError where the loss is not finite
   *   any more, see `watch`; DeviceLostError with the last state that was kept, see `keep` and `renew`; the
   *   signal's reason.
   */
  async fit<const Validate extends boolean = true>(
    options: FitOptions<Data, Validate>,
  ): Promise<readonly FitRecord<Data, Validate>[]> {
    this.#lifetime.assert();
    checkFitOptions(options, this.#options);
    if (this.#activity.shared) {
      if (options.renew) {
        throw new OptionError(
          'renew was given for a trainer that shares parameters, which would be shared no more on another device; make the trainers anew, and goOn() from their snapshots',
        );
      }
      // The other may have changed what was kept.
      this.#keeper.drop();
    }
    const history = await this.#training('fit()', () => this.#fit(options));
    return history as readonly FitRecord<Data, Validate>[];
  }

  /** Does what excludes all else that trains. What WebGPU refuses of it is not counted as done. */
  #training<T>(call: string, work: () => Promise<T>): Promise<T> {
    return this.#lifetime.run(() =>
      this.#activity.during(call, async () => {
        try {
          return await work();
        } catch (error) {
          if (error instanceof DeviceError) await this.#recount(this.#step, this.#open);
          throw error;
        }
      }),
    );
  }

  /** Counts the steps that the GPU has done, if WebGPU refused some that were counted. */
  async #recount(before: number, wasOpen: boolean): Promise<void> {
    this.#step = await this.#session.resync();
    if (this.#step === before) this.#open = wasOpen;
  }

  async #fit(options: FitOptions): Promise<readonly EpochRecord[]> {
    const course = new Course(options, this.#epoch + options.epochs, this.#history);
    const keep = keepOf(options, this.#session.store);
    const keeper = keep === false ? undefined : this.#keeper;
    if (keep !== false) this.#keeper.pace(keep);
    const keepNow = async (): Promise<void> => {
      if (keeper?.last?.step !== this.#step) await keeper?.now();
    };
    const renewals = new Renewals(options.renew, this.#lifetime);
    // Steps of a frame that are still on their way come first.
    await this.#rig.submitting;
    for (;;) {
      try {
        await keepNow().catch((error: unknown) => {
          // A run that nobody asked to keep does without a copy that there is no memory for.
          const asked = options.keep !== undefined || options.renew !== undefined;
          if (asked || !(error instanceof MemoryError)) throw error;
        });
        while (this.#epoch < course.goal) {
          await this.#fitEpoch(this.#epoch, options, keeper);
          await course.after(this.#history, {
            take: () => this.#take(),
            call: (callback, record) => this.#call(callback, record),
          });
        }
        const { best } = course;
        if (best) {
          await this.#activity.quiet();
          this.#keeper.drop();
          putTensors(this.#session, best);
        }
        await keepNow().catch(() => {});
        return this.history;
      } catch (error) {
        this.#lifetime.assert();
        // Held up as it stands, unless its device is gone, or it ran away, or steps were refused.
        const going = ![DeviceLostError, NonFiniteError, DeviceError].some(
          (kind) => error instanceof kind,
        );
        if (going) await keepNow().catch(() => {});
        await keeper?.settle();
        if (!(error instanceof DeviceLostError)) throw error;
        const kept = this.#keeper.last;
        const rig = await renewals.after(error, this.engine, this.#options, kept);
        this.#rig.destroy();
        this.#made = rig;
        this.#lifetime.assert();
        if (kept) this.#put(kept);
      }
    }
  }

  /** Awaits a callback of the caller's between two epochs. */
  #call<T, R>(callback: (value: T) => R | PromiseLike<R>, value: T): Promise<R> {
    return this.#activity.rest(() => this.#lifetime.until(callback(value)));
  }

  /** Finishes an epoch, or what is left of it, and puts it on record. */
  async #fitEpoch(epoch: number, options: FitOptions, keeper: Keeper | undefined): Promise<void> {
    const { chunk = 'auto', signal } = options;
    signal?.throwIfAborted();
    const { workspace, session, train, test: testSplit } = this.#rig;
    // An epoch that is done and not on record is the one to be finished.
    if (!this.#open) session.catchUp();
    const steps = this.stepsPerEpoch;
    const before = this.#step;
    const wasOpen = this.#open;
    const begun = before - session.timetable.firstOf(epoch);
    const start = performance.now();
    const progress = new ProgressWatch(
      options.onProgress,
      epoch,
      begun,
      steps,
      this.#options,
      train.count,
      this.#speed,
    );
    const watch = options.watch ? await this.#rig.watch() : undefined;
    await watch?.begin(before);
    const { onSums, onChunk } = progress.callbacks;
    try {
      await runSteps(workspace, session, epoch, steps - begun, {
        chunk,
        hold: this.#activity.reading,
        ...(signal ? { signal } : {}),
        ...(onSums ? { onSums } : {}),
        onChunk: (done, inFlight) => {
          // Counted here, so that a callback of the caller's that throws leaves the count right.
          this.#step = before + done;
          this.#open = true;
          keeper?.offer();
          return onChunk?.(done, inFlight);
        },
      });
    } catch (error) {
      if (error instanceof DeviceError) await this.#recount(before, wasOpen);
      throw error;
    } finally {
      this.#secondsBegun += (performance.now() - start) / 1000;
    }
    // An epoch that is complete goes on record, aborted or not.
    if (this.#step < session.timetable.firstOf(epoch + 1)) signal?.throwIfAborted();
    const sums = await session.epochSums(epoch).catch((error: unknown) => {
      // An epoch whose labels were none is over, and goes on no record.
      if (error instanceof DataError) this.#leaveEpoch();
      throw error;
    });
    try {
      await watch?.check(sums, this.#step);
      await checkLoss(session, sums, before, this.#step);
    } catch (error) {
      if (!(error instanceof NonFiniteError)) throw error;
      this.#keeper.drop();
      // What goes on from here, with other weights perhaps, is not this epoch.
      this.#leaveEpoch();
      throw watch ? await this.#stoodBefore(error) : error;
    }
    const { validate = testSplit !== undefined, metrics: wanted } = options;
    const test = validate ? await this.#evaluate('test', wanted) : undefined;
    const record: EpochRecord = {
      epoch: epoch + 1,
      train: Object.freeze(this.#metrics(sums)),
      ...(test ? { test: Object.freeze(recordOf(test)) } : {}),
      seconds: this.#secondsBegun,
    };
    this.#secondsBegun = 0;
    this.#open = false;
    this.#history.push(Object.freeze(record));
  }

  #leaveEpoch(): void {
    this.#open = false;
    this.#secondsBegun = 0;
  }

  /** Samples a second of the last epoch; 0 before there is one. */
  get #speed(): number {
    const seconds = this.#history.at(-1)?.seconds ?? 0;
    return seconds > 0 ? this.#rig.train.count / seconds : 0;
  }

  /** The watch has left the run before a step: counts so, and keeps that state in the error. */
  async #stoodBefore({ message, step, tensor }: NonFiniteError): Promise<NonFiniteError> {
    this.#step = step;
    this.#open = this.#session.timetable.placeOf(step) !== 0;
    return new NonFiniteError(message, step, tensor, await this.#take());
  }

  #metrics({ loss, hits, count }: Sums): Metrics {
    const accuracy = this.#options.target === 'label' ? hits / count : null;
    return { loss: loss / count, accuracy };
  }

  /**
   * Loss, accuracy and confusion matrix over a split, without dropout.
   *
   * @param which the split; default `test`
   * @param options `metrics`: what else is computed over the split, see {@link Metric}; default nothing
   * @returns mean loss; accuracy from 0 to 1 and counts [class][predicted], null without classes; the metrics'
   *   values by name, and those of each class or output
   * @throws OptionError where the data set has no such split, and for metrics that are none of its;
   *   DeviceLostError where the device is gone; what a metric throws.
   * @example
   * const { metrics, each } = await trainer.evaluate('test', { metrics: ['f1', 'auc'] });
   * console.log(metrics.f1, each.f1); // the mean over the classes, and each of them
   */
  evaluate(which?: 'train' | 'test'): Promise<Evaluation>;
  evaluate(
    which: 'train' | 'test' | undefined,
    options: { readonly metrics: readonly Metric[] },
  ): Promise<Evaluation & Measured>;
  async evaluate(
    which: 'train' | 'test' = 'test',
    options: { readonly metrics?: readonly Metric[] } = {},
  ): Promise<Evaluation> {
    checkKeys('evaluate()', options, ['metrics']);
    const { metrics } = options;
    if (metrics !== undefined) checkMetrics(metrics, this.#options.target);
    return this.#lifetime.run(() => this.#evaluate(which, metrics));
  }

  async #evaluate(which: 'train' | 'test', metrics?: readonly Metric[]): Promise<Evaluation> {
    checkChoice('evaluate(): split', which, ['train', 'test']);
    const { train, test, evaluator } = this.#rig;
    const split = which === 'test' ? test : train;
    if (split?.count === 0) {
      throw new OptionError('evaluate(): the live set has no samples; push() some first');
    }
    if (split) {
      // Metrics of the caller's do not hold up what trains.
      const measured = await this.#activity.read(() => evaluator.evaluate(split, metrics));
      return measured((waited) => this.#lifetime.until(waited));
    }
    throw new OptionError(
      "there is no test split to evaluate; give the data set one, or evaluate('train')",
    );
  }

  /**
   * The network's answers for any number of samples. They are brought to the GPU and back batch by batch; what
   * is planned and compiled for the first call is kept for the next ones. Steps that go on wait, so that all
   * answers are of the weights at one moment. Calls at once take turns. No samples have no answers: an empty
   * array.
   *
   * @param samples what the data set has: images, arrays of numbers, or a source of either, not to be changed
   *   before this is settled. A trainer of tensors on the GPU takes arrays of numbers.
   * @param options in which form; whether the samples are standardised as the training's, see `normalize`
   * @returns [count, outputs] row by row, or classes [count]
   * @throws OptionError, DataError for samples that the model does not take, and for a form that its outputs
   *   have not.
   * @example
   * const classes = await trainer.predict(images, { as: 'class' });
   */
  async predict<As extends AnswerForm = 'output'>(
    samples: Samples<Data>,
    options: PredictOptions<As> = {},
  ): Promise<Answer<As>> {
    const { model, loss, target, dataset, normalize } = this.#options;
    const { outputs: width } = model;
    checkPredict(options, { width, loss, target });
    const raw = options.normalize === false;
    const host = samplesFor(this.#options, samples, raw);
    if (!host) {
      this.#lifetime.assert();
      return answersOf(new Float32Array(), width, options.as);
    }
    const bare = raw && normalize !== null && isImages(dataset);
    const outputs = await this.#lifetime.run(() =>
      this.#activity.read(() => this.#rig.predictor.predict(host, bare)),
    );
    return answersOf(outputs, width, options.as);
  }

  /**
   * The network's way forward on buffers of the caller's, with the parameters as they are at each time:
   * what is encoded behind training steps sees them done. To be destroyed before the trainer.
   *
   * Its inputs are standardised as the training's, see `normalize`: of a trainer of images they are the pixels as
   * numbers from 0 to 1.
   *
   * @param options samples at a time; inputs where they are the same each time; `normalize: false` for inputs that
   *   are prepared already
   * @throws OptionError, MemoryError, ShaderError
   */
  async inference(
    options: Pick<InferenceOptions, 'batch' | 'input' | 'signal'> & {
      readonly normalize?: boolean;
    },
  ): Promise<Inference> {
    this.#lifetime.assert();
    checkKeys('inference()', options, ['batch', 'input', 'normalize', 'signal']);
    const { normalize: wanted = true, ...rest } = options;
    checkFlag('normalize', wanted);
    const { model, family, loss, target, normalize } = this.#options;
    const all = { model, loss, ...(family ? { family } : {}), ...rest };
    const { store } = this.#session;
    const changes = (): void => this.#keeper.drop();
    const shared = { store, target, owner: this.#lifetime, activity: this.#activity, changes };
    return Inference.create(this.engine, { ...all, normalize: wanted ? normalize : null }, shared);
  }

  /**
   * Puts steps into an encoder of the caller's, who submits it, in this order with other steps of this
   * trainer. Nothing is submitted, written or read here.
   *
   * @returns the steps that were encoded: fewer than asked for where the kernels change, see `start`
   * @throws OptionError for a number of steps that is none, and where steps have to be waited for: data
   *   that are streamed, kernels that still compile. `fit`, `steps` and `run` wait.
   */
  encode(encoder: GPUCommandEncoder, steps: number): number {
    this.#workspace.assertAlive();
    this.#activity.assertIdle('encode()');
    this.#activity.assertUnread('encode()');
    checkEncoder(encoder);
    checkInteger('encode(): steps', steps, 1);
    if (!this.#session.ready) {
      throw new OptionError(
        "these steps have to be waited for: their data are streamed, or their kernels still compile. Use fit(), or data: 'resident' and no start",
      );
    }
    if (this.#session.live) {
      throw new OptionError(
        'encode(): the length of an epoch of a live set is not known before it begins; use run(), steps() or fit()',
      );
    }
    const count = Math.min(steps, this.#session.mostSteps);
    this.#session.encode(encoder, count);
    this.#step += count;
    return count;
  }

  /**
   * For a loop of frames: submits as many steps as take about so long on the GPU, and returns at once.
   * Not calling it is a pause.
   *
   * The budget is GPU time of training for each frame, one step at least, without what an app computes
   * beside it. A frame is left out only if training itself is behind: if its earlier steps would not be done
   * by now even on a device of its own. So an app that keeps the device busy has training in each of its
   * frames. At most 100 ms of training wait on the GPU, behind which drawing may have to wait. Images that
   * are streamed are two frames ahead at most. Without timestamps the app's work may be counted in, and
   * training gets less.
   *
   * @example
   * const frame = () => {
   *   trainer.run({ budget: '4ms' });
   *   draw();
   *   requestAnimationFrame(frame);
   * };
   * @returns the steps that were submitted
   * @throws OptionError for a budget that is none; DeviceLostError; what made the frame before fail.
   */
  run(options: { readonly budget: Budget }): number {
    this.#workspace.assertAlive();
    this.#activity.assertIdle('run()');
    checkKeys('run()', options, ['budget']);
    const milliseconds = millisecondsOf(options.budget);
    if (this.#activity.reading()) return 0;
    const { frames, train } = this.#rig;
    // Nothing has come into a live set yet.
    if (train.count === 0) return 0;
    if (!frames.running) this.#session.catchUp();
    const steps = frames.run(milliseconds);
    this.#step += steps;
    // What it holds is needed until they are done.
    const { running } = frames;
    if (steps > 0 && running) this.#lifetime.run(() => running).catch(() => {});
    return steps;
  }

  /**
   * Mean loss and accuracy of the epoch that was begun, over the steps done so far; null before the
   * first. Waits for the steps that were submitted.
   */
  metrics(): Promise<Metrics | null> {
    return this.#lifetime.run(async () => {
      if (this.#step === 0) return null;
      const epoch = this.#session.timetable.epochOf(this.#step - 1);
      return this.#metrics(await this.#session.epochSums(epoch));
    });
  }

  /**
   * Runs a number of steps, across epochs, without evaluating or recording these. For replaying traces.
   *
   * @returns the mean loss of each step's batch
   */
  async steps(count: number): Promise<number[]> {
    checkInteger('steps()', count, 0);
    return this.#training('steps()', () => this.#steps(count));
  }

  async #steps(count: number): Promise<number[]> {
    const first = this.#step;
    const losses: number[] = [];
    while (this.#step < first + count) {
      this.#session.catchUp();
      const { timetable } = this.#session;
      const epoch = timetable.epochOf(this.#step);
      const leftOfEpoch = timetable.batches - timetable.placeOf(this.#step);
      const left = Math.min(first + count - this.#step, leftOfEpoch, 512);
      const from = this.#step;
      const { reading: hold } = this.#activity;
      this.#step += await runSteps(this.#workspace, this.#session, epoch, left, {
        chunk: 'auto',
        hold,
      });
      for (const { loss, count: rows } of await this.#session.stepSums(from, this.#step)) {
        losses.push(loss / rows);
      }
    }
    return losses;
  }

  /**
   * Trains a number of steps with a timestamp around every dispatch. Steps take longer so.
   *
   * @returns the median time of each dispatch of a step, in order, in nanoseconds
   * @throws OptionError where the device has no timestamps.
   */
  profile(steps: number): Promise<{ label: string; nanoseconds: number }[]> {
    return this.#training('profile()', async () => {
      const { reading } = this.#activity;
      const times = await profileSteps(this.#workspace, this.#session, steps, reading);
      this.#step += steps;
      return times;
    });
  }

  /**
   * The parameters as PyTorch's `state_dict`: float32 by name (`0.weight`), row by row, weights
   * [out, in], biases [out]. What `writeSafetensors` takes.
   *
   * @throws DeviceLostError where the device is gone.
   */
  parameters(): Promise<Map<string, StateTensor>> {
    return this.#lifetime.run(async () =>
      stateOf(this.#options.model, await this.#session.store.read()),
    );
  }

  /**
   * Sets parameters, as PyTorch has them: weights [out, in], row by row. Those that are not named, the
   * optimizer's state and the number of steps stay as they are.
   *
   * @throws OptionError for a name that the model does not have; ShapeError for a wrong number of values; DataError
   *   for NaN or infinity; BusyError in the middle of an epoch, and while `evaluate` or `predict` reads the
   *   parameters.
   */
  load(parameters: State): void {
    this.#workspace.assertAlive();
    this.#activity.assertRests('load()');
    this.#activity.assertUnread('load()');
    this.#keeper.drop();
    writeState(this.#session.store, this.#options.model, parameters);
  }

  /**
   * Where a parameter lies on the GPU, to be read by kernels of the caller's: see {@link ParameterBuffer}. What is
   * submitted behind training steps reads what these have made of it. Of use until the trainer is destroyed, or goes
   * on with another device (`renew`); to be asked for anew then. Written to by the trainer alone.
   *
   * @param name as PyTorch's: `0.weight`
   * @throws OptionError for a name that the model has not
   */
  parameterBuffer(name: string): ParameterBuffer {
    return parameterBufferOf(this.store, name);
  }

  /** @internal */
  get store(): ParameterStore {
    this.#workspace.assertAlive();
    return this.#session.store;
  }

  /** What messages and `engine.memory()` call it, such as `trainer 1`. */
  get name(): string {
    return this.#workspace.lifetime.name;
  }

  /**
   * Takes parameters of another trainer or of an inference on this engine's device, on the GPU: all as they are when it is submitted, behind
   * the steps that were submitted before. What else there is, an optimizer's state say, stays.
   *
   * @param other whose parameters are taken
   * @param options which, and how much of them; the first call with `mix` compiles
   * @returns settled when WebGPU has taken it; what is submitted later finds it done
   * @throws OptionError, ShapeError for what cannot be copied; BusyError in the middle of an epoch; DestroyedError if either is destroyed
   */
  async copyFrom(other: ParameterHolder, options: CopyOptions = {}): Promise<void> {
    const own = this.store;
    const copy = checkCopy(this.#workspace, own, other, options);
    this.#activity.assertRests('copyFrom()');
    await this.#lifetime.run(async () => {
      const blend = copy.mix < 1 ? await blender(this.#workspace, own, copy) : undefined;
      if (this.#activity.reading()) await this.#activity.quiet();
      this.#activity.assertRests('copyFrom()');
      this.#keeper.drop();
      await (blend ? blend() : copyParameters(this.#workspace, own, copy));
    });
  }

  /** Where the run is. */
  get state(): RunState {
    return {
      step: this.#step,
      history: [...this.#history],
      seconds: this.#secondsBegun,
      open: this.#open,
      origin: this.#session.timetable.origin,
    };
  }

  /**
   * The run as it is now, copied to the CPU: parameters, the optimizer's state, step, history. It can be
   * taken while `fit` goes on.
   *
   * @throws DeviceLostError where the device is gone.
   */
  snapshot(): Promise<Snapshot> {
    return this.#lifetime.run(() => this.#take());
  }

  async #take(): Promise<Snapshot> {
    // Steps of a frame are counted before their images are there. Else nothing is waited for.
    const submitting = this.#rig.submitting;
    if (submitting) await submitting;
    return takeSnapshot(this.#session, this.#options, this.state);
  }

  /**
   * Goes on from where a run of the same options was, bit by bit: the batch, the masks and the bias
   * corrections of a step are functions of its number. `restore` does so from a file.
   *
   * @throws OptionError for a snapshot of a run with other options or another model; nothing is changed.
   */
  goOn(snapshot: Snapshot): void {
    this.#workspace.assertAlive();
    this.#activity.assertIdle('goOn()');
    this.#activity.assertUnread('goOn()');
    checkSnapshot(snapshot, this.#options, this.#session.store.kinds);
    this.#keeper.drop();
    this.#put(snapshot);
  }

  #put(snapshot: Snapshot): void {
    putSnapshot(this.#session, snapshot);
    this.#step = snapshot.step;
    this.#secondsBegun = snapshot.seconds;
    this.#open = snapshot.open;
    this.#history.splice(0, this.#history.length, ...snapshot.history);
  }

  /**
   * Goes on with other data: the next epoch is of them. Of the same kind, with as many columns, and with a test
   * split if there was one; what the inputs are standardised with stays. An epoch that was begun is left, and
   * goes on no record.
   *
   * The batch size stays: if there are fewer samples than a batch, each step is over all of them.
   *
   * Data that fit the memory of the data before (at most as many samples) replace them, and nothing is planned
   * or compiled. Otherwise everything but the parameters and the optimizer's state is made anew: kernels contain
   * the sizes of the data, so those that read the data are compiled again.
   *
   * @throws OptionError, DataError for data that do not fit; BusyError while something else trains; nothing is
   *   changed then.
   */
  async setData(dataset: SameKind<Data>): Promise<void> {
    this.#lifetime.assert();
    return this.#training('setData()', async () => {
      const options = await this.#lifetime.until(prepareAgain(this.#options, dataset));
      await this.#rig.running;
      const old = this.#rig;
      const { store } = old.session;
      await this.#activity.quiet();
      if (!old.replace(options)) {
        const rig = await Rig.create(this.#workspace, options, store);
        await this.#activity.quiet();
        this.#made = rig;
        old.leave();
      }
      const epoch = old.session.timetable.epochFrom(this.#step);
      this.#options = options as Complete as Complete<Data>;
      this.#keeper.drop();
      this.#secondsBegun = 0;
      this.#open = false;
      this.#session.begin(this.#step, epoch);
    });
  }

  /** Begins anew: initial weights, no steps done, no history. Parameters that are another trainer's stay. */
  reset(): void {
    this.#workspace.assertAlive();
    this.#activity.assertIdle('reset()');
    this.#activity.assertUnread('reset()');
    const key = keyOf(this.#options.seed);
    this.#session.store.clearMoments();
    const initial = this.#options.model.initialize(key);
    const { store } = this.#session;
    this.load(new Map([...initial].filter(([name]) => store.owns(name))));
    this.#session.begin(0, 0);
    this.#step = 0;
    this.#secondsBegun = 0;
    this.#open = false;
    this.#history.length = 0;
  }

  /**
   * Ends what this trainer is doing: it rejects with a DestroyedError at once, and so does every later call.
   * What the trainer made, its inferences included, is freed when the GPU is done with it. The engine and all
   * others on it go on. A second call does nothing.
   */
  destroy(): void {
    this.#lifetime.end();
  }

  /** {@link destroy}, and waits until the memory is free. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.destroy();
    await this.#lifetime.freed;
  }
}
