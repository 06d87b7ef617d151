import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Validation } from '../../src/data/validation.ts';
import { Ensemble } from '../../src/ensemble/ensemble.ts';
import {
  BusyError,
  DataError,
  DestroyedError,
  MemoryError,
  OptionError,
  ShapeError,
} from '../../src/errors.ts';
import { flatten, linear, Sequential } from '../../src/nn/layers.ts';
import { mlp } from '../../src/nn/mlp.ts';
import { adam, sgd } from '../../src/nn/optimizers.ts';
import { Trainer } from '../../src/train/trainer.ts';
import { rejects, withSharedEngine } from '../gpu/helpers.ts';
import { assertSame, bitsOf, fitted, small } from '../train/helpers.ts';
import { assertAsAlone, outcomesOf } from './helpers.ts';

/** Kernels that compile fast; the long test has all families. */
const QUICK = { family: 'portable' } as const;

const withDropout = (dropout: number) => mlp([28, 28], [784, 32, 16, 10], { dropout });

test('networks with seeds, rates and dropouts of their own have the bits of their runs alone', () =>
  withSharedEngine((engine) =>
    assertAsAlone(
      engine,
      small(QUICK),
      [
        { seed: 1, optimizer: adam({ learningRate: 0.1 }) },
        { seed: 2, model: withDropout(0.4) },
        { seed: 3, optimizer: adam({ betas: [0.8, 0.99], epsilon: 1e-6, weightDecay: 0.1 }) },
      ],
      // The first one stops early, and leaves the dispatches.
      { epochs: 3, stop: { on: 'test.loss', patience: 1, restoreBest: true } },
    ),
  ));

test('a trainer resumes from the snapshot of a network; its predictions are averaged', () =>
  withSharedEngine(async (engine) => {
    const options = small(QUICK);
    const runs = [{ seed: 1 }, { seed: 2 }];
    const ensemble = await Ensemble.create(engine, { ...options, runs });
    const trainer = await Trainer.create(engine, { ...options, ...runs[1] });
    assert.match(ensemble.explain(), /^2 networks .*\nfused plan: \d+ dispatches/);
    await ensemble.fit({ epochs: 1 });
    trainer.resume(await ensemble.snapshot(1));
    await Promise.all([ensemble.fit({ epochs: 1 }), trainer.fit({ epochs: 1 })]);
    const [, outcome] = await outcomesOf(ensemble);
    assert.equal(outcome.bits, await bitsOf(trainer));
    const evaluations = await ensemble.evaluate();
    assert.equal(evaluations[1], await trainer.evaluate());
    const { images } = options.dataset.test as { images: Uint8Array };
    const samples = { images, count: 200, height: 28, width: 28 };
    const [own] = [await ensemble.predict(samples, { as: 'probability', runs: [1] })];
    assert.equal([...own], [...(await trainer.predict(samples, { as: 'probability' }))]);
    const other = await ensemble.predict(samples, { as: 'probability', runs: [0] });
    const mean = await ensemble.predict(samples, { as: 'probability' });
    assert.is(mean[0], Math.fround((own[0] + other[0]) / 2));
    const classes = await ensemble.predict(samples, { as: 'class' });
    for (const [odd, why] of [
      [[0, 0], '0 is twice'],
      [[0, 9], '9 is no run'],
    ] as const) {
      await rejects(ensemble.predict(samples, { runs: odd }), OptionError, why);
    }
    const stop = { on: 'test.f1', patience: 1 } as const;
    await rejects(ensemble.fit({ epochs: 1, stop }), OptionError, 'test.f1', 'test.loss');
    assert.is(classes.length, 200);
    const given = { metrics: ['f1'] };
    const loose = ensemble as unknown as Record<string, (...all: unknown[]) => Promise<unknown>>;
    const names = [OptionError, '{ metrics }', 'takes no options'] as const;
    await rejects(loose.evaluate('test', given), ...names, 'evaluate()', 'snapshot');
    await rejects(loose.parameters(0, given), ...names, 'parameters()');
    await rejects(loose.snapshot(0, given), ...names, 'snapshot()');
    await rejects(loose.snapshot(7), OptionError, 'snapshot(): run 7', '0 to 1');
    assert.throws(() => loose.explain(given), /explain\(\) takes no options; { metrics }/);
    await rejects(loose.fit({ epochs: 1, ...given }), OptionError, 'fit()', 'metrics');
    const odd = { weights: 'average' };
    await rejects(loose.predict(samples, odd), OptionError, 'predict()', 'weights', 'runs');
    trainer.destroy();
    const fitting = ensemble.fit({ epochs: 1 });
    await rejects(ensemble.evaluate(), BusyError, 'evaluate()', 'fit() of ensemble');
    assert.throws(() => ensemble.load(0, new Map()), /load\(\).*while fit\(\)/);
    ensemble.destroy();
    await rejects(fitting, DestroyedError, ensemble.name);
  }));

test('a network that is stopped by name is left out, and the others end as alone', () =>
  withSharedEngine(async (engine) => {
    const options = small(QUICK);
    const runs = [{ seed: 1 }, { seed: 2 }, { seed: 3 }];
    const ensemble = await Ensemble.create(engine, { ...options, runs });
    await ensemble.fit({ epochs: 1 });
    const [before] = await outcomesOf(ensemble);
    const stop = async (run: number): Promise<void> => ensemble.stop(run);
    await stop(0);
    await stop(0);
    assert.is(ensemble.active, 2);
    const abort = new AbortController();
    const fitting = ensemble.fit({ epochs: 1, signal: abort.signal });
    await rejects(stop(1), BusyError, 'fit()');
    abort.abort(new OptionError('enough'));
    await rejects(fitting, OptionError, 'enough');
    if (ensemble.step % ensemble.stepsPerEpoch > 0) {
      await rejects(stop(1), OptionError, 'an epoch is unfinished');
    }
    await ensemble.fit({ epochs: 1 });
    assert.equal(
      ensemble.members.map(({ state, history }) => [state, history.length]),
      [
        ['stopped', 1],
        ['training', 2],
        ['training', 2],
      ],
    );
    const outcomes = await outcomesOf(ensemble);
    assertSame(outcomes[0], before, 'the network that was stopped');
    for (const run of [1, 2]) {
      const alone = await fitted(engine, { ...options, ...runs[run] }, { epochs: 2 });
      assertSame(outcomes[run], alone, `runs[${run}] and its trainer`);
    }
    await rejects(stop(3), OptionError, 'stop(): run 3', '0 to 2');
    ensemble.destroy();
  }));

test('networks that begin with given weights have the bits of trainers that load them', () =>
  withSharedEngine(async (engine) => {
    const options = small({ ...QUICK, frozen: ['1.weight', '1.bias'] });
    const runs = [{ seed: 1 }, { seed: 2 }];
    const old = await Trainer.create(engine, { ...small(QUICK), seed: 9 });
    await old.fit({ epochs: 1 });
    const all = await old.parameters();
    old.destroy();
    const names = [...all.keys()];
    const head = names.slice(-2);
    const body = new Map([...all].filter(([name]) => !head.includes(name)));
    const ensemble = await Ensemble.create(engine, { ...options, runs });
    for (const run of [0, 1]) assert.equal(ensemble.load(run, body), head);
    await ensemble.fit({ epochs: 1 });
    for (const [run, outcome] of (await outcomesOf(ensemble)).entries()) {
      const alone = await Trainer.create(engine, { ...options, ...runs[run] });
      alone.load(body);
      await alone.fit({ epochs: 1 });
      assert.equal(outcome.bits, await bitsOf(alone));
      const [first] = (await ensemble.parameters(run)).values();
      assert.equal(first.data, all.get('1.weight')?.data);
      alone.destroy();
    }
    // Also between two calls of fit, and the optimizer continues.
    const moment = async () => {
      const [, states] = (await ensemble.snapshot(0)).tensors.values();
      return states.get(head[0]);
    };
    const before = await moment();
    assert.ok(before?.some((value) => value !== 0));
    assert.equal(ensemble.load(0, all), []);
    assert.equal((await ensemble.parameters(0)).get(head[0])?.data, all.get(head[0])?.data);
    assert.equal(await moment(), before);
    const load = async (run: number, name: unknown, values: unknown) =>
      ensemble.load(run, new Map([[name, values]]) as never);
    await rejects(load(0, head[1], [1, 2]), ShapeError, '2 values', head[1], '[10]');
    await rejects(load(0, 'head.bias', new Array(10).fill(0)), OptionError, 'head.bias', head[1]);
    await rejects(load(0, head[1], new Array(10).fill(NaN)), DataError, head[1], 'NaN');
    await rejects(load(2, head[1], []), OptionError, 'load(): run 2', '0 to 1');
    await ensemble.fit({ epochs: 9, stop: { on: 'train.loss', patience: 1, minDelta: 9 } });
    assert.is(ensemble.active, 0);
    await rejects(load(1, head[1], []), OptionError, 'runs[1] has stopped');
    ensemble.destroy();
  }));

test('samples that are held out are the same for all networks, and as alone', () =>
  withSharedEngine(async (engine) => {
    const { inputs, labels } = {
      inputs: Float32Array.from({ length: 80 }, (_, i) => Math.sin(i)),
      labels: Uint8Array.from({ length: 40 }, (_, i) => Number(Math.sin(2 * i) > 0)),
    };
    const options = (validation: Validation) => ({
      ...QUICK,
      model: new Sequential([2], [linear(2, 30), linear(30, 2)]),
      dataset: { train: { inputs, labels }, validation },
      normalize: 'standardise' as const,
      loss: 'cross_entropy' as const,
      optimizer: adam(),
      batchSize: 8,
    });
    const runs = [{ seed: 1 }, { seed: 2 }];
    await assertAsAlone(engine, options({ share: 0.25, seed: 7 }), runs, { epochs: 2 });
    await rejects(
      Ensemble.create(engine, { ...options(0.25), runs }),
      OptionError,
      '{ share: 0.25, seed: 1 }',
    );
    const same = await Ensemble.create(engine, { ...options(0.25), seed: 3, runs: [{}] });
    same.destroy();
    await rejects(
      Ensemble.create(engine, { ...options({ share: 0.25, sed: 1 } as never), runs }),
      OptionError,
      'sed',
    );
  }));

test('what runs cannot differ in is named', () =>
  withSharedEngine(async (engine) => {
    const options = small(QUICK);
    const create = (runs: unknown) => Ensemble.create(engine, { ...options, runs } as never);
    await rejects(create([]), OptionError, 'runs', 'an array of 0');
    await rejects(create([{}, { sead: 1 }]), OptionError, 'runs[1]', 'sead', 'seed');
    await rejects(create([{}, { optimizer: sgd() }]), OptionError, 'runs[1]', 'optimizer', 'sgd');
    await rejects(create([{}, { batchSize: 5 }]), OptionError, 'runs[1]', 'batchSize');
    const wide = mlp([28, 28], [784, 64, 16, 10]);
    await rejects(create([{}, { model: wide }]), OptionError, 'runs[1].model', '[64,784]');
    const smooth = mlp([28, 28], [784, 32, 16, 10], { dropout: 0 });
    await rejects(create([{}, { model: smooth }]), OptionError, 'runs[1]', 'model');
    const many = Array.from({ length: 5000 }, (_, seed) => ({ seed }));
    await rejects(create(many), MemoryError, '5000 networks', 'at most');
    // A small network's largest buffer is that of the steps' sums.
    const tiny = { ...options, model: new Sequential([28, 28], [flatten(), linear(784, 10)]) };
    await rejects(Ensemble.create(engine, { ...tiny, runs: many }), MemoryError, 'at most');
    const data = { ...options, data: 'streamed', runs: [{}] };
    await rejects(Ensemble.create(engine, data as never), OptionError, 'data');
  }));

test.run();
