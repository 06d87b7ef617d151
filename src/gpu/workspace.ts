import type { AdapterInfo } from './adapter-info.ts';
import type { Buffers } from './buffers.ts';
import type { Engine } from './engine.ts';
import type { KernelFamily } from './family.ts';
import type { Gpu } from './gpu.ts';
import type { Kernels } from './kernels.ts';
import type { Lifetime } from './lifetime.ts';
import { submitChecked } from './submit.ts';
import type { Tunings } from './tunings.ts';

/**
 * One object's access to an engine: an account for its buffers, submits whose errors only it gets, and a lifetime
 * that ends with the engine's at the latest.
 */
export class Workspace implements Gpu {
  readonly engine: Engine;
  readonly lifetime: Lifetime;
  readonly device: GPUDevice;
  readonly adapter: AdapterInfo;
  readonly buffers: Buffers;
  readonly kernels: Kernels;
  readonly tunings: Tunings;
  readonly family: KernelFamily;
  readonly families: readonly KernelFamily[];
  readonly quick: boolean;
  readonly timestamps: boolean;

  constructor(engine: Engine, lifetime: Lifetime) {
    this.engine = engine;
    this.lifetime = lifetime;
    this.device = engine.device;
    this.adapter = engine.adapter;
    this.buffers = engine.buffers.part(lifetime.name);
    this.kernels = engine.kernels;
    this.tunings = engine.tunings;
    this.family = engine.family;
    this.families = engine.families;
    this.quick = engine.quick;
    this.timestamps = engine.timestamps;
  }

  assertAlive(): void {
    this.lifetime.assert();
    this.engine.assertAlive();
  }

  until<T>(waited: T | PromiseLike<T>): Promise<T> {
    return this.lifetime.until(waited);
  }

  async blameLoss(error: unknown): Promise<void> {
    this.lifetime.assert();
    await this.engine.blameLoss(error);
    this.lifetime.assert();
  }

  submit(encoder: GPUCommandEncoder): Promise<void> {
    return submitChecked(this.device, encoder, this.lifetime.name);
  }
}
