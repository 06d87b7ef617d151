import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { PACKAGE_ROOT } from '../../src/cli/paths.ts';
import { checkPlan } from '../../sweep/src/plan/check.ts';
import { PlanError } from '../../sweep/src/plan/error.ts';
import { loadPlan } from '../../sweep/src/plan/load.ts';
import { pointsOf } from '../../sweep/src/plan/points.ts';
import { shapeOf, specOf } from '../../sweep/src/plan/specs.ts';
import { blocksOf } from '../run/blocks.ts';

const test = suite('plan');

const SPACE = { lr: [0.01, 0.1] };

/** The message of a plan that is wrong. */
function wrong(plan: unknown): string {
  try {
    checkPlan(plan);
  } catch (error) {
    assert.instance(error, PlanError, String(error));
    assert.ok((error as PlanError).message.length < 600);
    return (error as PlanError).message;
  }
  return 'nothing';
}

const field = (more: object): string => wrong({ name: 'a', space: SPACE, ...more });
const space = (more: object, search: object = {}): string =>
  wrong({ name: 'a', space: more, ...search });

test('a plan gets its defaults', () => {
  assert.equal(checkPlan({ name: 'a', space: SPACE }), {
    name: 'a',
    model: '2',
    data: 'fashion-mnist',
    options: {},
    space: [{ kind: 'choice', name: 'lr', choices: [0.01, 0.1], when: [] }],
    vary: 'all',
    base: null,
    search: { kind: 'grid' },
    trials: null,
    seeds: [1],
    epochs: null,
    objective: { metric: 'test.accuracy', direction: 'maximize' },
    references: [],
  });
  assert.equal(
    checkPlan({ name: 'a', space: SPACE, objective: { metric: 'test.loss' } }).objective,
    { metric: 'test.loss', direction: 'minimize' },
  );
  assert.equal(checkPlan({ name: 'a', space: SPACE, seeds: 3 }).seeds, [1, 2, 3]);
});

test('says what is wrong with a field, what was given, and what is allowed', () => {
  assert.is(wrong(7), 'plan: 7 was given; use an object with name and space');
  assert.match(wrong({}), /^plan.name is missing; use 1 to 80 letters/);
  assert.match(wrong({ name: 'a' }), /^plan.space is missing; use an object such as/);
  assert.match(wrong({ name: '../a', space: SPACE }), /^plan.name: "..\/a" was given/);
  assert.match(field({ epoch: 3 }), /^plan: "epoch" is no field; did you mean epochs\?/);
  assert.match(field({ model: '4' }), /^plan.model: "4" was given; use one of 1, 2, 3, auto/);
  assert.match(field({ data: 'mnist' }), /^plan.data: "mnist" was given; use 'fashion-mnist'/);
  assert.match(field({ seeds: 0 }), /^plan.seeds: 0 was given; use an integer from 1 to 1000/);
  assert.match(field({ seeds: [1, 1] }), /^plan.seeds\[1\]: 1 is there twice/);
  assert.match(field({ epochs: 0 }), /^plan.epochs: 0 was given; use an integer from 1 to/);
  assert.match(field({ trials: 5 }), /^plan.trials: 5 was given; a grid tries all its points/);
  assert.match(
    field({ search: 'random', trials: 1_000_000, seeds: 1000 }),
    /^plan.seeds: with 1000 seeds each there are up to 1000000000 trials; use at most 1000000/,
  );
  const cycle: Record<string, unknown> = {};
  cycle.again = cycle;
  assert.match(
    field({ search: { name: 'optuna:tpe', options: cycle }, trials: 3 }),
    /^plan.search.options: JSON cannot hold it/,
  );
  assert.match(field({ search: 'random' }), /^plan.trials is missing; use an integer/);
  assert.match(field({ vary: 'one' }), /^plan.vary: "one" was given; use one of all, each/);
  assert.match(field({ options: { lr: 1 } }), /^plan.options.lr: it is in the space, too/);
  assert.match(field({ options: { seed: 1 } }), /^plan.options.seed: .*field of the plan: seeds/);
  assert.match(
    field({ options: { loss: null } }),
    /^plan.options.loss: null was given; use a text/,
  );
  assert.match(
    field({ objective: { metric: 'loss' } }),
    /^plan.objective.metric: "loss" was given; use one of test.accuracy, test.loss/,
  );
  assert.match(
    field({ references: [{ name: 'x', point: { dropout: 1 } }] }),
    /^plan.references\[0\].point.dropout: it is no option of the space; those are lr/,
  );
});

test('says what is wrong with a search', () => {
  assert.match(field({ search: 'tpe' }), /^plan.search: "tpe" was given; use 'grid', 'random'/);
  assert.match(field({ search: { name: 'sha' } }), /^plan.search.name: "sha" was given/);
  assert.match(
    field({ search: { name: 'random', reductionFactor: 2 }, trials: 2 }),
    /^plan.search: "reductionFactor" is no field. The fields are name, seed/,
  );
  assert.match(
    field({ search: { name: 'asha', reductionFactor: 1 }, trials: 2 }),
    /^plan.search.reductionFactor: 1 was given; use an integer from 2 to 1000/,
  );
  assert.match(
    field({ search: { name: 'optuna:tpe', prunerOptions: {} }, trials: 2 }),
    /^plan.search.prunerOptions: there is no pruner/,
  );
});

test('says what is wrong with a space', () => {
  assert.match(space({ lr: 3 }), /^plan.space.lr: 3 was given; use a list of values, {/);
  assert.match(space({ lr: [] }), /^plan.space.lr: a list of 0 values was given/);
  assert.match(space({ lr: [1, 1] }), /^plan.space.lr\[1\]: 1 is there twice/);
  assert.match(space({ lr: [Number.NaN] }), /^plan.space.lr\[0\]: NaN was given; use a text/);
  assert.match(space({ lr: { form: 1 } }), /"form" is no field; did you mean from\?/);
  assert.match(space({ lr: { from: 1, to: 1 } }), /^plan.space.lr.to: 1 was given; use a number/);
  assert.match(space({ lr: { from: 0, to: 1, log: true } }), /^plan.space.lr.from: 0 was given; w/);
  assert.match(space({ lr: { from: 0, to: 1, step: 2 } }), /^plan.space.lr.step: 2 was given/);
  assert.match(
    space({ 'batch-size': { from: 1, to: 9.5, integer: true } }),
    /^plan.space.batch-size.to: 9.5 was given; use an integer/,
  );
  assert.match(
    space({ lr: { from: 0.1, to: 1 } }),
    /^plan.space.lr: it has any number of a range, and a grid needs single values/,
  );
  assert.match(space({ seed: [1, 2] }), /^plan.space.seed: .* use the field seeds/);
});

test('says what is wrong with a condition', () => {
  const when = (condition: unknown) =>
    space({ optimizer: ['sgd', 'adam'], momentum: { choices: [0, 0.9], when: condition } });
  assert.is(when({ optimizer: ['sgd'] }), 'nothing');
  assert.match(when({}), /^plan.space.momentum.when: an empty object was given/);
  assert.match(
    when({ lr: [1] }),
    /^plan.space.momentum.when.lr: it is no option of the space before this one; those are optimizer/,
  );
  assert.match(
    when({ optimizer: ['lion'] }),
    /^plan.space.momentum.when.optimizer\[0\]: "lion" was given; optimizer is one of "sgd", "adam"/,
  );
});

test("says what is wrong with the base of vary: 'each'", () => {
  const each = (base: unknown, axes: object = SPACE) =>
    wrong({ name: 'a', space: axes, vary: 'each', base });
  assert.is(each({ lr: 0.01 }), 'nothing');
  assert.match(each(undefined), /^plan.base is missing; with vary: 'each', use/);
  assert.match(each({}), /^plan.base.lr: it is missing; use one of 0.01, 0.1/);
  assert.match(each({ lr: 1 }), /^plan.base.lr: 1 was given; use one of 0.01, 0.1/);
  assert.match(field({ base: {} }), /^plan.base: it goes with vary: 'each' alone/);
  const search = { search: 'random', trials: 2 };
  assert.match(field({ vary: 'each', base: { lr: 0.01 }, ...search }), /^plan.vary: 'each' was/);
  const dependent = { optimizer: ['sgd', 'adam'], momentum: { choices: [0], when: {} } };
  dependent.momentum.when = { optimizer: ['sgd'] };
  assert.match(
    each({ optimizer: 'sgd', momentum: 0 }, dependent),
    /^plan.space.optimizer: another option's condition names it/,
  );
});

test('checks the options of each point as gradweave train does', () => {
  assert.match(
    space({ optimizer: ['adam', 'adamm'] }),
    /^plan: the point with optimizer "adamm": optimizer=adamm was given; it must be one of sgd/,
  );
  assert.match(
    space({ optimizer: ['sgd', 'adam'], momentum: [0.9] }),
    /^plan: the point with optimizer "adam", momentum 0.9: .*left out: adam has no such option/,
  );
  assert.match(space({ lrr: [0.1] }), /the point with lrr 0.1: .*"lrr"; did you mean lr\?/);
  assert.match(space({ dropout: [0, 1.5] }), /the point with dropout 1.5: .*1.5/);
  assert.match(
    space({
      layers: [
        [784, 10],
        [5, 10],
      ],
    }),
    /the point with layers \[5,10\]: /,
  );
  assert.match(
    space({ dropout: { from: 0, to: 2 } }, { search: 'random', trials: 1 }),
    /the point with dropout 2: /,
  );
  assert.match(field({ options: { length: 3 } }), /left out: Model 2 learns from images/);
  assert.match(field({ model: 'transformer' }), /learns from 'text'/);
  assert.match(field({ model: 'autoencoder' }), /^plan.objective.metric: .* has no classes/);
  assert.is(field({ model: 'autoencoder', objective: { metric: 'test.loss' } }), 'nothing');
  assert.is(space({ model: ['1', '2'], epochs: [1, 2] }), 'nothing');
  assert.is(field({ model: 'transformer', data: { text: 'a.txt' } }), 'nothing');
});

test('refuses what cannot be read', () => {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  assert.match(wrong(proxy), /^plan: /);
  const throwing = {
    name: 'a',
    get space() {
      throw new Error('no');
    },
  };
  assert.match(wrong(throwing), /^plan: .* cannot be read; use plain JSON/);
});

const SOURCE = { engine: '0.1.0', data: { kind: 'files', sha256: 'a'.repeat(64) } } as const;
const PLAN = checkPlan({ name: 'a', space: {}, options: { loss: 'mse' } });

test('a point and a seed make a trial', () => {
  assert.equal(specOf(PLAN, SOURCE, { lr: 0.1, epochs: 3 }, 5), {
    format: 'gradweave-trial-1',
    engine: '0.1.0',
    model: '2',
    data: SOURCE.data,
    options: { loss: 'mse', lr: 0.1 },
    seed: 5,
    epochs: 3,
  });
  // The network's own epochs.
  assert.is(specOf(PLAN, SOURCE, { model: '3' }, 1).epochs, 60);
  assert.is(specOf({ ...PLAN, epochs: 7 }, SOURCE, {}, 1).epochs, 7);
});

test('trials that differ in seed, rate and a dropout above 0 have one shape', () => {
  const shape = (point: Parameters<typeof specOf>[2], seed = 1) =>
    shapeOf(specOf(PLAN, SOURCE, point, seed));
  assert.is(shape({}), shape({ lr: 0.1, dropout: 0.5 }, 2));
  for (const point of [
    { dropout: 0 },
    { optimizer: 'sgd' },
    { 'batch-size': 50 },
    { layers: [784, 10] },
    { epochs: 2 },
    { model: '1' },
    { momentum: 0.5, optimizer: 'sgd' },
  ]) {
    assert.is.not(shape({}), shape(point), JSON.stringify(point));
  }
  assert.is(shape({ model: 'resnet' }), shape({ model: 'resnet', dropout: 0 }));
  // Mixed precision is not for several networks.
  assert.is.not(shape({ precision: 'mixed' }), shape({ precision: 'mixed' }, 2));
});

test('reads plans of JSON and of modules, and names the file of one that is wrong', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'gradweave-plan-'));
  const read = async (name: string, text: string): Promise<string> => {
    await writeFile(join(folder, name), text);
    try {
      return (await loadPlan(join(folder, name), { seeds: 2 })).seeds.join();
    } catch (error) {
      assert.instance(error, PlanError);
      return (error as Error).message.replace(folder, 'DIR');
    }
  };
  try {
    const json = JSON.stringify({ name: 'a', space: SPACE });
    assert.is(await read('a.json', `\uFEFF${json}`), '1,2');
    assert.is(await read('a.mjs', `export default ${json}`), '1,2');
    assert.is(await read('b.mjs', `export default async () => (${json})`), '1,2');
    assert.is(await read('a.ts', `const a: object = ${json}; export default a;`), '1,2');
    assert.match(await read('b.json', '{'), /^DIR\/b.json: it is no JSON: /);
    assert.match(
      await read('c.mjs', 'export const a = 1'),
      /^DIR\/c.mjs: it has no default export/,
    );
    assert.match(await read('d.mjs', 'export default 7 +'), /^DIR\/d.mjs: it cannot be run: /);
    assert.match(
      await read('e.mjs', 'export default () => { throw new Error("no") }'),
      /^DIR\/e.mjs: its function throws: no/,
    );
    assert.match(await read('a.yaml', ''), /^DIR\/a.yaml: its name ends in '.yaml'; a plan is a/);
    assert.match(await read('f.json', '{"name":""}'), /^DIR\/f.json: plan.name: "" was given/);
    const missing = await loadPlan(join(folder, 'none.json')).catch((error) => error.message);
    assert.match(missing, /none.json: there is no such file/);
  } finally {
    await rm(folder, { recursive: true });
  }
});

test('the plans of the guide are right', () => {
  const page = readFileSync(join(PACKAGE_ROOT, 'docs/guide/sweeps.md'), 'utf8');
  const plans = blocksOf(page).filter(({ language }) => language === 'json');
  assert.is(plans.length, 3);
  for (const { code } of plans) checkPlan(JSON.parse(code));
});

test('refuses a grid of too many points when one option changes at a time', () => {
  const lr = { from: 0, to: 1, step: 1e-9 };
  assert.match(
    space({ lr }, { data: 'built-in', vary: 'each', base: { lr: 0 } }),
    /^plan.space: its grid has up to 1000000000 points; use at most 1000000/,
  );
});

test('the first value of a range is that of the plan, so that a base there is one point', () => {
  const from = 0.12345678901234566;
  const lr = { from, to: 0.35, step: 0.1 };
  const plan = { name: 'a', space: { lr }, vary: 'each', base: { lr: from } };
  const points = [...pointsOf(checkPlan(plan))].map((point) => point.lr);
  assert.equal(points, [from, 0.223456789012346, 0.323456789012346]);
});

test.run();
