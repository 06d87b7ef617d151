import type { Engine } from '../../src/gpu/engine.ts';

/**
 * Makes a device say that its limits are lower than they are, so that what large models and data
 * sets pass is passed by small ones. WebGPU itself can only raise limits above its defaults.
 */
export function lowerLimits(engine: Engine, lower: Readonly<Record<string, number>>): void {
  const { limits } = engine.device;
  const told: Record<string, unknown> = {};
  for (const name in limits) told[name] = Reflect.get(limits, name);
  for (const [name, value] of Object.entries(lower)) {
    const real = told[name];
    if (typeof real !== 'number' || real < value) {
      throw new Error(`${name} is ${String(real)}, which cannot be lowered to ${value}`);
    }
    told[name] = value;
  }
  Object.defineProperty(engine.device, 'limits', { value: told });
}
