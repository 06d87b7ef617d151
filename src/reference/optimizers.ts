import { OptionError } from '../errors.ts';
import type { Reference, Value } from '../graph/value.ts';
import { adagradReference } from '../nn/optimizers/adagrad.ts';
import { adamReference } from '../nn/optimizers/adam.ts';
import { lionReference } from '../nn/optimizers/lion.ts';
import { nadamReference } from '../nn/optimizers/nadam.ts';
import type { OptimizerReference } from '../nn/optimizers/reference.ts';
import { rmspropReference } from '../nn/optimizers/rmsprop.ts';
import { sgdReference } from '../nn/optimizers/sgd.ts';
import { atTheEnds } from '../ops/rounding.ts';
import { METHOD, type UpdateAttributes } from '../ops/update.ts';

/** The float64 reference of each optimizer, by its kind. */
const OPTIMIZERS: Readonly<Record<string, OptimizerReference<never>>> = {
  adagrad: adagradReference,
  adam: adamReference,
  adamw: adamReference,
  lion: lionReference,
  nadam: nadamReference,
  rmsprop: rmspropReference,
  sgd: sgdReference,
};

/** One step of any optimizer. */
export const updateReference: Reference<UpdateAttributes> = (
  { inputs: [{ name }], attributes: { rule } },
  [w, g],
  world,
) => {
  const size = w.data.length;
  const zero = (): Value => ({ data: new Float64Array(size), error: new Float64Array(size) });
  const states =
    world.moments.get(name) ??
    Object.fromEntries(rule[METHOD].states.map((state) => [state, zero()]));
  world.moments.set(name, states);
  if (rule[METHOD].part.file.given) {
    throw new OptionError(`the optimizer ${rule.kind} is a caller's; it has no float64 reference`);
  }
  const updated = OPTIMIZERS[rule.kind](rule as never, w, g, states, world.step);
  world.tensors.set(name, updated);
  Object.values(states).forEach(atTheEnds);
  return updated;
};
