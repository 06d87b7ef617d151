import { checkChoice, checkFlag, checkInteger, checkKeys, checkNumber } from '../check.ts';
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
import { initialize } from '../nn/model.ts';
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
import { meansOf, type Sums } from './records.ts';
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
 * Trains a model on the GPU. A run is a function of (model, data, options, seed): on one adapter it gives the
 * same bits every time, whatever the chunk size.
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
  /** Training time of the unfinished epoch. */
  #secondsBegun = 0;
  /** Whether the epoch of the last step has no record yet. */
  #open = false;
  /** Whether the current epoch may be repeated. */
  #watched = false;

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
   * Uploads the data or prepares to stream it, plans and compiles, and sets the initial weights. This
   * can take seconds, most of it for compiling.
   *
   * @throws OptionError if an option is out of range, or the model does not fit the data set; ShapeError if
   *   layers do not fit; DataError if a split is empty or its size is wrong; MemoryError if the device does not
   *   have enough memory; ShaderError if a kernel does not compile; DestroyedError if the engine is destroyed
   *   meanwhile; the signal's reason.
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
    // Set before create() returns the trainer.
    if (!this.#made) throw new DestroyedError(`this ${this.#lifetime.name} was never made`);
    return this.#made;
  }

  /** The engine that the run is on: the one it was created with, or the last one that `renew` gave. */
  get engine(): Engine {
    return this.#rig.workspace.engine;
  }

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

  /** Batches of the training split, including a last one that is not full. */
  get stepsPerEpoch(): number {
    return this.#session.stepsPerEpoch;
  }

  /** Kernel launches of a step. */
  get dispatchesPerStep(): number {
    return this.#session.dispatchesPerStep;
  }

  /** One record for each finished epoch. */
  get history(): readonly EpochRecordOf<Data>[] {
    return [...this.#history] as readonly EpochRecord[] as readonly EpochRecordOf<Data>[];
  }

  /** Shapes of the parameters by name, in PyTorch's order: weights [out, in]. */
  get shapes(): ReadonlyMap<string, readonly number[]> {
    return new Map(this.#options.model.parameters.map(({ name, shape }) => [name, shape]));
  }

  /** The options of the run, with defaults filled in. */
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

  /** The epoch, from 0, that `fit` continues with. One that is done but has no record yet counts as unfinished. */
  get #epoch(): number {
    const { timetable } = this.#session;
    return this.#open ? timetable.epochFrom(this.#step) - 1 : timetable.epochOf(this.#step);
  }

  /**
   * Trains.
   *
   * @returns the history, including epochs of earlier calls
   * @throws OptionError if an option is invalid; NonFiniteError if the loss is no longer finite, see `watch`;
   *   DeviceLostError with the last state that was kept, see `keep` and `renew`; the signal's reason.
   */
  async fit<const Validate extends boolean = true>(
    options: FitOptions<Data, Validate>,
  ): Promise<readonly FitRecord<Data, Validate>[]> {
    this.#lifetime.assert();
    checkFitOptions(options, this.#options);
    if (this.#activity.shared) {
      if (options.renew) {
        throw new OptionError(
          'renew was given for a trainer that shares parameters; another device cannot share them. Make new trainers and goOn() from their snapshots',
        );
      }
      // The other trainer may have changed the parameters.
      this.#keeper.drop();
    }
    const history = await this.#training('fit()', () => this.#fit(options));
    return history as readonly FitRecord<Data, Validate>[];
  }

  /** Runs work that excludes all other training. Steps that WebGPU refuses are not counted. */
  #training<T>(call: string, work: () => Promise<T>): Promise<T> {
    return this.#lifetime.run(() =>
      this.#activity.during(call, async () => {
        this.#watched = false;
        try {
          return await work();
        } catch (error) {
          if (error instanceof DeviceError) await this.#recount(this.#step, this.#open);
          throw error;
        }
      }),
    );
  }

  /** Asks the GPU how many steps it has done, after WebGPU refused some that were counted. */
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
    // Steps of a frame that are not submitted yet come first.
    await this.#rig.submitting;
    for (;;) {
      try {
        await keepNow().catch((error: unknown) => {
          // Without memory for a copy the run goes without, unless the caller asked for one.
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
        // Kept as it is, unless its device is lost, its numbers are not finite, or steps were refused.
        const intact = ![DeviceLostError, NonFiniteError, DeviceError].some(
          (kind) => error instanceof kind,
        );
        if (intact) await keepNow().catch(() => {});
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

  /** Awaits the caller's callback between two epochs. */
  #call<T, R>(callback: (value: T) => R | PromiseLike<R>, value: T): Promise<R> {
    return this.#activity.rest(() => this.#lifetime.until(callback(value)));
  }

  /** Finishes an epoch, or the rest of it, and records it. */
  async #fitEpoch(epoch: number, options: FitOptions, keeper: Keeper | undefined): Promise<void> {
    const { chunk = 'auto', signal } = options;
    signal?.throwIfAborted();
    const { workspace, session, train, test: testSplit } = this.#rig;
    // An epoch that is done but has no record yet is finished first.
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
    this.#watched = watch !== undefined;
    const { onSums, onChunk } = progress.callbacks;
    try {
      await runSteps(workspace, session, epoch, steps - begun, {
        chunk,
        hold: this.#activity.reading,
        ...(signal ? { signal } : {}),
        ...(onSums ? { onSums } : {}),
        onChunk: (done, inFlight) => {
          // Counted here, so that the count is right if the caller's callback throws.
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
    // A complete epoch is recorded, even if it was aborted.
    if (this.#step < session.timetable.firstOf(epoch + 1)) signal?.throwIfAborted();
    const sums = await session.epochSums(epoch).catch((error: unknown) => {
      // An epoch with an invalid label is over, and is not recorded.
      if (error instanceof DataError) this.#leaveEpoch();
      throw error;
    });
    try {
      await watch?.check(sums, this.#step);
      await checkLoss(session, sums, before, this.#step);
    } catch (error) {
      if (!(error instanceof NonFiniteError)) throw error;
      this.#keeper.drop();
      // Whatever continues from here, maybe with other weights, is not this epoch.
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

  /** Samples per second of the last epoch; 0 before the first. */
  get #speed(): number {
    const seconds = this.#history.at(-1)?.seconds ?? 0;
    return seconds > 0 ? this.#rig.train.count / seconds : 0;
  }

  /** The watch has put the run back before a step: sets the counters, and keeps that state in the error. */
  async #stoodBefore({ message, step, tensor }: NonFiniteError): Promise<NonFiniteError> {
    this.#step = step;
    this.#open = this.#session.timetable.placeOf(step) !== 0;
    return new NonFiniteError(message, step, tensor, await this.#take());
  }

  #metrics(sums: Sums): Metrics {
    return meansOf(sums, this.#options.target);
  }

  /**
   * Loss, accuracy and confusion matrix over a split, without dropout.
   *
   * @param which the split; default `test`
   * @param options `metrics`: what else to compute over the split, see {@link Metric}; default nothing
   * @returns mean loss; accuracy from 0 to 1 and counts [class][predicted], null without classes; the metrics'
   *   values by name, and the values of each class or output
   * @throws OptionError if the data set has no such split, or a metric does not suit it; DeviceLostError if the
   *   device is lost; what a metric throws.
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
      // The caller's metrics do not hold up training.
      const measured = await this.#activity.read(() => evaluator.evaluate(split, metrics));
      return measured((waited) => this.#lifetime.until(waited));
    }
    throw new OptionError(
      "there is no test split to evaluate; give the data set one, or evaluate('train')",
    );
  }

  /**
   * Predicts any number of samples. They are moved to the GPU and back batch by batch; later calls reuse the plan
   * and the kernels of the first. Training waits meanwhile, so that all answers come from the same weights.
   * Concurrent calls take turns. For no samples the result is an empty array.
   *
   * @param samples of the data set's kind: images, arrays of numbers, or a source of either. Do not change them
   *   before the promise is settled. A trainer of tensors on the GPU takes arrays of numbers.
   * @param options the form of the answers; whether the samples are standardised, see `normalize`
   * @returns [count, outputs] row by row, or classes [count]
   * @throws OptionError, DataError if the model does not take the samples, or its outputs do not have that form.
   * @example
   * const classes = await trainer.predict(images, { as: 'class' });
   */
  async predict<As extends AnswerForm = 'output'>(
    samples: Samples<Data>,
    options: PredictOptions<As> = {},
  ): Promise<Answer<As>> {
    const { model, loss, target, dataset, normalize } = this.#options;
    const [width] = model.outputShape;
    const form = { width, loss, target };
    checkPredict(options, form);
    const raw = options.normalize === false;
    const host = samplesFor(this.#options, samples, raw);
    if (!host) {
      this.#lifetime.assert();
      return answersOf(new Float32Array(), form, options.as);
    }
    const bare = raw && normalize !== null && isImages(dataset);
    const outputs = await this.#lifetime.run(() =>
      this.#activity.read(() => this.#rig.predictor.predict(host, bare)),
    );
    return answersOf(outputs, form, options.as);
  }

  /**
   * The network's forward pass on the caller's buffers, always with the current parameters: calls that are encoded
   * after training steps use the result of those steps. Destroy it before the trainer.
   *
   * Its inputs are standardised like the training's, see `normalize`. For a trainer of images they are the pixels
   * as numbers from 0 to 1.
   *
   * @param options samples per call; inputs if they are the same for each call; `normalize: false` if the inputs
   *   are standardised already; a signal
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
   * Encodes steps into the caller's encoder. The caller submits it, in the order in which this trainer's steps
   * were encoded. Nothing is submitted, written or read here.
   *
   * @returns the number of encoded steps: fewer than requested if the kernels change, see `start`
   * @throws OptionError if `steps` is invalid, or if steps have to wait: for streamed data, or for kernels that
   *   still compile. `fit`, `steps` and `run` wait.
   */
  encode(encoder: GPUCommandEncoder, steps: number): number {
    this.#workspace.assertAlive();
    this.#activity.assertIdle('encode()');
    this.#activity.assertUnread('encode()');
    checkEncoder(encoder);
    checkInteger('encode(): steps', steps, 1);
    if (!this.#session.ready) {
      throw new OptionError(
        "these steps cannot be encoded at once: their data are streamed, or their kernels still compile. Use fit(), or data: 'resident' and no start",
      );
    }
    if (this.#session.live) {
      throw new OptionError(
        'encode() does not take a live set, whose epochs have no fixed length; use run(), steps() or fit()',
      );
    }
    const count = Math.min(steps, this.#session.mostSteps);
    this.#session.encode(encoder, count);
    this.#step += count;
    return count;
  }

  /**
   * For an app's frame loop: submits as many steps as fit the budget of GPU time, and returns at once. To pause,
   * do not call it.
   *
   * The budget is the GPU time for training in each frame, at least one step. The app's own work does not count.
   * A frame gets no steps only if training itself is behind: if its earlier steps would not be done by now even
   * on an idle device. So training gets its share of each frame even if the app keeps the device busy. At most
   * 100 ms of training are queued on the GPU, and drawing may have to wait for them. Streamed samples are at most
   * two frames ahead. Without timestamps the app's work may be counted too, and training gets less.
   *
   * @example
   * const frame = () => {
   *   trainer.run({ budget: '4ms' });
   *   draw();
   *   requestAnimationFrame(frame);
   * };
   * @returns the steps that were submitted
   * @throws OptionError if the budget is invalid; DeviceLostError; what the previous frame failed with.
   */
  run(options: { readonly budget: Budget }): number {
    this.#workspace.assertAlive();
    this.#activity.assertIdle('run()');
    checkKeys('run()', options, ['budget']);
    const milliseconds = millisecondsOf(options.budget);
    if (this.#activity.reading()) return 0;
    const { frames, train } = this.#rig;
    // The live set is still empty.
    if (train.count === 0) return 0;
    if (!frames.running) this.#session.catchUp();
    const steps = frames.run(milliseconds);
    this.#step += steps;
    // Its memory is needed until they are done.
    const { running } = frames;
    if (steps > 0 && running) this.#lifetime.run(() => running).catch(() => {});
    return steps;
  }

  /**
   * Mean loss and accuracy of the current epoch, over the steps done so far; null before the first step. Waits for
   * submitted steps.
   */
  metrics(): Promise<Metrics | null> {
    return this.#lifetime.run(async () => {
      if (this.#step === 0) return null;
      const epoch = this.#session.timetable.epochOf(this.#step - 1);
      return this.#metrics(await this.#session.epochSums(epoch));
    });
  }

  /**
   * Runs a number of steps, across epochs, without evaluating or recording the epochs. For replaying traces.
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
      for (const sums of await this.#session.stepSums(from, this.#step)) {
        losses.push(this.#metrics(sums).loss);
      }
    }
    return losses;
  }

  /**
   * Trains a number of steps with a timestamp around every dispatch. This makes steps slower.
   *
   * @returns the median time of each dispatch of a step, in order, in nanoseconds
   * @throws OptionError if the device has no timestamps.
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
   * The parameters like PyTorch's `state_dict`: float32 by name (`0.weight`), row by row, weights
   * [out, in], biases [out]. `writeSafetensors` takes the result.
   *
   * @throws DeviceLostError if the device is lost.
   */
  parameters(): Promise<Map<string, StateTensor>> {
    return this.#lifetime.run(async () =>
      stateOf(this.#options.model, await this.#session.store.read()),
    );
  }

  /**
   * The moving averages of the parameters, in the form of {@link parameters}, with an optimizer of `averaged()`. Before
   * the first step, and of frozen ones, the parameters themselves. `Inference.create`, `load` and `writeSafetensors` take the
   * result.
   *
   * @throws OptionError if the optimizer keeps no average; DeviceLostError if the device is lost.
   */
  averages(): Promise<Map<string, StateTensor>> {
    return this.#lifetime.run(async () => {
      const { store } = this.#session;
      const { model, frozen } = this.#options;
      const own = this.#step === 0 ? store.names : frozen;
      const [averages, parameters] = await Promise.all([store.read('average'), store.read()]);
      const kept = [...parameters].filter(([name]) => own.includes(name));
      return stateOf(model, new Map([...averages, ...kept]));
    });
  }

  /**
   * Sets parameters in PyTorch's layout: weights [out, in], row by row. Parameters that are not named, the
   * optimizer's state and the number of steps do not change.
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
   * The GPU buffer of a parameter, for the caller's own kernels to read: see {@link ParameterBuffer}. Work that is
   * submitted after training steps reads their result. Valid until the trainer is destroyed or moves to another
   * device (`renew`); ask for it again then. Only the trainer writes to it.
   *
   * @param name PyTorch's name: `0.weight`
   * @throws OptionError if the model has no such parameter
   */
  parameterBuffer(name: string): ParameterBuffer {
    return parameterBufferOf(this.store, name);
  }

  /** @internal */
  get store(): ParameterStore {
    this.#workspace.assertAlive();
    return this.#session.store;
  }

  /** Its name in messages and in `engine.memory()`, such as `trainer 1`. */
  get name(): string {
    return this.#workspace.lifetime.name;
  }

  /**
   * Copies parameters from another trainer or inference on the same device, on the GPU, after all steps that were
   * submitted before. Nothing else changes, such as the optimizer's state.
   *
   * @param other the trainer or inference to copy from
   * @param options which parameters, and in what proportion; the first call with `mix` compiles
   * @returns settled when WebGPU has accepted the copy; work that is submitted later sees it
   * @throws OptionError, ShapeError if the parameters cannot be copied; BusyError in the middle of an epoch;
   *   DestroyedError if either is destroyed
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

  /** The progress of the run. */
  get state(): RunState {
    return {
      step: this.#step,
      history: [...this.#history],
      seconds: this.#secondsBegun,
      open: this.#open,
      origin: this.#session.timetable.origin,
      learningRate: this.#session.rate,
    };
  }

  /**
   * The learning rate of the next step: the optimizer's, or that of `setLearningRate`, times the factor of the schedule.
   * Waits for submitted steps.
   */
  learningRate(): Promise<number> {
    return this.#lifetime.run(() => this.#session.learningRate());
  }

  /**
   * The norm of all gradients of the last step, before they were clipped; null before the first step. Waits for submitted
   * steps.
   *
   * @throws OptionError without `clip: clipNorm(…)`
   */
  gradientNorm(): Promise<number | null> {
    return this.#lifetime.run(() => this.#session.gradientNorm());
  }

  /**
   * Sets the optimizer's learning rate, which a schedule multiplies, from the next step on: steps that are submitted
   * before the call have the old rate, and all others the new one. Training waits meanwhile. `reset` sets it back.
   *
   * @returns settled when the rate is set; the first call compiles a kernel
   * @throws OptionError if the rate is out of range; BusyError in the middle of an epoch of `fit({ watch: true })`,
   *   which may repeat the epoch
   */
  async setLearningRate(rate: number): Promise<void> {
    checkNumber('learning rate', rate);
    if (this.#watched) this.#activity.assertRests('setLearningRate()');
    await this.#lifetime.run(() =>
      this.#activity.read(async () => {
        await this.#rig.submitting;
        await this.#session.setRate(rate);
        this.#keeper.drop();
      }),
    );
  }

  /**
   * A copy of the run on the CPU: parameters, the optimizer's state, step, history. It can be taken while `fit`
   * runs.
   *
   * @throws DeviceLostError if the device is lost.
   */
  snapshot(): Promise<Snapshot> {
    return this.#lifetime.run(() => this.#take());
  }

  async #take(): Promise<Snapshot> {
    // Steps of a frame are counted before their samples are on the GPU. Nothing else waits.
    const submitting = this.#rig.submitting;
    if (submitting) await submitting;
    return takeSnapshot(this.#session, this.#options, this.state);
  }

  /**
   * Resumes a run with the same options from a snapshot, bit-identically: the batch, the masks and the bias
   * corrections of a step are functions of its number. `restore` does the same from a file.
   *
   * @throws OptionError if the snapshot is of a run with other options or another model; nothing changes then.
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
   * Continues with other data, from a new epoch on. They must be of the same kind, with as many columns, and with
   * a test split if there was one. The standardisation of the inputs stays the same. An unfinished epoch is left,
   * and is not recorded.
   *
   * The batch size stays: if there are fewer samples than a batch, each step is over all of them.
   *
   * Data that fit the memory of the data before (at most as many samples) replace them, and nothing is planned
   * or compiled. Otherwise everything but the parameters and the optimizer's state is made anew: kernels contain
   * the sizes of the data, so those that read the data are compiled again.
   *
   * @throws OptionError, DataError if the data do not fit; BusyError while something else trains; nothing changes
   *   then.
   */
  async setData(dataset: SameKind<Data>): Promise<void> {
    this.#lifetime.assert();
    return this.#training('setData()', async () => {
      const options = await this.#lifetime.until(prepareAgain(this.#options, dataset));
      await this.#rig.running;
      const old = this.#rig;
      const { store, rate } = old.session;
      await this.#activity.quiet();
      if (!old.replace(options)) {
        const rig = await Rig.create(this.#workspace, options, store);
        await this.#activity.quiet();
        rig.session.rate = rate;
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

  /** Starts over: initial weights, no steps done, no history. Parameters of another trainer do not change. */
  reset(): void {
    this.#workspace.assertAlive();
    this.#activity.assertIdle('reset()');
    this.#activity.assertUnread('reset()');
    const key = keyOf(this.#options.seed);
    this.#session.store.clearMoments();
    const initial = initialize(this.#options.model, key);
    const { store } = this.#session;
    this.load(new Map([...initial].filter(([name]) => store.owns(name))));
    this.#session.rate = this.#options.optimizer.learningRate;
    this.#session.begin(0, 0);
    this.#step = 0;
    this.#secondsBegun = 0;
    this.#open = false;
    this.#history.length = 0;
  }

  /**
   * Ends the trainer: what it is doing rejects with a DestroyedError at once, and so does every later call. Its
   * memory, and that of its inferences, is freed when the GPU is done with it. The engine and everything else on
   * it continue. A second call does nothing.
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
