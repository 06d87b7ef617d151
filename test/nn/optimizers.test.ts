import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { OptionError } from '../../src/errors.ts';
import { adagrad, adam, adamw, lion, nadam, rmsprop, sgd } from '../../src/nn/index.ts';

const optimizers = suite('optimizer options');

function refused(build: () => unknown, message: string): void {
  assert.throws(
    build,
    (error: unknown) => error instanceof OptionError && error.message === message,
    message,
  );
}

optimizers('defaults are PyTorch’s', () => {
  assert.equal(sgd(), {
    kind: 'sgd',
    learningRate: 1e-3,
    momentum: 0,
    dampening: 0,
    nesterov: false,
    weightDecay: 0,
  });
  const moments = { learningRate: 1e-3, betas: [0.9, 0.999], epsilon: 1e-8 };
  assert.equal(adam(), { kind: 'adam', ...moments, weightDecay: 0 });
  assert.equal(adamw(), { kind: 'adamw', ...moments, weightDecay: 0.01 });
  assert.equal(nadam(), {
    kind: 'nadam',
    ...moments,
    learningRate: 2e-3,
    weightDecay: 0,
    momentumDecay: 4e-3,
  });
  assert.equal(rmsprop(), {
    kind: 'rmsprop',
    learningRate: 1e-2,
    alpha: 0.99,
    epsilon: 1e-8,
    weightDecay: 0,
    momentum: 0,
    centered: false,
  });
  assert.equal(adagrad(), {
    kind: 'adagrad',
    learningRate: 1e-2,
    learningRateDecay: 0,
    weightDecay: 0,
    initialAccumulatorValue: 0,
    epsilon: 1e-10,
  });
});

optimizers('Lion’s defaults are the paper’s', () => {
  const defaults = { learningRate: 1e-4, betas: [0.9, 0.99], weightDecay: 0 };
  assert.equal(lion(), { kind: 'lion', ...defaults });
});

optimizers('AMSGrad is among the options only if it is on', () => {
  // So that checkpoints of runs without it stay what they were.
  assert.not.ok('amsgrad' in adam({ amsgrad: false }));
  assert.is(adamw({ amsgrad: true }).amsgrad, true);
});

optimizers('options are taken as they are given', () => {
  const momentum = { learningRate: 0.1, momentum: 0.9, nesterov: true, weightDecay: 0.2 };
  assert.equal(sgd(momentum), { kind: 'sgd', dampening: 0, ...momentum });
  const moments = { learningRate: 0, betas: [0, 0.5], epsilon: 0, weightDecay: 1 } as const;
  assert.equal(adam(moments), { kind: 'adam', ...moments });
  assert.equal(adamw(moments), { kind: 'adamw', ...moments });
});

optimizers('every option says its range', () => {
  for (const learningRate of [-1e-3, Number.NaN, Infinity]) {
    const text = `learning rate ${learningRate} was given; use a number from 0 to 1000000`;
    for (const make of [sgd, adam, adamw, nadam, rmsprop, adagrad, lion])
      refused(() => make({ learningRate }), text);
  }
  refused(() => sgd({ momentum: 1.1 }), 'momentum 1.1 was given; use a number from 0 to 1');
  refused(
    () => sgd({ momentum: 0.5, dampening: -1 }),
    'dampening -1 was given; use a number from 0 to 1',
  );
  refused(
    () => sgd({ weightDecay: -0.1 }),
    'weight decay -0.1 was given; use a number from 0 to 1000000',
  );
  refused(() => adam({ betas: [1, 0.999] }), 'beta1 1 was given; use a number from 0 to below 1');
  refused(
    () => adamw({ betas: [0.9, -0.1] }),
    'beta2 -0.1 was given; use a number from 0 to below 1',
  );
  refused(() => adam({ epsilon: -1 }), 'epsilon -1 was given; use a number from 0 to 1000000');
});

optimizers('the options of the others have their ranges too', () => {
  const range = (name: string, value: number, most: string) =>
    `${name} ${value} was given; use a number from 0 ${most}`;
  refused(() => rmsprop({ alpha: 1.5 }), range('alpha', 1.5, 'to 1'));
  refused(() => rmsprop({ centered: 1 as never }), 'centered 1 was given; it is true or false');
  refused(() => nadam({ momentumDecay: -1 }), range('momentum decay', -1, 'to 1000000'));
  const name = 'initial accumulator value';
  refused(() => adagrad({ initialAccumulatorValue: -1 }), range(name, -1, 'to 1000000'));
  refused(() => lion({ betas: [0.9, 1] }), range('beta2', 1, 'to below 1'));
});

optimizers('Nesterov needs momentum and no dampening', () => {
  for (const [momentum, dampening] of [
    [0, 0],
    [0.9, 0.1],
  ]) {
    refused(
      () => sgd({ nesterov: true, momentum, dampening }),
      `nesterov was given with momentum ${momentum} and dampening ${dampening}; use a momentum above 0 and dampening 0`,
    );
  }
});

optimizers.run();
