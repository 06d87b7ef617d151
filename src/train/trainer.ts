import type { Images } from '../data/dataset.ts';
import { type PlacedSplit, sourcesOf } from '../data/place.ts';
import { NonFiniteError, OptionError } from '../errors.ts';
import type { Engine } from '../gpu/engine.ts';
import { ParameterStore } from '../graph/store.ts';
import { sizeOf } from '../graph/tensor.ts';
import { Inference, type InferenceOptions } from '../infer/inference.ts';
import { parameterLayout } from '../nn/layers.ts';
import { type State, writeState } from '../nn/state.ts';
import { isParameter } from '../ops/sources.ts';
import { momentCount } from '../ops/update.ts';
import { keyOf } from '../random/domains.ts';
import { type Evaluation, Evaluator } from './evaluator.ts';
import { type Budget, Frames, millisecondsOf } from './frames.ts';
import type { EpochRecord, Metrics, RunState } from './history.ts';
import { type ChunkSize, runSteps } from './loop.ts';
import { trainingGraph } from './network.ts';
import { type Complete, checkFit, complete, isTensors, type TrainerOptions } from './options.ts';
import { profileSteps } from './profile.ts';
import { type Progress, ProgressWatch } from './progress.ts';
import type { Sums } from './records.ts';
import { Session } from './session.ts';
import { placeBoth, type Splits } from './splits.ts';
import { checkLoss, type NumericalWatch, watchOf } from './watch.ts';

export type { TrainerOptions } from './options.ts';
export type { Progress } from './progress.ts';

/** How long kernels are tried against each other where nothing else is said. */
const TUNE_MS = 400;

/** What {@link Trainer.fit} does and tells. */
export interface FitOptions {
  /** Whole epochs to train, from 1 up; one that was begun is finished first and counts. */
  readonly epochs: number;
  /** Evaluate on the test split after each epoch. Default true where there is one. */
  readonly validate?: boolean;
  /** Steps per submit. Default `auto`. The result does not depend on it. */
  readonly chunk?: ChunkSize;
  /** Stops at the end of a chunk; `fit` then rejects with the signal's reason. */
  readonly signal?: AbortSignal;
  /**
   * Where numbers stop being finite, look for the first step and the first tensor, op by op, and leave the
   * run before that step. Costs a copy of the parameters, on the GPU and from it, an epoch, and memory for
   * them once more. Default false: an epoch whose loss is not finite ends the run, and no more is known
   * than the step.
   */
  readonly watch?: boolean;
  /** Called after each epoch and its evaluation. What it throws ends the training. */
  readonly onEpoch?: (record: EpochRecord) => void;
  /**
   * Called a few times a second. Asking for progress reads a few numbers back while training. What it
   * throws ends the training.
   */
  readonly onProgress?: (progress: Progress) => void;
}

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
export class Trainer {
  readonly #engine: Engine;
  readonly #options: Complete;
  readonly #session: Session;
  readonly #train: PlacedSplit;
  readonly #test: PlacedSplit | undefined;
  readonly #evaluator: Evaluator;
  readonly #history: EpochRecord[] = [];
  #step = 0;
  #frames: Frames | undefined;
  #watch: NumericalWatch | undefined;
  /** Of the epoch that was begun and is not finished. */
  #secondsBegun = 0;

  private constructor(engine: Engine, options: Complete, session: Session, splits: Splits) {
    this.#engine = engine;
    this.#options = options;
    this.#session = session;
    this.#train = splits.train;
    this.#test = splits.test;
    this.#evaluator = new Evaluator(engine, options, options.loss, options.plan, session.store);
  }

  /**
   * Uploads the data or prepares to stream it, plans and compiles, and sets the initial weights. That
   * can take seconds, most of them compiling.
   *
   * @throws OptionError where an option is out of range, or the model does not fit the data set;
   *   ShapeError where layers do not fit; DataError where a split is empty or not of the size that it
   *   says; MemoryError where the device has not enough; ShaderError where a kernel does not compile.
   */
  static async create(engine: Engine, given: TrainerOptions): Promise<Trainer> {
    const options = complete(given);
    checkFit(options);
    const key = keyOf(options.seed);
    const { train, test } = placeBoth(engine, options);
    try {
      const moments = momentCount(options.optimizer);
      const session = await Session.create(engine, {
        plan: options.plan,
        ...(options.family ? { family: options.family } : {}),
        build: (graph) =>
          trainingGraph(
            graph,
            options,
            options.loss,
            options.batchSize,
            options.optimizer,
            sourcesOf(train),
          ),
        store: (graph) => new ParameterStore(engine, graph.nodes.filter(isParameter), moments),
        split: train,
        batch: options.batchSize,
        key,
        order: options.order,
        rule: options.optimizer,
        tuneBudget: options.tuneBudget ?? (engine.adapter.software ? 0 : TUNE_MS),
        ...(options.start ? { start: options.start } : {}),
      });
      const trainer = new Trainer(engine, options, session, { train, test });
      trainer.reset();
      return trainer;
    } catch (error) {
      train.destroy();
      test?.destroy();
      throw error;
    }
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
  get history(): readonly EpochRecord[] {
    return this.#history;
  }

  /** Shapes of the parameters by name, as PyTorch has them: weights [out, in]. */
  get shapes(): ReadonlyMap<string, readonly number[]> {
    return new Map(this.#options.model.named.map(([name, { shape }]) => [name, shape]));
  }

  /** What the run is a function of, with defaults filled in. */
  get options(): Complete {
    return this.#options;
  }

  /**
   * The training session, for tools that time or inspect it.
   *
   * @internal
   */
  get session(): Session {
    return this.#session;
  }

  /** The plan of a step as a table for people: its dispatches, what was fused, what was not and why. */
  explain(): string {
    return this.#session.plan.explain();
  }

  /**
   * Trains.
   *
   * @returns the history, earlier calls' epochs included
   * @throws OptionError for a number of epochs that is none; NonFiniteError where the loss is not finite
   *   any more, see `watch`; DeviceLostError; the signal's reason.
   */
  async fit(options: FitOptions): Promise<readonly EpochRecord[]> {
    const { epochs, validate = this.#test !== undefined, chunk = 'auto', signal } = options;
    if (!Number.isInteger(epochs) || epochs < 1) {
      throw new OptionError(`epochs ${epochs} was given; it must be a positive integer`);
    }
    if (chunk !== 'auto' && (!Number.isInteger(chunk) || chunk < 1)) {
      throw new OptionError(`chunk ${chunk} was given; it must be a positive integer or "auto"`);
    }
    const steps = this.stepsPerEpoch;
    for (let i = 0; i < epochs; i++) {
      signal?.throwIfAborted();
      const epoch = Math.floor(this.#step / steps);
      const begun = this.#step % steps;
      const start = performance.now();
      const watch = new ProgressWatch(
        options.onProgress,
        epoch,
        begun,
        steps,
        this.#options,
        this.#train.count,
      );
      const before = this.#step;
      if (options.watch) await this.#watched().begin(before);
      const { onSums, onChunk } = watch.callbacks;
      try {
        await runSteps(this.#engine, this.#session, epoch, steps - begun, {
          chunk,
          ...(signal ? { signal } : {}),
          ...(onSums ? { onSums } : {}),
          onChunk: (done, inFlight) => {
            // Counted here, so that a callback of the caller's that throws leaves the count right.
            this.#step = before + done;
            onChunk?.(done, inFlight);
          },
        });
      } catch (error) {
        if (error !== signal?.reason) await this.#engine.blameLoss(error);
        throw error;
      } finally {
        this.#secondsBegun += (performance.now() - start) / 1000;
      }
      // An epoch that is complete goes on record, aborted or not.
      if (this.#step % steps !== 0) signal?.throwIfAborted();
      const seconds = this.#secondsBegun;
      this.#secondsBegun = 0;
      const sums = await this.#session.epochSums(epoch);
      try {
        if (options.watch) await this.#watched().check(sums, this.#step);
        await checkLoss(this.#session, sums, before, this.#step);
      } catch (error) {
        if (options.watch && error instanceof NonFiniteError) this.#step = error.step;
        throw error;
      }
      const train = this.#metrics(sums);
      const test = validate ? await this.evaluate() : undefined;
      const record: EpochRecord = {
        epoch: epoch + 1,
        train,
        ...(test ? { test: { loss: test.loss, accuracy: test.accuracy } } : {}),
        seconds,
      };
      this.#history.push(record);
      options.onEpoch?.(record);
    }
    return this.#history;
  }

  #watched(): NumericalWatch {
    this.#watch ??= watchOf(this.#engine, this.#session, this.#options, this.#train);
    return this.#watch;
  }

  #metrics({ loss, hits, count }: Sums): Metrics {
    const accuracy = this.#options.target === 'label' ? hits / count : null;
    return { loss: loss / count, accuracy };
  }

  /**
   * Loss, accuracy and confusion matrix over a split, without dropout.
   *
   * @param which the split; default `test`
   * @returns mean loss; accuracy from 0 to 1 and counts [class][predicted], null without classes
   * @throws OptionError where the data set has no such split; DeviceLostError where the device is gone.
   */
  async evaluate(which: 'train' | 'test' = 'test'): Promise<Evaluation> {
    const split = which === 'test' ? this.#test : this.#train;
    if (split) return this.#evaluator.evaluate(split);
    throw new OptionError(
      "there is no test split to evaluate; give the data set one, or evaluate('train')",
    );
  }

  /**
   * The network's outputs for images, any number of them: they are brought to the GPU batch by batch.
   *
   * @param images bytes as the training's, in memory or from a source
   * @returns [count, outputs], row by row: logits for a model that was trained with `cross_entropy`
   * @throws OptionError for images that the model does not take.
   */
  async predict(images: Images): Promise<Float32Array> {
    if (isTensors(this.#options.dataset)) {
      throw new OptionError(
        'predict() takes images, and this trainer learns from tensors; use inference()',
      );
    }
    return this.#evaluator.predict(images);
  }

  /**
   * The network's way forward on buffers of the caller's, with the parameters as they are at each time:
   * what is encoded behind training steps sees them done. To be destroyed before the trainer.
   *
   * @param options samples at a time, and inputs where they are the same each time
   * @throws OptionError, MemoryError, ShaderError
   */
  inference(options: Pick<InferenceOptions, 'batch' | 'input'>): Promise<Inference> {
    const { model, family } = this.#options;
    const all = { model, ...(family ? { family } : {}), ...options };
    return Inference.create(this.#engine, all, this.#session.store);
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
    if (!Number.isInteger(steps) || steps < 1) {
      throw new OptionError(`${steps} steps were asked for; use a positive integer`);
    }
    if (!this.#session.ready) {
      throw new OptionError(
        "these steps have to be waited for: their data are streamed, or their kernels still compile. Use fit(), or data: 'resident' and no start",
      );
    }
    const count = Math.min(steps, this.#session.mostSteps);
    this.#session.encode(encoder, count);
    this.#step += count;
    return count;
  }

  /**
   * For a loop of frames: submits as many steps as take about so long on the GPU, and returns at once.
   * Where the steps of the frame before are not done yet, none are. Not calling it is a pause.
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
  run({ budget }: { readonly budget: Budget }): number {
    const milliseconds = millisecondsOf(budget);
    this.#frames ??= new Frames(this.#engine, this.#session);
    const steps = this.#frames.run(milliseconds);
    this.#step += steps;
    return steps;
  }

  /**
   * Mean loss and accuracy of the epoch that was begun, over the steps done so far; null before the
   * first. Waits for the steps that were submitted.
   */
  async metrics(): Promise<Metrics | null> {
    if (this.#step === 0) return null;
    const sums = await this.#session.epochSums(Math.floor((this.#step - 1) / this.stepsPerEpoch));
    return this.#metrics(sums);
  }

  /**
   * Runs a number of steps, across epochs, without evaluating or recording these. For replaying traces.
   *
   * @returns the mean loss of each step's batch
   */
  async steps(count: number): Promise<number[]> {
    const first = this.#step;
    const losses: number[] = [];
    while (this.#step < first + count) {
      const perEpoch = this.stepsPerEpoch;
      const epoch = Math.floor(this.#step / perEpoch);
      const left = Math.min(first + count - this.#step, perEpoch - (this.#step % perEpoch), 512);
      const from = this.#step;
      this.#step += await runSteps(this.#engine, this.#session, epoch, left, { chunk: 'auto' });
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
  async profile(steps: number): Promise<{ label: string; nanoseconds: number }[]> {
    const times = await profileSteps(this.#engine, this.#session, steps);
    this.#step += steps;
    return times;
  }

  /**
   * The parameters as PyTorch's `state_dict`: float32 by name (`0.weight`), row by row, weights
   * [out, in], biases [out]. What `writeSafetensors` takes.
   *
   * @throws DeviceLostError where the device is gone.
   */
  async parameters(): Promise<Map<string, { shape: readonly number[]; data: Float32Array }>> {
    const stored = await this.#session.store.read();
    return new Map(
      this.#options.model.named.map(([name, { shape }]) => {
        const values = stored.get(name) ?? new Float32Array(sizeOf(shape));
        return [name, { shape, data: parameterLayout(shape, values, 'out of storage') }];
      }),
    );
  }

  /**
   * Sets parameters, as PyTorch has them: weights [out, in], row by row. Those that are not named, the
   * optimizer's state and the number of steps stay as they are.
   *
   * @throws OptionError for a name that the model has not; ShapeError for a wrong number of values.
   */
  load(parameters: State): void {
    writeState(this.#session.store, this.#options.model, parameters);
  }

  /** Where the run is; see `checkpointOf`. */
  get state(): RunState {
    return { step: this.#step, history: [...this.#history], seconds: this.#secondsBegun };
  }

  /**
   * Goes on from a step, with the parameters and moments as they are: for whoever has put them there. The
   * batch, the masks and the bias corrections of a step are functions of its number.
   */
  goOn({ step, history, seconds }: RunState): void {
    this.#session.seek(step);
    this.#step = step;
    this.#secondsBegun = seconds;
    this.#history.splice(0, this.#history.length, ...history);
  }

  /** Begins anew: initial weights, no steps done, no history. */
  reset(): void {
    const key = keyOf(this.#options.seed);
    this.#session.store.clearMoments();
    this.load(this.#options.model.initialize(key));
    this.#session.seek(0);
    this.#step = 0;
    this.#secondsBegun = 0;
    this.#history.length = 0;
  }

  /** Frees everything that this trainer made; it is of no use after. The engine stays. */
  destroy(): void {
    this.#evaluator.destroy();
    this.#frames?.destroy();
    this.#watch?.destroy();
    this.#session.destroy();
    this.#session.store.destroy();
    this.#train.destroy();
    this.#test?.destroy();
  }
}
