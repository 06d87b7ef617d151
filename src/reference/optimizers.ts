import { OptionError } from '../errors.ts';
import type { Reference, Value, World } from '../graph/value.ts';
import { adagradReference } from '../nn/optimizers/adagrad.ts';
import { adamReference } from '../nn/optimizers/adam.ts';
import { lionReference } from '../nn/optimizers/lion.ts';
import { nadamReference } from '../nn/optimizers/nadam.ts';
import type { OptimizerReference } from '../nn/optimizers/reference.ts';
import { rmspropReference } from '../nn/optimizers/rmsprop.ts';
import { sgdReference } from '../nn/optimizers/sgd.ts';
import { Approx } from '../ops/approx.ts';
import { atTheEnds, ULP } from '../ops/rounding.ts';
import { METHOD, type OptimizerRule, type UpdateAttributes } from '../ops/update.ts';

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

type States = Readonly<Record<string, Value>>;

const copyOf = ({ data, error }: Value): Value => ({ data: data.slice(), error: error.slice() });

/** A step with a factor of the learning rate. What all optimizers subtract from a parameter is proportional to it. */
function scheduled(
  step: OptimizerReference<never>,
  rule: OptimizerRule,
  [w, g]: readonly [Value, Value],
  states: States,
  { rate, step: at }: World & { readonly rate: { readonly value: number; readonly error: number } },
): Value {
  const copies = Object.fromEntries(
    Object.entries(states).map(([name, state]) => [name, copyOf(state)]),
  );
  const whole = step(rule as never, w, g, copies, at);
  const slower = { ...rule, learningRate: rule.learningRate * rate.value };
  const { data, error } = step(slower as never, w, g, states, at);
  // The product of base rate and factor is rounded, too.
  const off = rate.error + 2 * ULP * rate.value;
  for (let i = 0; i < error.length; i++) {
    error[i] += off * (Math.abs(whole.data[i] - w.data[i]) + whole.error[i]);
  }
  return { data, error };
}

/** A gradient times the factor of its clipping. */
function clipped({ data, error }: Value, { data: [, by], error: [, off] }: Value): Value {
  const factor = new Approx(by, off);
  const products = Array.from(data, (value, i) => new Approx(value, error[i]).times(factor));
  return {
    data: Float64Array.from(products, (product) => product.value),
    error: Float64Array.from(products, (product) => product.error),
  };
}

/** The moving average of a parameter, begun at its value before the first step. */
function average(decay: number, mean: Value, before: Value, after: Value, { step }: World): void {
  for (let i = 0; i < mean.data.length; i++) {
    const at = ({ data, error }: Value): Approx => new Approx(data[i], error[i]);
    const next = at(step === 0 ? before : mean)
      .times(decay)
      .plus(at(after).times(1 - decay));
    mean.data[i] = next.value;
    mean.error[i] = next.error;
  }
}

/** One step of any optimizer. */
export const updateReference: Reference<UpdateAttributes> = (
  { inputs: [{ name }], attributes: { rule, every } },
  [w, gradient, clipping],
  at,
) => {
  const batches = every?.batches ?? 1;
  const world = { ...at, step: Math.floor(at.step / batches) };
  const size = w.data.length;
  const g = clipping ? clipped(gradient, clipping) : gradient;
  const zero = (): Value => ({ data: new Float64Array(size), error: new Float64Array(size) });
  const kept = world.moments.get(name);
  const states = Object.fromEntries(
    rule[METHOD].states.map((state) => [state, kept?.[state] ?? zero()]),
  );
  world.moments.set(name, { ...kept, ...states });
  if (at.step % batches !== batches - 1) return w;
  if (rule[METHOD].part.file.given) {
    throw new OptionError(`the optimizer ${rule.kind} is a caller's; it has no float64 reference`);
  }
  const step = OPTIMIZERS[rule.kind];
  // The rate of a group is a product, too.
  const rate = world.rate ?? (rule[METHOD].group ? { value: 1, error: 0 } : undefined);
  const updated = rate
    ? scheduled(step, rule, [w, g], states, { ...world, rate })
    : step(rule as never, w, g, states, world.step);
  if ('averageDecay' in rule)
    average(rule.averageDecay as number, states.average, w, updated, world);
  world.tensors.set(name, updated);
  Object.values(states).forEach(atTheEnds);
  return updated;
};
