import { checkInteger, checkKeys, checkNumber } from '../check.ts';
import { abortable } from '../gpu/abortable.ts';
import type { Activity } from '../gpu/activity.ts';
import { checkEngine, type Engine } from '../gpu/engine.ts';
import type { ExplainOptions } from '../graph/explain.ts';
import { type ParameterBuffer, parameterBufferOf } from '../graph/parameter-buffer.ts';
import type { ParameterStore } from '../graph/store.ts';
import type { Answer, AnswerForm } from '../infer/answers.ts';
import { copyInto, loadInto } from '../infer/holder.ts';
import type { Inference } from '../infer/inference.ts';
import { LIMIT } from '../nn/optimizers/rule.ts';
import { type State, type StateTensor, stateOf } from '../nn/state.ts';
import type { CopyOptions, ParameterHolder } from '../ops/blend.ts';
import { resetRun, resumeFrom } from './change.ts';
import { createRun } from './create.ts';
import { type EvaluateOptions, evaluateRun } from './evaluate.ts';
import type { Evaluation } from './evaluator.ts';
import { fitRun } from './fit.ts';
import type { FitOptions, FitRecord } from './fit-options.ts';
import type { Budget } from './frames.ts';
import type { EpochRecord, EpochRecordOf, Metrics, RunState } from './history.ts';
import type { Measured, Metric } from './metrics.ts';
import type { ResolvedOptions, TrainerOptions, TrainingData } from './options.ts';
import type { OwnInferenceOptions } from './own-inference.ts';
import type { OwnPredictOptions } from './predict.ts';
import type { Samples } from './predict-samples.ts';
import type { SameKind } from './prepare.ts';
import type { DispatchTime } from './profile.ts';
import { gradientNormOf, rateOf } from './rate.ts';
import type { Run } from './run.ts';
import type { Session } from './session.ts';
import type { Precision } from './session-options.ts';
import type { Snapshot } from './snapshot.ts';
import { encodeSteps, lossesOfSteps, runFrame } from './steps.ts';
import { epochSums } from './tally.ts';

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
  readonly #run: Run;

  private constructor(run: Run) {
    this.#run = run;
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
    return abortable(
      given,
      async (onAbort) => new Trainer<Data>(await createRun(engine, given, onAbort)),
    );
  }

  /** The engine that the run is on: the one it was created with, or the last one that `renew` gave. */
  get engine(): Engine {
    return this.#run.workspace.engine;
  }

  /** Steps done so far. */
  get step(): number {
    return this.#run.step;
  }

  /** Batches of the training split, including a last one that is not full. */
  get stepsPerEpoch(): number {
    return this.session.stepsPerEpoch;
  }

  /** Kernel launches of a step. */
  get dispatchesPerStep(): number {
    return this.session.dispatchesPerStep;
  }

  /**
   * The precision of matrix products in training: `mixed` if the option asked for it, and at least one product is computed so. Until
   * the kernels are compiled and checked, while those of a warm start run, it tells what is intended. `explain()` says why a
   * product is in full precision.
   */
  get precision(): Precision {
    return this.session.precision;
  }

  /** One record for each finished epoch. */
  get history(): readonly EpochRecordOf<Data>[] {
    return [...this.#run.history] as readonly EpochRecord[] as readonly EpochRecordOf<Data>[];
  }

  /** Shapes of the parameters by name, in PyTorch's order: weights [out, in]. */
  get shapes(): ReadonlyMap<string, readonly number[]> {
    return new Map(this.options.model.parameters.map(({ name, shape }) => [name, shape]));
  }

  /** The options of the run, with defaults filled in. */
  get options(): ResolvedOptions<Data> {
    return this.#run.options as ResolvedOptions as ResolvedOptions<Data>;
  }

  /** @internal */
  get activity(): Activity {
    return this.#run.activity;
  }

  /**
   * The training session, for tools that time or inspect it.
   *
   * @internal
   */
  get session(): Session {
    return this.#run.session;
  }

  /**
   * Describes a training step as text: a table of its dispatches, the ops that each computes, and why
   * other ops were not fused.
   *
   * @param options `{ wgsl: true }` adds the WGSL of each kernel, as it is compiled; `{ wgsl: 2 }` only
   *   that of dispatch 2
   * @throws OptionError if an option is unknown, or no dispatch has the number; DestroyedError
   */
  explain(options: ExplainOptions = {}): string {
    this.#run.lifetime.assert();
    return this.session.explain(options);
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
    return (await fitRun(this.#run, options)) as readonly FitRecord<Data, Validate>[];
  }

  /**
   * Loss, accuracy and confusion matrix over a split, without dropout.
   *
   * @param which the split; default `test`
   * @param options what else to compute over the split, and with which weights
   * @returns mean loss; accuracy from 0 to 1 and counts [class][predicted], null without classes; the metrics'
   *   values by name, and the values of each class or output
   * @throws OptionError if the data set has no such split, or a metric does not suit it; DeviceLostError if the
   *   device is lost; what a metric throws.
   * @example
   * const { metrics, each } = await trainer.evaluate('test', { metrics: ['f1', 'auc'] });
   * console.log(metrics.f1, each.f1); // the mean over the classes, and each of them
   */
  evaluate(
    which?: 'train' | 'test',
    options?: Omit<EvaluateOptions, 'metrics'>,
  ): Promise<Evaluation>;
  evaluate(
    which: 'train' | 'test' | undefined,
    options: EvaluateOptions & { readonly metrics: readonly Metric[] },
  ): Promise<Evaluation & Measured>;
  async evaluate(
    which: 'train' | 'test' = 'test',
    options: EvaluateOptions = {},
  ): Promise<Evaluation> {
    checkKeys('evaluate()', options, ['metrics', 'weights']);
    return this.#run.lifetime.run(() => evaluateRun(this.#run, which, options));
  }

  /**
   * Predicts any number of samples. They are moved to the GPU and back batch by batch; later calls reuse the plan
   * and the kernels of the first. Training waits meanwhile, so that all answers come from the same weights.
   * Concurrent calls take turns. For no samples the result is an empty array.
   *
   * @param samples of the data set's kind: images, arrays of numbers, or a source of either. Do not change them
   *   before the promise is settled. A trainer of tensors on the GPU takes arrays of numbers.
   * @param options the form of the answers; whether the samples are standardised, see `normalize`; with which weights
   * @returns [count, outputs] row by row, or classes [count]
   * @throws OptionError, DataError if the model does not take the samples, or its outputs do not have that form.
   * @example
   * const classes = await trainer.predict(images, { as: 'class' });
   */
  async predict<As extends AnswerForm = 'output'>(
    samples: Samples<Data>,
    options: OwnPredictOptions<As> = {},
  ): Promise<Answer<As>> {
    const run = this.#run;
    // The weights are those at the call.
    return run.lifetime.run(() =>
      run.activity.read(async () => {
        const { predictWith } = await import('./later.ts');
        return predictWith(run, samples, options);
      }),
    );
  }

  /**
   * The network's forward pass on the caller's buffers, always with the current parameters: calls that are encoded
   * after training steps use the result of those steps. Destroy it before the trainer.
   *
   * Its inputs are standardised like the training's, see `normalize`. For a trainer of images they are the pixels
   * as numbers from 0 to 1.
   *
   * @param options samples per call; inputs if they are the same for each call; `normalize: false` if the inputs
   *   are standardised already; `weights: 'average'` for the averages of the weights; another model with the same
   *   parameters, as of {@link layerOutputs}; a signal
   * @throws OptionError, ShapeError, MemoryError, ShaderError
   */
  async inference(options: OwnInferenceOptions): Promise<Inference> {
    this.#run.lifetime.assert();
    const { inferenceOf } = await import('./later.ts');
    return inferenceOf(this.#run, options);
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
    return encodeSteps(this.#run, encoder, steps);
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
    return runFrame(this.#run, options);
  }

  /**
   * Mean loss and accuracy of the current epoch, over the steps done so far; null before the first step. Waits for
   * submitted steps.
   */
  metrics(): Promise<Metrics | null> {
    const run = this.#run;
    return run.lifetime.run(async () => {
      if (run.step === 0) return null;
      const epoch = run.session.timetable.epochOf(run.step - 1);
      return run.metricsOf(await epochSums(run.session, epoch));
    });
  }

  /**
   * Runs a number of steps, across epochs, without evaluating or recording the epochs. For replaying traces.
   *
   * @returns the mean loss of each step's batch
   */
  async steps(count: number): Promise<number[]> {
    checkInteger('steps()', count, 0);
    return this.#run.training('steps()', () => lossesOfSteps(this.#run, count));
  }

  /**
   * Trains a number of steps with a timestamp around every dispatch. This makes steps slower.
   *
   * @returns the time of each dispatch of a step, in order
   * @throws OptionError if the device has no timestamps.
   */
  profile(steps: number): Promise<DispatchTime[]> {
    const run = this.#run;
    return run.training('profile()', async () => {
      const { profileSteps } = await import('./later.ts');
      const times = await profileSteps(run.workspace, run.session, steps, run.activity.reading);
      run.step += steps;
      return times;
    });
  }

  /**
   * The parameters like PyTorch's `state_dict`: float32 by name (`0.weight`), row by row, weights
   * [out, in], biases [out], and state such as a batch norm's `1.running_mean`. `writeSafetensors` takes the result.
   *
   * @throws DeviceLostError if the device is lost.
   */
  parameters(): Promise<Map<string, StateTensor>> {
    return this.#run.lifetime.run(async () =>
      stateOf(this.options.model, await this.session.store.read()),
    );
  }

  /**
   * The moving averages of the parameters, in the form of {@link parameters}, with an optimizer of `averaged()`. Before
   * the first step, and of frozen ones, the parameters themselves. State has no averages: it is the present one, as in
   * AveragedModel. `Inference.create`, `load` and `writeSafetensors` take the
   * result.
   *
   * @throws OptionError if the optimizer keeps no average; DeviceLostError if the device is lost.
   */
  averages(): Promise<Map<string, StateTensor>> {
    return this.#run.lifetime.run(async () => {
      const { store } = this.session;
      const { model, frozen, accumulate, optimizer } = this.options;
      const { needAverage } = await import('./later.ts');
      needAverage('averages()', optimizer);
      const own = this.step < accumulate ? store.names : frozen;
      const [averages, parameters] = await Promise.all([store.read('average'), store.read()]);
      const kept = [...parameters].filter(([name]) => own.includes(name));
      return stateOf(model, new Map([...averages, ...kept]));
    });
  }

  /**
   * Sets parameters in PyTorch's layout: weights [out, in], row by row. Parameters that are not named, the
   * optimizer's state and the number of steps do not change.
   *
   * @returns the names of the parameters that are not named; none if all were set
   * @throws OptionError for a name that the model does not have; ShapeError for a wrong number of values; DataError
   *   for NaN or infinity; BusyError in the middle of an epoch, and while `evaluate` or `predict` reads the
   *   parameters.
   */
  load(parameters: State): string[] {
    return loadInto(this.#run, parameters);
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

  /**
   * Called as a copy of the run begins: after the loss of its device, steps before the copy can be read no more.
   *
   * @internal
   */
  get copying(): Set<() => void> {
    return this.#run.copying;
  }

  /** @internal */
  get store(): ParameterStore {
    this.#run.workspace.assertAlive();
    return this.session.store;
  }

  /** Its name in messages and in `engine.memory()`, such as `trainer 1`. */
  get name(): string {
    return this.#run.lifetime.name;
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
    await copyInto(this.#run, other, options);
  }

  /** The progress of the run. */
  get state(): RunState {
    return this.#run.state;
  }

  /**
   * The learning rate of the next step: the optimizer's, or that of `setLearningRate`, times the factor of the schedule.
   * Waits for submitted steps.
   */
  learningRate(): Promise<number> {
    return this.#run.lifetime.run(() => rateOf(this.session));
  }

  /**
   * The norm of all gradients of the last step, before they were clipped; null before the first step. With `accumulate`:
   * of their sum since the last update, divided by it. Waits for submitted steps.
   *
   * @throws OptionError without `clip: clipNorm(…)`
   */
  gradientNorm(): Promise<number | null> {
    return this.#run.lifetime.run(() => gradientNormOf(this.session));
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
    const run = this.#run;
    checkNumber('learning rate', rate, LIMIT);
    if (run.watched) run.activity.assertRests('setLearningRate()');
    await run.lifetime.run(() =>
      run.activity.read(async () => {
        const { setRate } = await import('./later.ts');
        await setRate(run, rate);
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
    return this.#run.snapshot();
  }

  /**
   * Resumes a run with the same options from a snapshot, bit-identically: the batch, the masks and the bias
   * corrections of a step are functions of its number. `restore` does the same from a file.
   *
   * @throws OptionError if the snapshot is of a run with other options or another model; nothing changes then.
   */
  resume(snapshot: Snapshot): void {
    resumeFrom(this.#run, snapshot);
  }

  /**
   * The name of {@link resume} before.
   *
   * @deprecated Use `resume`. This name is kept for one more release.
   */
  goOn(snapshot: Snapshot): void {
    this.resume(snapshot);
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
    const run = this.#run;
    run.lifetime.assert();
    return run.training('setData()', async () => {
      const { replaceData } = await import('./later.ts');
      await replaceData(run, dataset);
    });
  }

  /** Starts over: initial weights, no steps done, no history. Parameters of another trainer do not change. */
  reset(): void {
    resetRun(this.#run);
  }

  /**
   * Ends the trainer: what it is doing rejects with a DestroyedError at once, and so does every later call. Its
   * memory, and that of its inferences, is freed when the GPU is done with it. The engine and everything else on
   * it continue. A second call does nothing.
   */
  destroy(): void {
    this.#run.lifetime.end();
  }

  /** {@link destroy}, and waits until the memory is free. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.destroy();
    await this.#run.lifetime.freed;
  }
}
