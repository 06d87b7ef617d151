import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Graph } from '../../src/graph/graph.ts';
import { exact } from '../../src/graph/value.ts';
import { adagrad, adam, adamw, lion, nadam, rmsprop, sgd } from '../../src/nn/optimizers.ts';
import { input, parameter, scale } from '../../src/ops/index.ts';
import { METHOD, type OptimizerRule, update } from '../../src/ops/update.ts';
import { runReference } from '../../src/reference/run.ts';
import { RUNS } from '../pytorch/optimizers.gen.ts';
import { near, worldOf } from './evaluate.ts';

const MADE: Readonly<Record<string, (options: object) => OptimizerRule>> = {
  adagrad,
  adam,
  adamw,
  lion,
  nadam,
  rmsprop,
  sgd,
};

const optimizers = suite('optimizers of the reference');

/** A parameter with initial value 1, after each step with these gradients. */
function steps(rule: OptimizerRule, gradients: readonly number[]): number[] {
  const graph = new Graph();
  const step = update(parameter(graph, 'w', [1]), input(graph, 'g', [1]), rule);
  let world = worldOf({ w: [1] });
  return gradients.map((gradient, at) => {
    const { tensors, moments } = world;
    tensors.set('g', { data: Float64Array.of(gradient), error: Float64Array.of(0) });
    world = { ...world, step: at, tensors, moments };
    runReference([step], world);
    return tensors.get('w')?.data[0] ?? Number.NaN;
  });
}

const lr = { learningRate: 0.1 };

optimizers('SGD goes against the gradient', () => {
  near(steps(sgd(lr), [0.5, -2]), [0.95, 1.15]);
});

optimizers('SGD with weight decay adds it to the gradient', () => {
  // 0.5 + 0.1 · 1 = 0.6; 0.5 + 0.1 · 0.94 = 0.594.
  near(steps(sgd({ ...lr, weightDecay: 0.1 }), [0.5, 0.5]), [0.94, 0.8806]);
});

optimizers('SGD with momentum starts with the gradient', () => {
  // m = 0.5; 0.9 · 0.5 + 0.5 = 0.95; 0.9 · 0.95 + 0.5 = 1.355.
  near(steps(sgd({ ...lr, momentum: 0.9 }), [0.5, 0.5, 0.5]), [0.95, 0.855, 0.7195]);
});

optimizers('dampening does not change the first step', () => {
  // m = 0.5; 0.9 · 0.5 + 0.5 · 0.5 = 0.7.
  near(steps(sgd({ ...lr, momentum: 0.9, dampening: 0.5 }), [0.5, 0.5]), [0.95, 0.88]);
});

optimizers('Nesterov looks a step of momentum ahead', () => {
  // 0.5 + 0.9 · 0.5 = 0.95; m = 0.95, 0.5 + 0.9 · 0.95 = 1.355.
  near(steps(sgd({ ...lr, momentum: 0.9, nesterov: true }), [0.5, 0.5]), [0.905, 0.7695]);
});

optimizers('Nesterov with weight decay', () => {
  // g = 0.6, 1.9 · 0.6 = 1.14; g = 0.5886, m = 0.54 + 0.5886 = 1.1286, 0.5886 + 0.9 · m = 1.60434.
  const rule = sgd({ ...lr, momentum: 0.9, nesterov: true, weightDecay: 0.1 });
  near(steps(rule, [0.5, 0.5]), [0.886, 0.725566]);
});

// Adam with β = (0.9, 0.999), gradients 1/2 then 1/4:
//   m = 0.05, v = 0.00025; corrected by 0.1 and 0.001: 1/2 and 1/4.
//   m = 0.045 + 0.025 = 0.07, v = 0.00024975 + 0.0000625 = 0.00031225; corrected by 1 − 0.81 = 0.19
//   and 1 − 0.998001 = 0.001999.
const SECOND = 0.07 / 0.19 / (Math.sqrt(0.00031225 / 0.001999) + 1e-8);

optimizers('Adam’s first two steps', () => {
  const first = 1 - (0.1 * 0.5) / (0.5 + 1e-8);
  near(steps(adam(lr), [0.5, 0.25]), [first, first - 0.1 * SECOND]);
  // The size of the first step is the learning rate, whatever the gradient.
  near(steps(adam({ ...lr, epsilon: 0 }), [1e-5]), [0.9]);
  near(steps(adam({ ...lr, epsilon: 0 }), [-3000]), [1.1]);
});

optimizers('Adam’s epsilon is added after the corrected root', () => {
  near(steps(adam({ ...lr, epsilon: 0.5 }), [0.5]), [1 - 0.1 * 0.5]);
});

optimizers('Adam’s weight decay is part of the gradient, and so of the moments', () => {
  near(steps(adam({ ...lr, epsilon: 0.5, weightDecay: 0.25 }), [0.25]), [0.95]);
});

optimizers('AdamW’s weight decay shrinks the weight, without the moments', () => {
  // 1 · (1 − 0.1 · 0.5) = 0.95, then Adam's own step.
  const first = 0.95 - (0.1 * 0.5) / (0.5 + 1e-8);
  near(steps(adamw({ ...lr, weightDecay: 0.5 }), [0.5, 0.25]), [
    first,
    first * 0.95 - 0.1 * SECOND,
  ]);
});

optimizers('a gradient of 0 leaves Adam’s parameter where it is', () => {
  near(steps(adam(lr), [0, 0]), [1, 1]);
});

optimizers('without an epsilon, a gradient of 0 leaves the parameter where it is', () => {
  for (const make of [adagrad, adam, nadam, rmsprop]) {
    near(steps(make({ ...lr, epsilon: 0 }), [0, 0]), [1, 1]);
  }
});

optimizers('all that reads a parameter sees it as it was before the step', () => {
  const graph = new Graph();
  const w = parameter(graph, 'w', [1]);
  const step = update(w, input(graph, 'g', [1]), sgd(lr));
  const later = scale(w, 2);
  const world = worldOf({ w: [1], g: [5] });
  const values = runReference([step, later], world);
  near([...(values.get(later)?.data ?? [])], [2]);
  near([...(world.tensors.get('w')?.data ?? [])], [0.5]);
});

for (const [name, options, runs] of RUNS) {
  optimizers(`${name}(${JSON.stringify(options)}) takes PyTorch’s steps`, () => {
    const start = [1, -0.5, 0.25, 2];
    const graph = new Graph();
    const step = update(parameter(graph, 'w', [4]), input(graph, 'g', [4]), MADE[name](options));
    const world = worldOf({ w: start });
    for (let at = 1; at <= 12; at++) {
      const slopes = start.map((_, i) => Math.sin(3 * at + 7 * i) * 10 ** (i - 2));
      world.tensors.set('g', exact(Float64Array.from(slopes)));
      runReference([step], { ...world, step: at - 1 });
      const kept = runs[[1, 2, 12].indexOf(at)];
      const { data } = world.tensors.get('w') ?? exact(new Float64Array());
      if (kept) near([...data], kept, `step ${at}`);
    }
  });
}

optimizers('keep as many states as the rule needs', () => {
  const statesOf = (rule: OptimizerRule) => rule[METHOD].states.length;
  assert.is(statesOf(sgd()), 0);
  assert.is(statesOf(sgd({ momentum: 0.9 })), 1);
  assert.is(statesOf(adam()), 2);
  assert.is(statesOf(adamw()), 2);
  assert.is(statesOf(adam({ amsgrad: true })), 3);
  assert.is(statesOf(nadam()), 2);
  assert.is(statesOf(rmsprop()), 1);
  assert.is(statesOf(rmsprop({ momentum: 0.9 })), 2);
  assert.is(statesOf(rmsprop({ momentum: 0.9, centered: true })), 3);
  assert.is(statesOf(adagrad()), 1);
  assert.is(statesOf(lion()), 1);
});

optimizers.run();
