import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { WorkerInfo } from '../../../src/trial/protocol.ts';
import type { NewTrial, TrialEvent } from '../../../sweep/src/contract.ts';
import { openStore, type StoreOptions, type SweepStore } from '../../../sweep/src/store/index.ts';
import { ADAPTER, idleTrial } from '../load/trials.ts';

/** A store in a folder of its own, or on `SWEEP_DATABASE`. */
export class Scene {
  readonly folder = mkdtempSync(join(tmpdir(), 'gradweave-scene-'));
  readonly lines: string[] = [];
  readonly events: TrialEvent[] = [];
  store!: SweepStore;
  #seed = 0;
  readonly #options: Partial<StoreOptions>;

  constructor(options: Partial<StoreOptions> = {}) {
    this.#options = options;
  }

  async open(): Promise<SweepStore> {
    const database = process.env.SWEEP_DATABASE;
    this.store = await openStore({
      folder: this.folder,
      name: 'scene',
      log: (line) => this.lines.push(line),
      ...(database === undefined ? {} : { database }),
      ...this.#options,
    });
    this.store.listen((event) => this.events.push(event));
    return this.store;
  }

  /** As after a crash, but for what was written. */
  async reopen(): Promise<SweepStore> {
    await this.store.close();
    return this.open();
  }

  /** Queues trials that no scene has had. */
  async queue(count: number, epochs = 2): Promise<NewTrial[]> {
    const trials: NewTrial[] = [];
    for (let k = 0; k < count; k++) trials.push(await idleTrial(this.#seed++, epochs));
    await this.store.add(trials);
    return trials;
  }

  async end(): Promise<void> {
    await this.store.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

export const workerOf = (name: string): WorkerInfo => ({ name, runtime: 'none', adapter: ADAPTER });

/** The name of the error that a promise is rejected with; null if it is not. */
export async function errorOf(promise: Promise<unknown>): Promise<string | null> {
  try {
    await promise;
    return null;
  } catch (error) {
    return (error as Error).name;
  }
}

/** Waits until it holds. @throws Error if it does not */
export async function until(holds: () => boolean): Promise<void> {
  const end = performance.now() + 30_000;
  while (!holds()) {
    if (performance.now() > end) throw new Error(`it never held: ${holds}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
