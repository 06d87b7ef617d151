import { DeviceError } from '../errors.ts';
import type { Activity } from '../gpu/activity.ts';
import type { Lifetime } from '../gpu/lifetime.ts';
import type { Workspace } from '../gpu/workspace.ts';
import type { ParameterStore } from '../graph/store.ts';
import type { Model } from '../nn/model.ts';
import { AVERAGE } from '../ops/update.ts';
import { keepsAverage } from './averages.ts';
import type { EpochRecord, Metrics, RunState } from './history.ts';
import { Keeper } from './keeper.ts';
import type { ResolvedOptions } from './options.ts';
import { meansOf, type Sums } from './records.ts';
import type { Rig } from './rig.ts';
import type { Session } from './session.ts';
import { putSnapshot, type Snapshot, takeSnapshot } from './snapshot.ts';

/** What a trainer has done so far, and its resources. Its methods are for the files beside it; none checks a caller. */
export class Run {
  options: ResolvedOptions;
  /** The resources on the device that the run is on. */
  rig: Rig;
  readonly history: EpochRecord[] = [];
  readonly keeper = new Keeper(() => this.snapshot());
  readonly lifetime: Lifetime;
  readonly activity: Activity;
  /** Steps done so far. */
  step = 0;
  /** Training time of the unfinished epoch. */
  seconds = 0;
  /** Whether the epoch of the last step has no record yet. */
  open = false;
  /** Whether the current epoch may be repeated. */
  watched = false;
  /** Called as a copy begins, between two submits: what steps have left on this device alone is not in it. */
  readonly copying = new Set<() => void>();

  constructor(options: ResolvedOptions, rig: Rig, lifetime: Lifetime, activity: Activity) {
    this.options = options;
    this.rig = rig;
    this.lifetime = lifetime;
    this.activity = activity;
  }

  /** Where the parameters are; valid until the run is put on another device, or gets other data. */
  get store(): ParameterStore {
    return this.session.store;
  }

  get model(): Model {
    return this.options.model;
  }

  /** Notes that something else than training changes the parameters. */
  readonly changes = (): void => this.keeper.drop();

  /** Begins the averages of the weights, after something else than training has changed these before the first update. */
  readonly changed = (): void => {
    const { optimizer, accumulate } = this.options;
    if (this.step < accumulate && keepsAverage(optimizer)) this.store.copyTo(AVERAGE);
  };

  get workspace(): Workspace {
    return this.rig.workspace;
  }

  get session(): Session {
    return this.rig.session;
  }

  /** The epoch, from 0, that `fit` continues with. One that is done but has no record yet counts as unfinished. */
  get epoch(): number {
    const { timetable } = this.session;
    return this.open ? timetable.epochFrom(this.step) - 1 : timetable.epochOf(this.step);
  }

  get state(): RunState {
    return {
      step: this.step,
      history: [...this.history],
      seconds: this.seconds,
      open: this.open,
      origin: this.session.timetable.origin,
      learningRate: this.session.rate,
    };
  }

  /** @throws DestroyedError, DeviceLostError; BusyError while something trains, or reads the parameters. */
  assertFree(call: string): void {
    this.workspace.assertAlive();
    this.activity.assertIdle(call);
    this.activity.assertUnread(call);
  }

  /** Runs work that excludes all other training. Steps that WebGPU refuses are not counted. */
  training<T>(call: string, work: () => Promise<T>): Promise<T> {
    return this.lifetime.run(() =>
      this.activity.during(call, async () => {
        this.watched = false;
        try {
          return await work();
        } catch (error) {
          if (error instanceof DeviceError) await this.recount(this.step, this.open);
          throw error;
        }
      }),
    );
  }

  /** Asks the GPU how many steps it has done, after WebGPU refused some that were counted. */
  async recount(before: number, wasOpen: boolean): Promise<void> {
    this.step = await this.session.resync();
    if (this.step === before) this.open = wasOpen;
  }

  /** Leaves an epoch, finished or not. */
  leaveEpoch(): void {
    this.open = false;
    this.seconds = 0;
  }

  metricsOf(sums: Sums): Metrics {
    return meansOf(sums, this.options.target);
  }

  snapshot(): Promise<Snapshot> {
    return this.lifetime.run(() => this.take());
  }

  async take(): Promise<Snapshot> {
    // Steps of a frame are counted before their samples are on the GPU. Nothing else waits.
    const submitting = this.rig.submitting;
    if (submitting) await submitting;
    for (const call of this.copying) call();
    return takeSnapshot(this.session, this.options, this.state);
  }

  put(snapshot: Snapshot): void {
    putSnapshot(this.session, snapshot);
    this.step = snapshot.step;
    this.seconds = snapshot.seconds;
    this.open = snapshot.open;
    this.history.splice(0, this.history.length, ...snapshot.history);
    this.changed();
  }
}
