import type { Graph } from '../../graph/graph.ts';
import {
  adagrad,
  adam,
  adamw,
  averaged,
  inGroups,
  lion,
  nadam,
  rmsprop,
  sgd,
} from '../../nn/optimizers.ts';
import { clippingOf } from '../../ops/norm.ts';
import { input, parameter } from '../../ops/sources.ts';
import { METHOD, type OptimizerRule, update } from '../../ops/update.ts';
import type { Trial } from '../trial.ts';
import { nameOf } from './shared.ts';

/** Optimizers with all of PyTorch's options that change the rule. */
export const UPDATE_RULES: readonly (readonly [string, OptimizerRule])[] = (() => {
  const learningRate = 0.1;
  return [
    ['SGD', sgd({ learningRate })],
    ['SGD, weight decay', sgd({ learningRate, weightDecay: 0.01 })],
    ['SGD, momentum', sgd({ learningRate, momentum: 0.9 })],
    [
      'SGD, momentum, dampening',
      sgd({ learningRate, momentum: 0.9, dampening: 0.5, weightDecay: 0.01 }),
    ],
    ['SGD, Nesterov', sgd({ learningRate, momentum: 0.9, nesterov: true, weightDecay: 0.01 })],
    ['Adam', adam()],
    ['Adam, weight decay', adam({ weightDecay: 0.01, betas: [0.8, 0.99], epsilon: 1e-6 })],
    ['Adam, no memory', adam({ betas: [0, 0], epsilon: 1e-3 })],
    ['AdamW', adamw({ weightDecay: 0.01 })],
    ['Adam, AMSGrad', adam({ amsgrad: true, betas: [0.9, 0.5] })],
    ['NAdam', nadam({ weightDecay: 0.01, momentumDecay: 0.1 })],
    ['RMSprop', rmsprop({ weightDecay: 0.01 })],
    ['RMSprop, centered', rmsprop({ centered: true, epsilon: 1e-3 })],
    ['RMSprop, momentum', rmsprop({ momentum: 0.9, alpha: 0.8 })],
    ['RMSprop, centered, momentum', rmsprop({ centered: true, momentum: 0.5, alpha: 0.9 })],
    ['Adagrad', adagrad({ weightDecay: 0.01, learningRateDecay: 0.1 })],
    ['Adagrad, initial value', adagrad({ initialAccumulatorValue: 0.3 })],
    ['averaged', averaged(adamw({ learningRate: 0.1 }), 0.6)],
    ['Lion', lion({ learningRate: 0.01, weightDecay: 0.1 })],
  ];
})();

export function updateTrials(): Trial[] {
  return UPDATE_RULES.flatMap(([title, rule]) =>
    [0, 1, 999].flatMap((step) =>
      [[3], [5, 7], [33, 10]].map((shape) => ({
        op: title,
        label: `${nameOf(shape)}, step ${step}`,
        step,
        build: (graph: Graph) => [
          update(parameter(graph, 'w', shape), input(graph, 'g', shape), rule),
        ],
      })),
    ),
  );
}

/** Optimizers with groups of parameters of these names. */
export function groupedRules(names: readonly string[]): (readonly [string, OptimizerRule])[] {
  const halved = inGroups(adam({ weightDecay: 0.01 }), (name) =>
    name.endsWith('bias') ? { weightDecay: 0 } : { rateFactor: 0.5 },
  );
  const some = { [names[0]]: { rateFactor: 3, weightDecay: 0.1 } };
  const rules: readonly OptimizerRule[] = [
    halved,
    inGroups(adamw({ learningRate: 0.01 }), some),
    inGroups(adam({ amsgrad: true }), some),
    inGroups(sgd({ learningRate: 0.1, momentum: 0.9 }), some),
    inGroups(nadam({ learningRate: 0.01 }), some),
    inGroups(rmsprop({ centered: true, epsilon: 1e-3 }), some),
    inGroups(adagrad({ learningRateDecay: 0.1 }), some),
    inGroups(lion({ learningRate: 0.01, weightDecay: 0.1 }), some),
    averaged(inGroups(adam(), some), 0.9),
    inGroups(averaged(sgd({ learningRate: 0.1 }), 0.5), some),
  ];
  return rules.map((rule) => [`${rule.kind} in groups`, rule[METHOD].resolve?.(names) ?? rule]);
}

export function groupTrials(): Trial[] {
  return groupedRules(['w']).flatMap(([op, rule]) =>
    [0, 9].map((step) => ({
      op: 'parameter groups',
      label: `${op}, step ${step}`,
      step,
      rule,
      build: (graph: Graph) => {
        const w = parameter(graph, 'w', [33, 10]);
        return [update(w, input(graph, 'g', [33, 10]), rule[METHOD].of?.('w') ?? rule)];
      },
    })),
  );
}

export function normTrials(): Trial[] {
  const lists: readonly (readonly (readonly number[])[])[] = [
    [[3]],
    [[5, 7], [7]],
    // More than 64, and more than 1024 lanes would take.
    [[100, 127], [1], [9, 784], [65]],
    [[300, 1024], [1024]],
  ];
  return lists.flatMap((shapes) =>
    [0.5, 1e6, Infinity].map((largest) => ({
      op: 'norm',
      label: `${shapes.map(nameOf).join(', ')}, at most ${largest}`,
      build: (graph: Graph) => {
        const tensors = shapes.map((shape, i) => input(graph, `x${i}`, shape));
        const clipping = clippingOf(tensors, largest);
        return [...clipping.inputs, clipping];
      },
    })),
  );
}
