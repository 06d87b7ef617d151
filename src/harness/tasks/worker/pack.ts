import type { Ensemble } from '../../../ensemble/ensemble.ts';
import type { Engine } from '../../../gpu/engine.ts';
import { adapterKind } from '../../../trial/agree.ts';
import { type Attempt, STOPPED } from '../../../trial/client/attempt.ts';
import { digestOf } from '../../../trial/digest.ts';
import type { TrialPlace, TrialResult } from '../../../trial/result.ts';
import type { Job } from '../job.ts';
import { createEnsemble } from '../many.ts';
import { reportSteps } from '../many-progress.ts';
import { trialCheckpoint } from '../trial-checkpoint.ts';
import { trialSettings } from '../trial-data.ts';
import { placeOf, trialEpoch } from '../trial-records.ts';
import type { Workshop } from './alone.ts';
import { describeTrial } from './describe.ts';
import type { Trained } from './settle.ts';

/** A trial of a pack, and how to tell what became of it. */
export interface PackMember {
  readonly attempt: Attempt;
  readonly trained: (trained: Trained) => void;
  readonly failed: (error: unknown) => void;
}

/** Why `fit` pauses: checkpoints are taken. */
const KEEP = Symbol('keep');

/**
 * Trains trials in one plan, from their first step on. Each ends as it would alone, with the same bits. One that is pruned or lost
 * leaves the pack after the epoch, and the others go on.
 *
 * @returns those to be trained alone: their loss is not finite, so that their end depends on what happens then
 * @throws OptionError, MemoryError, ShapeError if they cannot be trained together; DeviceLostError: those of which nothing was told
 *   can be trained alone, from their checkpoints on
 */
export async function trainPack(
  members: readonly PackMember[],
  everySeconds: number,
  shop: Workshop,
): Promise<readonly PackMember[]> {
  const { lasting, datasets, emit } = shop;
  const specs = members.map(({ attempt }) => attempt.trial.spec);
  const job = await datasets.open(specs[0], emit);
  const settings = specs.map((spec) => trialSettings(spec));
  const engine = lasting.current;
  const ensemble = await createEnsemble(engine, job, settings);
  try {
    return await new Pack(members, everySeconds, shop, { ensemble, job, engine }).train();
  } finally {
    ensemble.destroy();
  }
}

/** What a pack is trained with. */
interface PackTools {
  readonly ensemble: Ensemble;
  readonly job: Job;
  readonly engine: Engine;
}

class Pack {
  readonly #members: readonly PackMember[];
  readonly #every: number;
  readonly #shop: Workshop;
  readonly #ensemble: Ensemble;
  readonly #job: Job;
  readonly #place: TrialPlace;
  /** Runs of the ensemble of which nothing was told yet. */
  readonly #open: Set<number>;
  readonly #alone: PackMember[] = [];
  #kept = performance.now();

  constructor(
    members: readonly PackMember[],
    everySeconds: number,
    shop: Workshop,
    { ensemble, job, engine }: PackTools,
  ) {
    this.#members = members;
    this.#every = everySeconds;
    this.#shop = shop;
    this.#ensemble = ensemble;
    this.#job = job;
    this.#place = placeOf(engine, job);
    this.#open = new Set(members.keys());
  }

  async train(): Promise<readonly PackMember[]> {
    for (const { attempt } of this.#members) {
      const { id, spec } = attempt.trial;
      const about = { ...describeTrial(spec), epochs: spec.epochs, resumed: false, epoch: 0 };
      this.#shop.say({ kind: 'began', id, ...about });
    }
    const { epochs } = this.#job.settings;
    for (let epoch = 1; epoch <= epochs && this.#open.size > 0; epoch++) {
      if (!(await this.#epoch())) return this.#alone;
      await this.#report(epoch, epochs);
    }
    return this.#alone;
  }

  /** Trains an epoch, with checkpoints in between. @returns false if the worker was stopped; all trials are then given back */
  async #epoch(): Promise<boolean> {
    const ensemble = this.#ensemble;
    const reporting = reportSteps(ensemble, this.#job, this.#shop.emit);
    try {
      for (;;) {
        const pausing = new AbortController();
        const signals = [...this.#open].map((run) => this.#members[run].attempt.signal);
        const heard = (): void => {
          // Of one that is lost, the pack goes on; of a worker that stops, all are stopped.
          if (signals.every(({ aborted }) => aborted)) pausing.abort(STOPPED);
        };
        for (const signal of signals) signal.addEventListener('abort', heard);
        heard();
        const left = Math.max(0, this.#kept + 1000 * this.#every - performance.now());
        const timer = setTimeout(() => pausing.abort(KEEP), Math.min(left, 2 ** 31 - 1));
        try {
          reporting.begin();
          await ensemble.fit({ epochs: 1, signal: pausing.signal });
          return true;
        } catch (error) {
          if (error !== KEEP && error !== STOPPED) throw error;
          await this.#keep();
          if (error === KEEP) continue;
          for (const run of [...this.#open]) {
            this.#tell(run).failed(this.#members[run].attempt.signal.reason);
          }
          return false;
        } finally {
          clearTimeout(timer);
          for (const signal of signals) signal.removeEventListener('abort', heard);
        }
      }
    } finally {
      reporting.end();
    }
  }

  /** Stores a checkpoint of each trial that is still ours. */
  async #keep(): Promise<void> {
    this.#kept = performance.now();
    for (const run of this.#open) {
      const { attempt } = this.#members[run];
      const { signal, trial, tooLarge } = attempt;
      if (tooLarge !== undefined || (signal.aborted && signal.reason !== STOPPED)) continue;
      const mark = { id: trial.id, kind: adapterKind(this.#place), resumed: 0 };
      const source = { snapshot: () => this.#ensemble.snapshot(run) };
      const checkpoint = await trialCheckpoint(source, mark);
      if (checkpoint) attempt.keep(checkpoint.bytes);
    }
  }

  /** Tells the server of an epoch, and what became of the trials that end with it. */
  async #report(epoch: number, epochs: number): Promise<void> {
    const { members } = this.#ensemble;
    const diverged = [...this.#open].filter((run) => members[run].state === 'diverged');
    for (const run of diverged) this.#alone.push(this.#tell(run));
    const told = await Promise.all(
      [...this.#open].map(async (run) => {
        const { attempt } = this.#members[run];
        return [run, await attempt.epoch(trialEpoch(members[run].last))] as const;
      }),
    );
    for (const [run, go] of told) {
      const { signal } = this.#members[run].attempt;
      // A worker that stops keeps them all, at the next step.
      const isLost = signal.aborted && signal.reason !== STOPPED;
      if (!isLost && go === 'on' && epoch < epochs) continue;
      if (isLost) this.#tell(run).failed(signal.reason);
      else {
        const result = await this.#resultOf(run);
        this.#tell(run).trained({ result, ended: epoch < epochs ? 'pruned' : 'done' });
      }
      if (epoch < epochs) this.#ensemble.stop(run);
    }
  }

  async #resultOf(run: number): Promise<TrialResult> {
    const history = this.#ensemble.members[run].history.map(trialEpoch);
    return {
      id: this.#members[run].attempt.trial.id,
      digest: await digestOf(await this.#ensemble.parameters(run)),
      test: history[history.length - 1].test,
      history,
      seconds: history.reduce((sum, { seconds }) => sum + seconds, 0),
      place: this.#place,
      resumed: 0,
    };
  }

  /** The member of a run that leaves the pack. */
  #tell(run: number): PackMember {
    this.#open.delete(run);
    return this.#members[run];
  }
}
