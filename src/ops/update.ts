import { type Part, use } from '../gpu/link.ts';
import * as wgsl from '../gpu/shaders.gen.ts';
import type { Node } from '../graph/graph.ts';
import { type Op, type Ref, ref } from '../graph/op.ts';
import { same, sizeOf, storageOf } from '../graph/tensor.ts';
import type { Reference, Value, World } from '../graph/value.ts';
import { linearGrid } from './map.ts';
import { atTheEnds, DIVISION, overflow, SQRT, TINY, ULP } from './rounding.ts';

/** An optimizer and its hyper-parameters, which the GPU reads from the clock. */
export type OptimizerRule =
  | {
      readonly kind: 'sgd';
      readonly learningRate: number;
      readonly momentum: number;
      readonly dampening: number;
      readonly nesterov: boolean;
      readonly weightDecay: number;
    }
  | {
      readonly kind: 'adam' | 'adamw';
      readonly learningRate: number;
      readonly betas: readonly [number, number];
      readonly epsilon: number;
      readonly weightDecay: number;
    };

/** The number of moments of each parameter: 0, 1 (momentum) or 2 (Adam's m and v). */
export function momentCount(rule: OptimizerRule): 0 | 1 | 2 {
  if (rule.kind !== 'sgd') return 2;
  return rule.momentum === 0 ? 0 : 1;
}

/** The shader parts that update the parameters from `first` to `last`, which lie side by side. */
export function optimizerParts(rule: OptimizerRule, first: Node, last: Node): readonly Part<Ref>[] {
  const parts: Part<Ref>[] = [
    use(wgsl.optimizerParameters, {
      bindings: { parameters: { kind: 'parameters', first, last } },
    }),
  ];
  const moments = momentCount(rule);
  if (moments >= 1) {
    parts.push(
      use(wgsl.optimizerMoment1, { bindings: { moment1: { kind: 'moment1', first, last } } }),
    );
  }
  if (moments === 2) {
    parts.push(
      use(wgsl.optimizerMoment2, { bindings: { moment2: { kind: 'moment2', first, last } } }),
    );
    parts.push(use(wgsl.optimizerAdam));
  } else {
    parts.push(use(moments === 1 ? wgsl.optimizerSgdMomentum : wgsl.optimizerSgd));
  }
  return parts;
}

export interface UpdateAttributes {
  readonly rule: OptimizerRule;
}

export const updateOp: Op<UpdateAttributes> = {
  name: 'update',
  residence: 'effect',
  infer: ([w, g]) => {
    same('a parameter and its gradient', w, g);
    return w;
  },
  dispatch: (node) => {
    const [w, g] = node.inputs;
    const { paddedRows, columns4 } = storageOf(w.spec.shape);
    const { grid, width } = linearGrid(paddedRows * columns4);
    return {
      label: node.name,
      parts: [
        use(wgsl.optimizerUpdate, {
          constants: { COUNT4: paddedRows * columns4, GRID_WIDTH: width },
          bindings: { gradient: ref(g) },
        }),
        ...optimizerParts(node.attributes.rule, w, w),
      ],
      grid,
      flop: updateFlop(node.attributes.rule) * sizeOf(w.spec.shape),
    };
  },
};

export const updateReference: Reference<UpdateAttributes> = (
  { inputs: [parameter], attributes: { rule } },
  [w, g],
  world,
) => {
  const updated =
    rule.kind === 'sgd'
      ? sgd(parameter.name, rule, w, g, world)
      : adam(parameter.name, rule, w, g, world);
  world.tensors.set(parameter.name, updated);
  const moments = world.moments.get(parameter.name);
  for (const moment of moments ? [moments.first, moments.second] : []) atTheEnds(moment);
  return updated;
};

/** Operations per element of an optimizer's step. */
export const updateFlop = (rule: OptimizerRule): number => (momentCount(rule) === 2 ? 14 : 6);

/** One optimizer step: updates a parameter in place from its gradient. */
export function update(parameter: Node, gradient: Node, rule: OptimizerRule): Node {
  return parameter.graph.add(updateOp, [parameter, gradient], { rule }, `update ${parameter.name}`);
}

function momentsOf(name: string, size: number, world: World): { first: Value; second: Value } {
  const zero = (): Value => ({ data: new Float64Array(size), error: new Float64Array(size) });
  const moments = world.moments.get(name) ?? { first: zero(), second: zero() };
  world.moments.set(name, moments);
  return moments;
}

/** torch.optim.SGD in float64; see shaders/optimizer/sgd_momentum.wgsl. */
function sgd(
  name: string,
  rule: Extract<OptimizerRule, { kind: 'sgd' }>,
  w: Value,
  gradient: Value,
  world: World,
): Value {
  const { learningRate, momentum, dampening, nesterov, weightDecay } = rule;
  const { first } = momentsOf(name, w.data.length, world);
  const data = new Float64Array(w.data.length);
  const error = w.data.map((value, i) => {
    const g = gradient.data[i] + weightDecay * value;
    const gOff =
      gradient.error[i] +
      weightDecay * w.error[i] +
      3 * ULP * (Math.abs(gradient.data[i]) + Math.abs(weightDecay * value)) +
      TINY +
      // The intermediate sums.
      overflow(
        2 * (Math.abs(gradient.data[i]) + Math.abs(weightDecay * value) + Math.abs(first.data[i])),
      );
    let direction = g;
    let off = gOff;
    if (momentum !== 0) {
      const begun = world.step > 0;
      const m = begun ? momentum * first.data[i] + (1 - dampening) * g : g;
      const size = Math.abs(momentum * first.data[i]) + Math.abs(g);
      const mOff = begun
        ? momentum * first.error[i] + (1 - dampening) * gOff + 4 * ULP * size
        : gOff;
      first.data[i] = m;
      first.error[i] = mOff;
      direction = nesterov ? g + momentum * m : m;
      off = nesterov
        ? gOff + momentum * mOff + 3 * ULP * (Math.abs(g) + Math.abs(momentum * m))
        : mOff;
    }
    data[i] = value - learningRate * direction;
    return (
      w.error[i] +
      learningRate * (off + 3 * ULP * Math.abs(direction)) +
      ULP * Math.abs(data[i]) +
      TINY
    );
  });
  return { data, error };
}

/** torch.optim.Adam and AdamW in float64; see shaders/optimizer/adam.wgsl. */
function adam(
  name: string,
  rule: Extract<OptimizerRule, { kind: 'adam' | 'adamw' }>,
  w: Value,
  gradient: Value,
  world: World,
): Value {
  const { learningRate, betas, epsilon, weightDecay } = rule;
  const [beta1, beta2] = betas;
  const t = world.step + 1;
  const stepSize = learningRate / (1 - beta1 ** t);
  const rootScale = 1 / Math.sqrt(1 - beta2 ** t);
  const { first, second } = momentsOf(name, w.data.length, world);
  const l2 = rule.kind === 'adam' ? weightDecay : 0;
  const shrink = rule.kind === 'adamw' ? learningRate * weightDecay : 0;
  const data = new Float64Array(w.data.length);
  const error = w.data.map((value, i) => {
    const g = gradient.data[i] + l2 * value;
    const gOff =
      gradient.error[i] +
      l2 * w.error[i] +
      3 * ULP * (Math.abs(gradient.data[i]) + Math.abs(l2 * value)) +
      TINY;
    const m0 = first.data[i];
    const m = m0 + (1 - beta1) * (g - m0);
    const mOff =
      beta1 * first.error[i] +
      (1 - beta1) * gOff +
      ULP * (2 * Math.abs(m0) + 4 * (1 - beta1) * (Math.abs(g) + Math.abs(m0))) +
      TINY +
      overflow(Math.abs(gradient.data[i]) + Math.abs(l2 * value) + Math.abs(m0));
    const v = beta2 * second.data[i] + (1 - beta2) * g * g;
    const vOff =
      beta2 * second.error[i] + (1 - beta2) * gOff * (2 * Math.abs(g) + gOff) + 4 * ULP * v + TINY;
    first.data[i] = m;
    first.error[i] = mOff;
    second.data[i] = v;
    second.error[i] = vOff;
    // m / (√v·c + ε) is monotone in m and in v, so the corners of their intervals bound its error.
    const root = (x: number): number => Math.sqrt(Math.max(0, x)) * rootScale + epsilon;
    const ratio = m / root(v);
    const low = root(v - vOff) * (1 - SQRT - 4 * ULP);
    const farthest = Math.max(
      Math.abs((Math.abs(m) + mOff) / low - Math.abs(ratio)),
      Math.abs(
        Math.abs(ratio) - Math.max(0, Math.abs(m) - mOff) / (root(v + vOff) * (1 + SQRT + 4 * ULP)),
      ),
      // The sign of m may differ.
      mOff > Math.abs(m) ? (mOff - Math.abs(m)) / low + Math.abs(ratio) : 0,
    );
    const shrunk = value - shrink * value;
    data[i] = shrunk - stepSize * ratio;
    return (
      w.error[i] +
      3 * ULP * Math.abs(shrink * value) +
      stepSize * (farthest + (DIVISION + 8 * ULP) * (Math.abs(ratio) + farthest)) +
      ULP * (Math.abs(shrunk) + Math.abs(data[i])) +
      overflow(g * g) +
      overflow(stepSize * Math.abs(m))
    );
  });
  return { data, error };
}
