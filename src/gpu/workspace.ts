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
 * What one object has on an engine: buffers on an account of its own, submits that fail alone, and a life
 * that ends before the engine's.
 */
export class Workspace implements Gpu {
  readonly engine: Engine;
  readonly lifetime: Lifetime;
  readonly device: GPUDevice;
  readonly buffers: Buffers;

  constructor(engine: Engine, lifetime: Lifetime) {
    this.engine = engine;
    this.lifetime = lifetime;
    this.device = engine.device;
    this.buffers = engine.buffers.part(lifetime.name);
  }

  get adapter(): AdapterInfo {
    return this.engine.adapter;
  }

  get kernels(): Kernels {
    return this.engine.kernels;
  }

  get tunings(): Tunings {
    return this.engine.tunings;
  }

  get family(): KernelFamily {
    return this.engine.family;
  }

  get families(): readonly KernelFamily[] {
    return this.engine.families;
  }

  get quick(): boolean {
    return this.engine.quick;
  }

  get timestamps(): boolean {
    return this.engine.timestamps;
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
