import { isArray } from '../check.ts';
import { configOf } from '../train/config.ts';
import type { ResolvedOptions } from '../train/options.ts';
import type { Facts } from './records.ts';

/** An option and the options inside it, with dots: `optimizer.learningRate`. Lists are JSON; functions are left out. */
function flat(name: string, value: unknown): Facts {
  if (value === undefined || typeof value === 'function') return {};
  if (value === null || typeof value === 'string' || typeof value === 'boolean') {
    return { [name]: value };
  }
  if (typeof value === 'number') return { [name]: Number.isFinite(value) ? value : String(value) };
  if (isArray(value) || ArrayBuffer.isView(value)) return { [name]: JSON.stringify(value) };
  return Object.assign(
    {},
    ...Object.entries(value as object).map(([key, inner]) => flat(`${name}.${key}`, inner)),
  );
}

/** All options that a run depends on, by name. `data` has a fingerprint of the training samples, if they are known. */
export function factsOf(options: ResolvedOptions): Facts {
  const { model, loss, target, data, order, frozen, augment } = configOf(options);
  const { optimizer, schedule, clip, batchSize, seed, normalize, accumulate, plan } = options;
  return {
    model,
    data,
    loss,
    target,
    ...flat('optimizer', optimizer),
    ...flat('schedule', schedule),
    ...flat('clip', clip),
    ...flat('normalize', normalize),
    batchSize,
    seed,
    order,
    ...(options.frozen.length > 0 ? { frozen } : {}),
    ...(options.augment ? { augment } : {}),
    ...(accumulate > 1 ? { accumulate } : {}),
    plan,
    ...flat('family', options.family),
  };
}
