import type { Engine } from '../../src/gpu/engine.ts';

/**
 * Makes a device report lower limits than it has, so that tests can exceed them with small models and data sets.
 * WebGPU itself can only raise limits above its defaults.
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
  Object.defineProperty(engine.device, 'limits', { value: told, configurable: true });
}
