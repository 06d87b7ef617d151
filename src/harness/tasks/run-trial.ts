import { AdapterError, NonFiniteError, OptionError } from '../../errors.ts';
import type { Engine } from '../../gpu/engine.ts';
import type { EpochRecord } from '../../train/history.ts';
import type { Trainer } from '../../train/trainer.ts';
import { adapterKind } from '../../trial/agree.ts';
import { checkSpec } from '../../trial/check.ts';
import { digestOf } from '../../trial/digest.ts';
import { trialId } from '../../trial/id.ts';
import type { TrialPlace, TrialResult } from '../../trial/result.ts';
import type { TrialSpec } from '../../trial/spec.ts';
import { PACKAGE_VERSION } from '../../version.ts';
import { Gate } from '../gate.ts';
import type { Job } from './job.ts';
import type { LastingEngine } from './lasting-engine.ts';
import { createTrainer, runTrainer } from './run-trainer.ts';
import type { Emit } from './task.ts';
import { resumeTrial, type TrialMark } from './trial-checkpoint.ts';
import type { TrialDatasets } from './trial-data.ts';
import type { TrialKeeper } from './trial-keeper.ts';
import { placeOf, trialEpoch } from './trial-records.ts';
import { TrialSaving } from './trial-saving.ts';

/** How a trial ended. */
export type TrialEnd =
  /** All epochs, or fewer if it was pruned or its loss was not finite. */
  | { readonly ended: 'done' | 'pruned'; readonly result: TrialResult }
  /** It can be resumed from the checkpoint. */
  | {
      readonly ended: 'stopped';
      readonly id: string;
      readonly epoch: number;
      readonly step: number;
    };

/**
 * Trains a trial, from its checkpoint on if there is one. The bits of the end are a function of the specification and the kind of
 * adapter, whatever happened between: there is no warm start, and a checkpoint of another kind of adapter is not used.
 *
 * @param lasting stays as it is, for the next trial
 * @param datasets kept for the next trial
 * @throws OptionError for a wrong specification, or one of another version; DataError for data with another hash, and for a
 *   checkpoint that is damaged or of another trial; AdapterError if the GPU was lost, and another kind came back
 */
export async function runTrial(
  lasting: LastingEngine,
  given: TrialSpec,
  datasets: TrialDatasets,
  keeper: TrialKeeper,
  emit: Emit,
): Promise<TrialEnd> {
  const spec = checkSpec(given);
  checkVersion(spec);
  const id = await trialId(spec);
  const job = await datasets.open(spec, emit);
  const trainer = await lasting.during((engine) => createTrainer(engine, job));
  try {
    return await new TrialRun(id, lasting, job, trainer, keeper, emit).run();
  } finally {
    trainer.destroy();
  }
}

/** @throws OptionError if the trial is of another version */
export function checkVersion({ engine }: TrialSpec): void {
  if (engine === PACKAGE_VERSION) return;
  throw new OptionError(
    `the trial is of gradweave ${engine}; this is ${PACKAGE_VERSION}, whose bits may be others. Run it with npx gradweave@${engine}, or make it anew with engine ${PACKAGE_VERSION}: it is another trial then`,
  );
}

class TrialRun {
  readonly #gate = new Gate();
  readonly #place: TrialPlace;
  readonly #saving: TrialSaving;
  #resumed = 0;
  #isPruned = false;

  constructor(
    readonly id: string,
    readonly lasting: LastingEngine,
    readonly job: Job,
    readonly trainer: Trainer,
    readonly keeper: TrialKeeper,
    readonly emit: Emit,
  ) {
    this.#place = placeOf(trainer.engine, job);
    this.#saving = new TrialSaving({
      ...{ trainer, keeper },
      mark: () => this.#mark,
      onFailure: () => this.#gate.stop(),
    });
  }

  async run(): Promise<TrialEnd> {
    const { keeper, id, trainer } = this;
    const stop = (): void => this.#gate.stop();
    keeper.signal?.addEventListener('abort', stop);
    try {
      await this.#resume();
      keeper.onStart?.({
        ...{ id, place: this.#place, resumed: this.#resumed },
        ...{ epoch: trainer.history.length, step: trainer.step },
      });
      if (keeper.signal?.aborted) stop();
      const diverged = await this.#train();
      return await this.#end(diverged);
    } finally {
      keeper.signal?.removeEventListener('abort', stop);
    }
  }

  get #mark(): TrialMark {
    return { id: this.id, kind: adapterKind(this.#place), resumed: this.#resumed };
  }

  async #resume(): Promise<void> {
    const bytes = await this.keeper.load();
    if (bytes === undefined) return;
    const mark = await resumeTrial(this.trainer, bytes, this.#mark);
    if (mark) {
      this.#resumed = mark.resumed + 1;
      this.#saving.resumed();
      return;
    }
    this.emit({
      type: 'note',
      text: 'The checkpoint is of another kind of adapter, whose bits may be others. Beginning again…',
    });
  }

  /** @returns the epoch that diverged; undefined if none did */
  async #train(): Promise<EpochRecord | undefined> {
    const { trainer, job, keeper } = this;
    try {
      await runTrainer(trainer, job, this.emit, {
        gate: this.#gate,
        renew: this.#renew,
        onProgress: () => this.#progress(),
        onEpoch: async (record) => {
          const go = await keeper.onEpoch?.(trialEpoch(record));
          if (go === 'stop' && record.epoch < job.settings.epochs) {
            this.#isPruned = true;
            this.#gate.stop();
          }
          this.#progress();
        },
      });
      return undefined;
    } catch (error) {
      if (!(error instanceof NonFiniteError)) throw error;
      const bad = { loss: NaN, accuracy: null };
      return { epoch: trainer.history.length + 1, train: bad, test: bad, seconds: 0 };
    } finally {
      await this.#saving.settle();
    }
  }

  async #end(diverged: EpochRecord | undefined): Promise<TrialEnd> {
    this.#saving.needStored();
    const { trainer, id, keeper } = this;
    const { epochs } = this.job.settings;
    const { step } = trainer;
    if (!diverged && !this.#isPruned && trainer.history.length < epochs) {
      await this.#saving.save();
      return { ended: 'stopped', id, epoch: trainer.history.length, step };
    }
    if (keeper.last) await this.#saving.save();
    const history = [...trainer.history, ...(diverged ? [diverged] : [])].map(trialEpoch);
    if (diverged) await keeper.onEpoch?.(history[history.length - 1]);
    const result: TrialResult = {
      id,
      digest: await digestOf(await trainer.parameters()),
      test: history[history.length - 1].test,
      history,
      seconds: history.reduce((sum, { seconds }) => sum + seconds, 0),
      place: this.#place,
      resumed: this.#resumed,
    };
    return { ended: this.#isPruned ? 'pruned' : 'done', result };
  }

  /** Takes up the run on a new device, if it is of the same kind. */
  readonly #renew = async (): Promise<Engine> => {
    const engine = await this.lasting.renew();
    const kind = adapterKind(placeOf(engine, this.job));
    if (kind === this.#mark.kind) return engine;
    throw new AdapterError(
      `the GPU ${this.#mark.kind} was lost, and ${kind} came back. Bits of two kinds are not mixed: start the trial again`,
    );
  };

  /** Stores a checkpoint now and then, until the trial ends. */
  #progress(): void {
    if (this.#gate.state !== 'stopped') this.#saving.offer();
  }
}
