import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { checkpointOf, restore } from '../../src/checkpoint.ts';
import { OptionError, ShaderError } from '../../src/errors.ts';
import { dropout, linear, relu, Sequential, silu } from '../../src/nn/layers.ts';
import { adam } from '../../src/nn/optimizers.ts';
import { type PointwiseOptions, pointwise } from '../../src/nn/pointwise.ts';
import { Trainer } from '../../src/train/trainer.ts';
import { rejects, withSharedEngine } from '../gpu/helpers.ts';
import { thoroughly } from '../run/thorough.ts';

const LOGISTIC = 'fn own(x: f32) -> f32 { return 1.0 / (1.0 + exp(-x)); }';
const SILU = `${LOGISTIC}
  fn value(x: f32) -> f32 { return x * own(x); }
  fn derivative(x: f32) -> f32 { return own(x) * (1.0 + x * own(-x)); }`;

const inputs = Float32Array.from({ length: 200 }, (_, i) => 2 * Math.sin(i * i));
const targets = Float32Array.from({ length: 100 }, (_, i) => inputs[2 * i] * inputs[2 * i + 1]);

async function loss(
  activation: ReturnType<typeof silu>,
  more: { readonly plan?: 'plain' } = {},
): Promise<number> {
  let last = NaN;
  await withSharedEngine(async (engine) => {
    const trainer = await Trainer.create(engine, {
      model: new Sequential(
        [2],
        [linear(2, 9), activation, linear(9, 5), activation, linear(5, 1)],
      ),
      dataset: { train: { inputs, targets } },
      loss: 'mse',
      optimizer: adam({ learningRate: 0.01 }),
      batchSize: 20,
      ...more,
    });
    const history = await trainer.fit({ epochs: 5 });
    last = history[4].train.loss;
    trainer.destroy();
  });
  return last;
}

const near = (got: number, wanted: number): void =>
  assert.ok(Math.abs(got - wanted) < 1e-5 * wanted, `${got} for ${wanted}`);

test('a function of the caller trains as the same function of ours', async () => {
  const ours = await loss(silu());
  const own = pointwise({ name: 'own silu', wgsl: SILU });
  near(await loss(own()), ours);
  near(await loss(own(), { plan: 'plain' }), ours);
  const wide = SILU.replaceAll('f32', 'vec4f');
  near(await loss(pointwise({ name: 'wide', wgsl: wide })()), ours);
  const minified = SILU.replace(/\s+/g, ' ');
  near(await loss(pointwise({ name: 'minified', wgsl: minified })()), ours);
});

test('a derivative can be computed from the output', async () => {
  const input = pointwise({
    name: 'a',
    wgsl: 'fn value(x: f32) -> f32 { return tanh(x); } fn derivative(x: f32) -> f32 { let y = tanh(x); return 1.0 - y * y; }',
  });
  const output = pointwise({
    name: 'b',
    from: 'output',
    wgsl: 'fn value(x: f32) -> f32 { return tanh(x); } fn derivative(y: f32) -> f32 { return 1.0 - y * y; }',
  });
  near(await loss(output()), await loss(input()));
});

test('two functions with the same helper go into one model', async () => {
  const other = pointwise({
    name: 'own silu',
    wgsl: 'fn own(x: f32) -> f32 { return 2.0 * x; } fn value(x: f32) -> f32 { return own(x); } fn derivative(x: f32) -> f32 { return 2.0; }',
  });
  await withSharedEngine(async (engine) => {
    const own = pointwise({ name: 'own silu', wgsl: SILU });
    const trainer = await Trainer.create(engine, {
      model: new Sequential([2], [linear(2, 9), own(), other(), linear(9, 1)]),
      dataset: { train: { inputs, targets } },
      loss: 'mse',
      optimizer: adam(),
    });
    await trainer.fit({ epochs: 1 });
    trainer.destroy();
  });
});

test("the compiler's messages name the caller's lines", async () => {
  const wrong = pointwise({
    name: 'wrong',
    wgsl: '\nfn value(x: f32) -> f32 {\n  return nothing(x);\n}\nfn derivative(x: f32) -> f32 { return 1.0; }',
  });
  await withSharedEngine(async (engine) => {
    const create = Trainer.create(engine, {
      model: new Sequential([2], [linear(2, 1), wrong()]),
      dataset: { train: { inputs, targets } },
      loss: 'mse',
      optimizer: adam(),
    });
    await rejects(create, ShaderError, 'wrong (given):3: unresolved call target');
  });
});

/** f² = 1 + eˣ, whose derivative is not finite at an output of 0, which does not occur. */
const ROOT = pointwise({
  name: 'root',
  from: 'output',
  wgsl: `fn value(x: f32) -> f32 { return sqrt(1.0 + exp(x)); }
    fn derivative(y: f32) -> f32 { return (y * y - 1.0) / (2.0 * y); }`,
});

for (const family of thoroughly(
  ['portable', 'tiled', 'quad'] as const,
  (one) => one === 'portable',
)) {
  test(`a derivative that is not finite at 0 spoils neither padding nor dropout, ${family}`, () =>
    withSharedEngine(
      async (engine) => {
        for (const layers of [
          [linear(2, 5), ROOT(), dropout(0.4), linear(5, 3)],
          [linear(2, 8), relu(), linear(8, 3), ROOT()],
        ]) {
          const trainer = await Trainer.create(engine, {
            model: new Sequential([2], layers),
            dataset: {
              train: { inputs: inputs.slice(0, 22), targets: inputs.slice(0, 33) },
            },
            loss: 'mse',
            optimizer: adam(),
            batchSize: 11,
          });
          await trainer.fit({ epochs: 3 });
          for (const { data } of (await trainer.parameters()).values()) {
            assert.ok(data.every(Number.isFinite));
          }
          trainer.destroy();
        }
      },
      { family, quick: true },
    ));
}

test('variables and names of any form can be twice in a chain of ops', () =>
  withSharedEngine(async (engine) => {
    const own = pointwise({
      name: 'private',
      wgsl: `alias F=f32;var<private>one:f32=1.0;var <private> eins : f32 = 0.0;
        @ must_use fn été(x:f32)->f32{return one*x+eins;}
        fn value(x: F)->F{return été(x);}fn derivative(x: F)->F{return 1.0;}`,
    });
    const trainer = await Trainer.create(engine, {
      model: new Sequential([2], [linear(2, 5), own(), own(), linear(5, 1)]),
      dataset: { train: { inputs, targets } },
      loss: 'mse',
      optimizer: adam(),
    });
    await trainer.fit({ epochs: 1 });
    trainer.destroy();
  }));

test('a checkpoint is refused by a model with other WGSL under the same name', () =>
  withSharedEngine(async (engine) => {
    const trainerOf = (wgsl: string) =>
      Trainer.create(engine, {
        model: new Sequential([2], [linear(2, 1), pointwise({ name: 'own', wgsl })()]),
        dataset: { train: { inputs, targets } },
        loss: 'mse',
        optimizer: adam(),
      });
    const one = await trainerOf(SILU);
    const other = await trainerOf(SILU.replace('1.0 + exp', '1.1 + exp'));
    const bytes = await checkpointOf(one);
    await rejects((async () => restore(other, bytes))(), OptionError, 'own #');
    one.destroy();
    other.destroy();
  }));

test('what is neither a node nor nothing is refused', () => {
  const own = pointwise({ name: 'own', wgsl: SILU });
  assert.throws(() => own({ slope: 2 } as never), 'use own() for a layer, or own(x)');
  assert.throws(() => new Sequential([2], [own as never]), 'call it: own()');
});

const VALID: PointwiseOptions = { name: 'f', wgsl: SILU };

const WRONG: readonly (readonly [string, object, string])[] = [
  ['no name', { name: '' }, 'name "" was given; use up to 61 letters'],
  ['no WGSL', { wgsl: undefined }, 'wgsl undefined was given'],
  ['no derivative', { wgsl: 'fn value(x: f32) -> f32 { return x; }' }, 'it needs fn derivative'],
  [
    'two arguments',
    { wgsl: SILU.replace('value(x: f32)', 'value(x: f32, y: f32)') },
    'line 2 of the WGSL: value takes one f32',
  ],
  [
    'a binding',
    { wgsl: `@group(0) @binding(0) var<storage> b: array<f32>;\n${SILU}` },
    'line 1 of the WGSL binds a buffer',
  ],
  ['another source', { from: 'x' }, 'from "x" was given'],
  ['an unknown option', { derivative: 'x' }, 'derivative'],
];

for (const [what, options, message] of WRONG) {
  test(`pointwise() refuses ${what}`, () => {
    const make = () => pointwise({ ...VALID, ...options } as PointwiseOptions);
    assert.throws(make, (error: unknown) => {
      assert.instance(error, OptionError);
      assert.ok((error as Error).message.includes(message), (error as Error).message);
      return true;
    });
  });
}

test.run();
