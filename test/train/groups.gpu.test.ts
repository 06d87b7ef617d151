import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { OptionError } from '../../src/errors.ts';
import { FAMILIES } from '../../src/gpu/family.ts';
import { linear, Sequential } from '../../src/nn/layers.ts';
import { adam, adamw, inGroups, sgd } from '../../src/nn/optimizers.ts';
import { warmup } from '../../src/nn/schedules.ts';
import { checkpointOf, restore } from '../../src/train/checkpoint.ts';
import { Trainer } from '../../src/train/trainer.ts';
import { rejects, withSharedEngine } from '../gpu/helpers.ts';
import { thoroughly } from '../run/thorough.ts';
import { assertSame, fitted, outcomeOf, small, withTrainer } from './helpers.ts';

const biases = (name: string) =>
  name.endsWith('bias') ? { weightDecay: 0, rateFactor: 2 } : undefined;

test('a group has its rate and weight decay, as PyTorch’s parameter groups', () =>
  withSharedEngine((engine) =>
    withTrainer(
      engine,
      {
        model: new Sequential([1], [linear(1, 1)]),
        dataset: { train: { inputs: [3], targets: [0] } },
        loss: 'mse',
        optimizer: inGroups(sgd({ learningRate: 0.01, weightDecay: 0.5 }), biases),
      },
      async (trainer) => {
        trainer.load(
          new Map([
            ['0.weight', [1]],
            ['0.bias', [1]],
          ]),
        );
        await trainer.steps(1);
        // The gradients of (3 w + b)² are 24 and 8.
        const parameters = await trainer.parameters();
        const found = ['0.weight', '0.bias'].map((name) => parameters.get(name)?.data[0] ?? NaN);
        [1 - 0.01 * (24 + 0.5), 1 - 0.02 * 8].forEach((wanted, i) => {
          assert.ok(Math.abs(found[i] - wanted) < 1e-6, `${found[i]}, not ${wanted}`);
        });
        // The rate that is set is that of all groups.
        await trainer.setLearningRate(0);
        await trainer.steps(3);
        assert.is((await trainer.parameters()).get('0.bias')?.data[0], found[1]);
      },
    ),
  ));

test('groups that change nothing, and those that freeze, give the bits of a run without them', () =>
  withSharedEngine(async (engine) => {
    const optimizer = adam({ weightDecay: 0.01 });
    const whole = await fitted(engine, small({ optimizer }), { epochs: 1 });
    const same = inGroups(optimizer, () => ({ rateFactor: 1, weightDecay: 0.01 }));
    assertSame(await fitted(engine, small({ optimizer: same }), { epochs: 1 }), whole);
    const still = inGroups(optimizer, { '1.weight': { rateFactor: 0 } });
    await withTrainer(engine, small({ optimizer: still }), async (trainer) => {
      const weight = async () => (await trainer.parameters()).get('1.weight')?.data;
      const before = await weight();
      await trainer.steps(5);
      assert.equal(await weight(), before);
    });
  }));

for (const family of thoroughly(FAMILIES, (one) => one === 'portable')) {
  test(`${family}: a run with groups and a schedule resumes bit-identically`, () =>
    withSharedEngine(
      async (engine) => {
        const options = small({ optimizer: inGroups(adamw(), biases), schedule: warmup(30) });
        const whole = await fitted(engine, options, { epochs: 2 });
        const bytes = await withTrainer(engine, options, async (trainer) => {
          await trainer.steps(29);
          return checkpointOf(trainer);
        });
        await withTrainer(engine, options, async (trainer) => {
          restore(trainer, bytes);
          await trainer.steps(15);
          assertSame({ ...(await outcomeOf(trainer)), history: [] }, { ...whole, history: [] });
        });
        await withTrainer(engine, small({ optimizer: adamw() }), async (trainer) => {
          assert.throws(() => restore(trainer, bytes), /optimizer/);
        });
      },
      { family },
    ));
}

test('wrong groups are refused by name', () =>
  withSharedEngine(async (engine) => {
    assert.throws(() => inGroups(adam(), 3 as never), /groups 3/);
    assert.throws(() => inGroups({} as never, {}), /optimizer/);
    const create = (groups: unknown) =>
      Trainer.create(engine, small({ optimizer: inGroups(adam(), groups as never) }));
    await rejects(create({ 'no.weight': {} }), OptionError, 'no.weight', '1.weight');
    await rejects(create({ '1.weight': { rateFactor: -1 } }), OptionError, '1.weight', '-1');
    await rejects(
      create(() => 3),
      OptionError,
      '1.weight',
    );
    await rejects(
      create(() => ({ lr: 1 })),
      OptionError,
      'lr',
    );
    const copy = { ...inGroups(adam(), biases), learningRate: 0.5 };
    await withTrainer(engine, small({ optimizer: copy }), async (trainer) => {
      const { groups, learningRate } = trainer.options.optimizer as typeof copy;
      assert.is(learningRate, 0.5);
      assert.equal(Object.keys(groups), ['1.bias', '4.bias', '7.bias']);
    });
  }));

test.run();
