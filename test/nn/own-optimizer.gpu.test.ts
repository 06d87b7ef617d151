import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { checkpointOf, restore } from '../../src/checkpoint.ts';
import { OptionError, ShaderError } from '../../src/errors.ts';
import { linear, relu, Sequential } from '../../src/nn/layers.ts';
import {
  adam,
  averaged,
  lion,
  type OwnOptimizer,
  ownOptimizer,
  sgd,
} from '../../src/nn/optimizers.ts';
import type { OptimizerRule } from '../../src/ops/update.ts';
import { Trainer } from '../../src/train/trainer.ts';
import { rejects, withSharedEngine } from '../gpu/helpers.ts';

const LION = `
  fn update(w: vec4f, gradient: vec4f, state: ptr<function, State>, o: Options) -> vec4f {
    let m = (*state).velocity;
    (*state).velocity = o.beta2 * m + (1.0 - o.beta2) * gradient;
    return w - o.learningRate * (sign(o.beta1 * m + (1.0 - o.beta1) * gradient) + o.decay * w);
  }`;
const own = (more: Partial<OwnOptimizer<Record<string, number>>> = {}) =>
  ownOptimizer({
    name: 'own lion',
    learningRate: 0.003,
    options: { beta1: 0.9, beta2: 0.99, decay: 0.01 },
    states: ['velocity'],
    wgsl: LION,
    ...more,
  });

const inputs = Float32Array.from({ length: 300 }, (_, i) => Math.sin(i * i));
const targets = Float32Array.from({ length: 100 }, (_, i) => inputs[3 * i] + inputs[3 * i + 1]);
const options = (optimizer: OptimizerRule, plan: 'plain' | 'fused' = 'fused') => ({
  model: new Sequential([3], [linear(3, 9), relu(), linear(9, 1)]),
  dataset: { train: { inputs, targets } },
  loss: 'mse' as const,
  optimizer,
  batchSize: 20,
  plan,
});

const weights = async (trainer: Trainer): Promise<number[]> =>
  [...(await trainer.parameters()).values()].flatMap(({ data }) => [...data]);

const trained = async (optimizer: OptimizerRule, plan?: 'plain'): Promise<number[]> => {
  let found: number[] = [];
  await withSharedEngine(async (engine) => {
    const trainer = await Trainer.create(engine, options(optimizer, plan));
    await trainer.fit({ epochs: 6 });
    found = await weights(trainer);
    trainer.destroy();
  });
  return found;
};

const near = (got: readonly number[], wanted: readonly number[], within: number): void => {
  assert.is(got.length, 46);
  const off = Math.max(...got.map((value, i) => Math.abs(value - wanted[i])));
  assert.ok(off <= within, `${off}`);
};

test('an optimizer of the caller trains as the same one of ours', async () => {
  const ours = await trained(lion({ learningRate: 0.003, betas: [0.9, 0.99], weightDecay: 0.01 }));
  near(await trained(own()), ours, 2e-6);
  near(await trained(own(), 'plain'), ours, 2e-6);
});

test('one without states or options, in minified WGSL', async () => {
  const plain = ownOptimizer({
    name: 'descent',
    learningRate: 0.1,
    wgsl: 'fn update(w:vec4f,gradient:vec4f,o:Options)->vec4f{return w-o.learningRate*gradient;}',
  });
  near(await trained(plain), await trained(sgd({ learningRate: 0.1 })), 1e-6);
});

test('its states are in checkpoints, and a run resumes to the same bits', () =>
  withSharedEngine(async (engine) => {
    const straight = await Trainer.create(engine, options(own()));
    await straight.fit({ epochs: 3 });
    const bytes = await checkpointOf(straight);
    await straight.fit({ epochs: 3 });
    const again = await Trainer.create(engine, options(own()));
    await restore(again, bytes);
    await again.fit({ epochs: 3 });
    assert.equal(await weights(again), await weights(straight));
    const other = await Trainer.create(
      engine,
      options(own({ options: { beta1: 0.8, beta2: 0.99, decay: 0.01 } })),
    );
    await rejects((async () => restore(other, bytes))(), OptionError, 'beta1');
    for (const trainer of [straight, again, other]) trainer.destroy();
  }));

test('it can be averaged, and accumulate, if that leaves a buffer for the sum', async () => {
  const ours = averaged(lion({ learningRate: 0.003, betas: [0.9, 0.99], weightDecay: 0.01 }), 0.8);
  const averages = async (optimizer: OptimizerRule, plan: 'plain' | 'fused'): Promise<number[]> => {
    let found: number[] = [];
    await withSharedEngine(async (engine) => {
      const given = { ...options(optimizer, plan), accumulate: 2 };
      const trainer = await Trainer.create(engine, given);
      await trainer.fit({ epochs: 3 });
      found = [...(await trainer.averages()).values()].flatMap(({ data }) => [...data]);
      trainer.destroy();
    });
    return found;
  };
  for (const plan of ['fused', 'plain'] as const) {
    const wanted = await averages(ours, plan);
    const got = await averages(averaged(own(), 0.8), plan);
    got.forEach((value, i) => void assert.ok(Math.abs(value - wanted[i]) < 1e-6, `${value}`));
  }
  // Without averaged() the name is free.
  const named = (states: readonly string[]) =>
    own({ states, wgsl: LION.replaceAll('velocity', states[0]) });
  assert.equal(await trained(named(['average'])), await trained(own()));
  assert.throws(() => averaged(named(['average']), 0.9), /adds a state called average/);
  const five = named(['a', 'b', 'c', 'd', 'e']);
  assert.throws(() => averaged(five, 0.9), /has a, b, c, d, e\. Use at most 4 others/);
  await withSharedEngine(async (engine) => {
    const made = Trainer.create(engine, { ...options(five), accumulate: 2 });
    await rejects(made, OptionError, "keeps a sum beside the optimizer's states");
  });
});

test('a rule that is not finite at zeros does not spoil the padding', async () => {
  const dividing = ownOptimizer({
    name: 'dividing',
    learningRate: 0.1,
    wgsl: `fn update(w: vec4f, gradient: vec4f, o: Options) -> vec4f {
      let scale = 1.0 / (abs(w) + abs(gradient));
      return w - o.learningRate * gradient * (scale / scale);
    }`,
  });
  near(await trained(dividing), await trained(sgd({ learningRate: 0.1 })), 1e-6);
});

test("the compiler's messages name the caller's lines", () =>
  withSharedEngine(async (engine) => {
    const wrong = own({ wgsl: LION.replace('o.decay', 'o.decoy') });
    const create = Trainer.create(engine, options(wrong));
    await rejects(create, ShaderError, 'own lion (given):5');
  }));

test('states and options may have names of our variables, and the options are copied', async () => {
  const given: Record<string, number> = { w: 0.9, i: 0.99, next: 0.01 };
  const renamedLion = ownOptimizer({
    name: 'renamed',
    learningRate: 0.003,
    options: given,
    states: ['a'],
    wgsl: LION.replaceAll('velocity', 'a')
      .replaceAll('o.beta1', 'o.w')
      .replaceAll('o.beta2', 'o.i')
      .replaceAll('o.decay', 'o.next')
      .concat('fn given() {}'),
  });
  delete given.w;
  given.w = 0.1;
  near(await trained(renamedLion), await trained(own()), 0);
});

const WRONG: readonly (readonly [string, object, string])[] = [
  ['no name', { name: 3 }, 'name 3 was given'],
  ['no rate', { learningRate: undefined }, 'learningRate undefined was given'],
  [
    'a negative rate',
    { learningRate: -1 },
    'learningRate -1 was given; use a number from 0 to 1000000',
  ],
  ['an option that is no number', { options: { beta1: '0.9' } }, 'beta1 "0.9" was given'],
  ['a name that is taken', { options: { step: 1 } }, '"step" was given for a name'],
  ['a state twice', { states: ['a', 'a'] }, 'states'],
  ['a state that is no name', { states: ['my state'] }, '"my state" was given for a name'],
  ['a state that is a keyword', { states: ['var'] }, '"var" was given for a name'],
  ['six states', { states: ['a', 'b', 'c', 'd', 'e', 'f'] }, 'a list of at most 5 names'],
  [
    'an update without its states',
    { wgsl: LION.replace('state: ptr<function, State>, ', '') },
    'line 2 of the WGSL: with 1 states, update takes (w: vec4f, gradient',
  ],
  ['a State of the caller', { wgsl: `struct State { a: f32 }${LION}` }, 'declares State'],
  ['no update', { wgsl: 'fn step() {}' }, 'the WGSL declares step; it needs fn update('],
  ['an unknown option', { momentum: 0.9 }, 'momentum'],
];

for (const [what, more, message] of WRONG) {
  test(`ownOptimizer() refuses ${what}`, () => {
    assert.throws(
      () => own(more),
      (error: unknown) => {
        assert.instance(error, OptionError);
        assert.ok((error as Error).message.includes(message), (error as Error).message);
        return true;
      },
    );
  });
}

test('a copy with other options is checked', () =>
  withSharedEngine(async (engine) => {
    const create = (optimizer: object) =>
      Trainer.create(engine, options(optimizer as OptimizerRule));
    const trainer = await create({ ...own(), learningRate: 0.5 });
    assert.is(trainer.options.optimizer.learningRate, 0.5);
    trainer.destroy();
    await rejects(create({ ...own(), beta1: 'x' }), OptionError, 'beta1');
    await rejects(create({ ...adam(), kind: 'own lion' }), OptionError, 'optimizer');
  }));

test.run();
