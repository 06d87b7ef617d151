import type { Engine } from '../../gpu/engine.ts';
import { readWeights } from '../../train/weights.ts';
import type { Gate } from '../gate.ts';
import { type GivenData, type Job, learningOf } from '../tasks/job.ts';
import { lastingly } from '../tasks/lasting-trainer.ts';
import { runTrainer, withWarmStart } from '../tasks/run-trainer.ts';
import { settingsOf } from '../tasks/settings.ts';
import type { Before } from '../tasks/stopping.ts';
import { beginAgain } from './begin-again.ts';
import type { LabEvent } from './lab-event.ts';
import type { LabOutcome } from './lab-outcome.ts';
import type { LatestRun } from './latest-run.ts';
import type { Making } from './making.ts';
import { beforeOf, fromStored, longer, type MoreWish } from './more-epochs.ts';
import { ANEW } from './more-notes.ts';
import type { Run } from './subject.ts';
import type { TakenWeights } from './taken-weights.ts';

/** What a network that is trained asks of the training. */
interface OneHost {
  readonly emit: (event: LabEvent) => void;
  /** Data from the user. */
  readonly given: () => GivenData;
  readonly making: Pick<Making, 'openJob' | 'createTrainer' | 'weightsOf'>;
  /** Where the run is kept. */
  readonly latest: LatestRun;
  /** Replaces the device of the run. */
  readonly renew: () => Promise<Engine>;
  /** The network is here, and no step is done yet. */
  readonly onReady: () => Promise<void>;
  readonly onPause: () => void;
  readonly onProgress: () => void;
}

/** What a new run begins with. */
interface OneWish {
  readonly job: Job;
  readonly gate: Gate;
  /** Weights as safetensors. Default new ones. */
  readonly from: Uint8Array | undefined;
  /** The run's name. */
  readonly key: string;
}

/** Weights that are to be taken. */
interface Taking {
  readonly job: Job;
  /** As safetensors. */
  readonly from: Uint8Array;
  /** The run's name. */
  readonly key: string;
}

/** Trains one network: from its beginning, or with more epochs. */
export class OneTraining {
  readonly #host: OneHost;
  /** Whether the run that was begun last has finished an epoch. */
  #hasEpoch = false;

  constructor(host: OneHost) {
    this.#host = host;
  }

  /** Trains a network from new or given weights to the end of its epochs. */
  train(engine: Engine, { job: opened, gate, from, key }: OneWish): Promise<LabOutcome> {
    const { latest, making } = this.#host;
    return this.#beginning(engine, async (own) => {
      const job = withWarmStart(own, opened);
      const trainer = await making.createTrainer(own, job);
      const run = { engine: own, trainer, job, key };
      latest.run = run;
      if (from) trainer.load(readWeights(from, trainer.options.model));
      return this.#carryOn(run, gate);
    });
  }

  /**
   * Makes a network of given weights, without a step, the one that was trained last. If they are not its own, nothing changes.
   *
   * @throws DataError
   */
  take(
    engine: Engine,
    { job, from, key }: Taking,
  ): Promise<Pick<TakenWeights, 'test' | 'weights'>> {
    const { latest, making } = this.#host;
    const given = readWeights(from, learningOf(job).model);
    return this.#beginning(engine, async (own) => {
      latest.end();
      latest.forget();
      const trainer = await making.createTrainer(own, job);
      try {
        trainer.load(given);
        const { loss, accuracy } = await trainer.evaluate();
        const run = { engine: own, trainer, job, key };
        const weights = await making.weightsOf(run);
        latest.run = run;
        latest.take(weights);
        return { test: { loss, accuracy }, weights };
      } catch (error) {
        trainer.destroy();
        throw error;
      }
    });
  }

  /**
   * Gives a run more epochs: with the state of its optimizer if the worker still has it, else from its stored weights, and then
   * says so in a note.
   */
  more(engine: Engine, wish: MoreWish, gate: Gate): Promise<LabOutcome> {
    return this.#beginning(engine, (own) => this.#moreOn(own, wish, gate));
  }

  async #moreOn(engine: Engine, wish: MoreWish, gate: Gate): Promise<LabOutcome> {
    const { emit, given, latest, making } = this.#host;
    // A run whose device was lost for good has its copy alone.
    const run = latest.run?.engine === engine ? latest.run : undefined;
    const held = run?.key === wish.key ? run : undefined;
    const options = new URLSearchParams(wish.query);
    let next: Run;
    if (held) next = await longer(held, wish);
    else {
      const opened = await making.openJob(options, settingsOf(options), () => {}, given());
      next = await fromStored(engine, withWarmStart(engine, opened), wish);
      emit({ type: 'note', text: ANEW });
      const { length: done } = next.trainer.history;
      if (done < wish.history.length) emit({ type: 'cut', epochs: done });
    }
    if (next.trainer !== latest.run?.trainer) latest.end();
    const wider = { ...next, key: wish.key, kept: wish.kept };
    latest.run = wider;
    const { history } = held ? wish : next.trainer;
    const before = beforeOf({ ...wish, history }, next.job.settings);
    const outcome = await this.#carryOn(wider, gate, before);
    return before.anew ? { ...outcome, anew: true } : outcome;
  }

  /** Begins a run, on another device if its own is lost before it can go on from a copy. */
  #beginning<T>(engine: Engine, work: (engine: Engine) => Promise<T>): Promise<T> {
    const { latest, renew } = this.#host;
    this.#hasEpoch = false;
    return beginAgain(engine, work, {
      renew: () => {
        // What was on the lost device goes with it.
        latest.end();
        return renew();
      },
      isBegun: () => this.#hasEpoch,
    });
  }

  /** Trains a run to its last epoch. */
  async #carryOn(run: Run, gate: Gate, before?: Before): Promise<LabOutcome> {
    const { emit, latest, renew, onReady, onPause, onProgress } = this.#host;
    await latest.keep();
    await onReady();
    // While it trains, its weights are those of its last step.
    if (run.kept !== undefined) latest.run = { ...run, kept: undefined };
    const outcome = await runTrainer(run.trainer, run.job, emit, {
      gate,
      ...(before ? { before } : {}),
      onPause,
      onEpoch: async () => {
        this.#hasEpoch = true;
      },
      onProgress,
      renew,
    });
    if (latest.run && outcome.kept !== undefined) {
      latest.run = { ...latest.run, kept: outcome.kept };
    }
    // A device that is lost just now takes no step with it.
    await lastingly(run.trainer, () => latest.keep(), renew).catch(() => {});
    return outcome;
  }
}
