import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { GradweaveError, OptionError } from '../../src/errors.ts';
import { normal } from '../../src/nn/initial.ts';
import { layer, relu } from '../../src/nn/layers.ts';
import { crossEntropy } from '../../src/nn/losses/cross-entropy.ts';
import { huber } from '../../src/nn/losses/huber.ts';
import { pointwiseLoss } from '../../src/nn/losses/pointwise.ts';
import { adam, ownOptimizer } from '../../src/nn/optimizers.ts';
import { pointwise } from '../../src/nn/pointwise.ts';
import { activation } from '../../src/ops/activation.ts';
import { ACTIVATIONS } from '../../src/ops/activation-reference.ts';
import {
  add,
  addBias,
  elementDispatch,
  elementParts,
  gradients,
  matmul,
  type Node,
  type Op,
  parameter,
  ref,
  scale,
  wgslPart,
} from '../../src/ops/index.ts';
import { each, type OpTrial, verifyOps } from '../../src/verify/index.ts';
import { rejects, withSharedEngine } from '../gpu/helpers.ts';
import { inLongRun, THOROUGH } from '../run/thorough.ts';

const softsign = (derivative: string) =>
  pointwise({
    name: 'softsign',
    wgsl: `fn value(x: f32) -> f32 { return x / (1.0 + abs(x)); }
      fn derivative(x: f32) -> f32 { let d = 1.0 + abs(x); return ${derivative}; }`,
  });
const right = softsign('1.0 / (d * d)');
const reference = each((x) => x / (1 + Math.abs(x)));

const few: OpTrial['shapes'] = [[[5, 7]]];

const verify = async (trial: Partial<OpTrial>, work: (text: string, ok: boolean) => void) =>
  withSharedEngine(async (engine) => {
    const trials = [{ name: 'softsign', op: (x: Node) => right(x), shapes: few, ...trial }];
    const { text, ok } = await verifyOps(engine, { trials });
    work(text, ok);
  });

test('a right op passes against its reference', () =>
  withSharedEngine(async (engine) => {
    const trials = [{ name: 'softsign', op: (x: Node) => right(x), reference }];
    const report = await verifyOps(engine, { trials });
    assert.ok(report.ok, report.text);
    const rows = report.rows.map(({ plan, tensor, against, cases }) => [
      plan,
      tensor,
      against,
      cases,
    ]);
    assert.equal(rows, [
      ['plain', 'output', 'reference', 14],
      ['plain', 'gradient 0', 'reference', 14],
      ['fused', 'output', 'reference', 14],
      ['fused', 'gradient 0', 'reference', 14],
    ]);
    // Bounds of some roundings, not of anything.
    assert.ok(report.rows.every(({ share }) => share > 0.005));
  }));

test('a wrong derivative is found, and the worst element is named with its neighbours', () =>
  verify({ op: (x) => softsign('1.0 / d')(x), reference }, (text, ok) => {
    assert.not(ok);
    assert.match(text, /^ok +softsign +plain +output/m);
    assert.match(text, /^BAD +softsign +fused +gradient 0/m);
    assert.match(text, /softsign, plain, gradient 0: element \[\d+, \d+\] of \[\d+, \d+\]\n/);
    assert.match(text, /> \[\d+, \d+\] GPU \S+, wanted \S+ ± \S+/);
  }));

test('a wrong derivative is found without a reference', async () => {
  await verify({ shapes: [[[4, 5]]] }, (text, ok) => assert.ok(ok, text));
  const shapes = [[[3, 4]]];
  await verify({ op: (x) => softsign('1.0 / d')(x), shapes }, (text, ok) => assert.not(ok, text));
});

test('a wrong value is found', () =>
  verify({ reference: each((x) => x / (1.00001 + Math.abs(x))) }, (text, ok) => {
    assert.not(ok);
    assert.match(text, /^BAD +softsign +plain +output/m);
  }));

test('a bound of the caller is used', async () => {
  const error = (bound: number) => each(() => bound);
  await verify({ reference, error: error(1e-12) }, (text, ok) => assert.not(ok, text));
  await verify({ reference, error: error(1e-6) }, (text, ok) => assert.ok(ok, text));
});

inLongRun(test)('our own ops pass, with several inputs too', () =>
  withSharedEngine(async (engine) => {
    const references: Readonly<Record<string, (x: number) => number>> = {
      relu: (x) => Math.max(x, 0),
      sigmoid: (x) => 1 / (1 + Math.exp(-x)),
      tanh: Math.tanh,
      silu: (x) => x / (1 + Math.exp(-x)),
      sine: Math.sin,
    };
    const pairs: OpTrial['shapes'] = [
      [
        [4, 5],
        [4, 5],
      ],
      [
        [9, 3],
        [9, 3],
      ],
    ];
    const products: OpTrial['shapes'] = [
      [
        [3, 5],
        [5, 2],
      ],
    ];
    const trials: OpTrial[] = [
      ...ACTIVATIONS.flatMap((f) =>
        f.name in references
          ? [
              {
                name: f.name,
                op: (x: Node) => activation(f, x),
                reference: each(references[f.name]),
                shapes: few,
              },
            ]
          : [],
      ),
      { name: 'add', op: add, reference: each((x, y) => x + y), shapes: pairs },
      { name: 'add to itself', op: (x) => add(x, x), reference: each((x) => 2 * x), shapes: few },
      { name: 'matmul', op: (x, y) => matmul(x, y), shapes: products },
      {
        name: 'matmul and more',
        op: (x, y, b) => scale(addBias(matmul(x, y), b), 0.5),
        shapes: [[...products[0], [2]]],
        reference: ([x, y, b]) =>
          Array.from({ length: 6 }, (_, i) => {
            const [row, column] = [Math.floor(i / 2), i % 2];
            let sum = b[column];
            for (let k = 0; k < 5; k++) sum += x[5 * row + k] * y[2 * k + column];
            return sum / 2;
          }),
      },
    ];
    const report = await verifyOps(engine, { trials });
    assert.ok(report.ok, report.text);
    assert.is(report.rows.length, 2 * (5 * 2 + 3 + 2 + 2 + 4));
  }),
);

/** x · factors, element by element. */
const scaled: Op<object> = {
  name: 'scaled',
  residence: 'computed',
  infer: ([x]) => x,
  gradient: ({ inputs: [x, factors] }, dy) => [times(dy, factors), times(dy, x)],
  element: ({ inputs: [, factors] }) =>
    elementParts(
      wgslPart({
        name: 'scaled',
        wgsl: `@group(0) @binding(0) var<storage, read> factors: array<vec4f>;
          fn element(x: vec4f, i: u32, row: u32, column4: u32) -> vec4f { return x * factors[i]; }`,
        bindings: { factors: ref(factors) },
      }),
    ),
  dispatch: (node) => elementDispatch(node),
};
const times = (x: Node, factors: Node): Node => x.graph.add(scaled, [x, factors], {});

test('an op of the caller is fused and right', () =>
  withSharedEngine(async (engine) => {
    const shapes: OpTrial['shapes'] = [
      [
        [7, 6],
        [7, 6],
      ],
    ];
    const trial = { name: 'scaled', op: times, shapes, reference: each((x, y) => x * y) };
    const report = await verifyOps(engine, { trials: [trial] });
    assert.ok(report.ok, report.text);
    const wrong = { ...trial, reference: each((x, y) => x * y * 1.0001) };
    assert.not((await verifyOps(engine, { trials: [wrong] })).ok);
  }));

inLongRun(test)('a wrong branch beyond small inputs is found', async () => {
  const hardswish = (above: string) =>
    pointwise({
      name: 'hardswish',
      wgsl: `fn value(x: f32) -> f32 { return x * clamp(x + 3.0, 0.0, 6.0) / 6.0; }
        fn derivative(x: f32) -> f32 {
          if (x <= -3.0) { return 0.0; }
          if (x >= 3.0) { return ${above}; }
          return (2.0 * x + 3.0) / 6.0;
        }`,
    });
  const wanted = each((x) => (x * Math.min(Math.max(x + 3, 0), 6)) / 6);
  const shapes = [[[3, 5]], [[5, 3]]];
  const [good, bad] = [hardswish('1.0'), hardswish('7.0')];
  await verify({ op: (x) => good(x), reference: wanted, shapes }, (text, ok) =>
    assert.ok(ok, text),
  );
  await verify({ op: (x) => bad(x), reference: wanted, shapes }, (text, ok) =>
    assert.not(ok, text),
  );
});

test('a reference may work in place', async () => {
  const relu = (below: string) =>
    pointwise({
      name: 'ramp',
      wgsl: `fn value(x: f32) -> f32 { return max(x, 0.0); }
        fn derivative(x: f32) -> f32 { return select(${below}, 1.0, x > 0.0); }`,
    });
  const inPlace: OpTrial['reference'] = ([x]) => {
    for (let i = 0; i < x.length; i++) x[i] = Math.max(x[i], 0);
    return x;
  };
  const [good, bad] = [relu('0.0'), relu('0.5')];
  await verify({ op: (x) => good(x), reference: inPlace }, (text, ok) => assert.ok(ok, text));
  await verify({ op: (x) => bad(x), reference: inPlace }, (text, ok) => assert.not(ok, text));
});

inLongRun(test)('wrong slopes of small, large and shifted functions are found', async () => {
  const f = (value: string, derivative: string) =>
    pointwise({
      name: 'f',
      wgsl: `fn value(x: f32) -> f32 { return ${value}; } fn derivative(x: f32) -> f32 { return ${derivative}; }`,
    });
  const cases: readonly (readonly [string, string, number, (x: number) => number])[] = [
    ['x', '1.0001', 1e25, (x) => x],
    ['x * x', '2.0002 * x', 1e15, (x) => x * x],
    ['x * x', '0.0', 1e-12, (x) => x * x],
  ];
  for (const [value, derivative, magnitude, of] of cases) {
    const own = f(value, derivative);
    await verify({ op: (x) => own(x), reference: each(of), magnitude }, (text, ok) =>
      assert.not(ok, `${value}: ${text}`),
    );
  }
});

/** A part with the names of a kernel's own variables, and a member with that of a binding. */
const named: Op<object> = {
  ...scaled,
  name: 'named',
  element: ({ inputs: [, factors] }) =>
    elementParts(
      wgslPart({
        name: 'named',
        wgsl: `struct P { a: vec4f }
          @group(0) @binding(0) var<storage, read> a: array<vec4f>;
          @group(0) @binding(1) var<storage, read> result: array<vec4f>;
          fn trim(x: vec4f) -> vec4f { return x; }
          fn element(x: vec4f, i: u32, row: u32, column4: u32) -> vec4f {
            let p = P(a[i]);
            return trim(x) * 0.5 * (p . a + result[i]);
          }`,
        bindings: { a: ref(factors), result: ref(factors) },
      }),
    ),
};

inLongRun(test)('a part may use any names, and may be twice in a chain', () =>
  withSharedEngine(async (engine) => {
    const own = (x: Node, y: Node): Node => x.graph.add(named, [x, y], {});
    const shapes: OpTrial['shapes'] = [
      [
        [7, 6],
        [7, 6],
      ],
    ];
    const trials: OpTrial[] = [
      { name: 'once', op: own, shapes, reference: each((x, y) => x * y) },
      {
        name: 'twice',
        op: (x, y) => own(own(x, y), y),
        shapes,
        reference: each((x, y) => x * y * y),
      },
    ];
    const report = await verifyOps(engine, { trials });
    assert.ok(report.ok, report.text);
  }),
);

test('an input without a gradient is noted, and its output is checked', () =>
  withSharedEngine(async (engine) => {
    const half: Op<object> = {
      ...scaled,
      gradient: ({ inputs: [, y] }, dy) => [times(dy, y), null],
    };
    const shapes: OpTrial['shapes'] = [
      [
        [2, 3],
        [2, 3],
      ],
    ];
    const report = await verifyOps(engine, {
      trials: [
        {
          name: 'half',
          op: (x, y) => x.graph.add(half, [x, y], {}),
          shapes,
          reference: each((x, y) => x * y),
        },
      ],
    });
    assert.ok(report.ok, report.text);
    assert.equal(report.notes, ['half has no gradient towards input 1']);
    assert.match(report.text, 'half has no gradient towards input 1');
    assert.is(report.rows.length, 4);
  }));

test('ops that are written wrongly are named', () =>
  withSharedEngine(async (engine) => {
    const one = async (change: object, message: string) => {
      const op = { ...scaled, ...change } as Op<object>;
      const trial = {
        name: 'wrong',
        op: (x: Node) => x.graph.add(op, [x, x], {}),
        shapes: few,
        reference: each((x) => x * x),
      };
      const error = await verifyOps(engine, { trials: [trial] }).then(
        () => undefined,
        (thrown: unknown) => thrown,
      );
      assert.instance(error, GradweaveError, String(error));
      assert.ok((error as Error).message.includes(message), (error as Error).message);
    };
    await one({ gradient: (_: Node, dy: Node) => dy }, 'a list with a node or null for each');
    await one(
      { gradient: (_: Node, dy: Node) => [gradients(dy, [dy], dy).get(dy), 3] },
      '3 was given',
    );
    await one({ element: () => wgslPart({ name: 'x', wgsl: 'const a = 1;' }) }, 'elementParts(');
    await one({ residence: 'compute' }, 'residence "compute" was given; use computed');
    await one({ dispatch: undefined }, 'scaled has no dispatch');
    const other = (x: Node): Node => add(x, parameter(x.graph, 'w', [3, 5]));
    const refused = (trial: OpTrial, message: string) =>
      rejects(verifyOps(engine, { trials: [trial] }), OptionError, message);
    await refused({ name: 'f', op: other, shapes: [[[3, 5]]] }, 'uses w, which has no values here');
    const logarithm = pointwise({
      name: 'log',
      wgsl: 'fn value(x: f32) -> f32 { return log(x); } fn derivative(x: f32) -> f32 { return 1.0 / x; }',
    });
    const flat = (x: Node): Node =>
      x.graph.add({ ...scaled, gradient: () => [null, null] }, [x, x], {});
    await refused({ name: 'flat', op: flat, shapes: [[[2, 3]]] }, 'nothing of flat was checked');
    await refused(
      { name: 'log', op: (x) => logarithm(x), reference: each(Math.log), shapes: few },
      'gave NaN at',
    );
  }));

test('wrong calls are refused', () =>
  withSharedEngine(async (engine) => {
    const trial = { name: 'f', op: (x: Node) => right(x) };
    const refused = (options: object, message: string) =>
      rejects(verifyOps(engine, options as never), OptionError, message);
    await refused({}, 'trials undefined was given');
    await refused({ trials: [] }, 'trials');
    await refused({ trials: [{ ...trial, op: 1 }] }, 'trials[0]: op 1 was given');
    await refused({ trials: [{ ...trial, shapes: [[4, 5]] }] }, 'as [[[4, 5]], [[9, 3]]]');
    await refused({ trials: [{ ...trial, error: reference }] }, 'error was given without');
    await refused(
      { trials: [{ ...trial, op: () => 3 }] },
      'the op f gave 3 for 1 inputs; it gives a node',
    );
    await refused({ trials: [{ ...trial, reference: () => [1] }] }, 'gave 1 elements');
    await refused({ trials: [trial], seed: -1 }, 'seed');
    await refused({ trials: [{ ...trial, shapes: [[[100, 100]]] }] }, 'give a reference');
    const infinite = { reference, error: () => Array(35).fill(Infinity), shapes: few };
    await refused({ trials: [{ ...trial, ...infinite }] }, 'a finite number from 0 up');
    const wrong = { name: 'scaled', wgsl: 'fn element() {}', bindings: { x: 1 } };
    assert.throws(
      () => wgslPart(wrong as never),
      'bindings.x was given, which the WGSL does not bind',
    );
  }));

const LOG_COSH = (derivative: string) =>
  pointwiseLoss({
    name: 'log cosh',
    wgsl: `fn value(x: f32, t: f32) -> f32 { let d = abs(x - t); return d + log(1.0 + exp(-2.0 * d)) - log(2.0); }
      fn derivative(x: f32, t: f32) -> f32 { return ${derivative}; }`,
  });
const logCosh = (x: number, t: number): number => {
  const d = Math.abs(x - t);
  return d + Math.log1p(Math.exp(-2 * d)) - Math.LN2;
};

test('a loss is checked: its mean, its gradient, and that it has none towards its target', () =>
  withSharedEngine(async (engine) => {
    const shapes = THOROUGH ? {} : { shapes: [[5, 7]] };
    const trial = { name: 'log cosh', reference: logCosh, ulps: 64, ...shapes };
    const right = await verifyOps(engine, {
      trials: [
        { ...trial, loss: LOG_COSH('tanh(x - t)') },
        {
          name: 'huber',
          loss: huber(),
          reference: (x, t) => {
            const d = Math.abs(x - t);
            return d <= 1 ? (d * d) / 2 : d - 0.5;
          },
          shapes: [[5, 3]],
        },
      ],
    });
    assert.ok(right.ok, right.text);
    assert.equal(
      right.rows.map(({ name, plan, tensor }) => `${name}, ${plan}, ${tensor}`),
      ['plain', 'fused']
        .flatMap((plan) => [`log cosh, ${plan}, output`, `log cosh, ${plan}, gradient 0`])
        .concat(
          ['plain', 'fused'].flatMap((plan) =>
            ['output', 'gradient 0', 'gradient 1'].map((tensor) => `huber, ${plan}, ${tensor}`),
          ),
        ),
    );
    assert.equal(right.notes, ['log cosh has no gradient towards input 1']);
    const wrong = await verifyOps(engine, { trials: [{ ...trial, loss: LOG_COSH('x - t') }] });
    assert.not(wrong.ok);
    assert.match(wrong.text, /^BAD +log cosh +fused +gradient 0/m);
  }));

test('a layer is checked with its parameters as inputs', () =>
  withSharedEngine(async (engine) => {
    const affine = (sign: number) =>
      layer({
        kind: 'affine',
        parameters: {
          weight: { shape: [3, 4], initial: normal(1) },
          bias: { shape: [3], initial: normal(1) },
        },
        shape: () => [3],
        build: (x, { weight, bias }) => addBias(matmul(scale(x, sign), weight), bias),
      });
    const trial = {
      name: 'affine',
      shapes: [
        [5, 4],
        [3, 4],
      ],
      // As build gets them: weights [in, out].
      reference: ([x, w, b]: readonly Float64Array[], [[rows]]: readonly (readonly number[])[]) =>
        Float64Array.from({ length: 3 * rows }, (_, i) => {
          const [row, column] = [Math.floor(i / 3), i % 3];
          return [0, 1, 2, 3].reduce(
            (sum, k) => sum + x[4 * row + k] * w[3 * k + column],
            b[column],
          );
        }),
    };
    const right = await verifyOps(engine, { trials: [{ ...trial, layer: affine(1) }] });
    assert.ok(right.ok, right.text);
    assert.equal(
      right.rows.slice(0, 4).map(({ tensor }) => tensor),
      ['output', 'gradient 0', 'gradient layer.weight', 'gradient layer.bias'],
    );
    const wrong = await verifyOps(engine, { trials: [{ ...trial, layer: affine(-1) }] });
    assert.not(wrong.ok);
  }));

test('an optimizer is checked step by step, with its states', () =>
  withSharedEngine(async (engine) => {
    const lion = (beta: number) =>
      ownOptimizer({
        name: 'my lion',
        learningRate: 0.01,
        options: { beta1: 0.9, beta2: 0.99 },
        states: ['momentum'],
        wgsl: `fn update(w: vec4f, gradient: vec4f, state: ptr<function, State>, o: Options) -> vec4f {
          let m = (*state).momentum;
          (*state).momentum = ${beta} * m + (1.0 - ${beta}) * gradient;
          return w - o.learningRate * sign(o.beta1 * m + (1.0 - o.beta1) * gradient);
        }`,
      });
    const reference = (w: number, g: number, state: Record<string, number>): number => {
      const m = state.momentum;
      state.momentum = 0.99 * m + 0.01 * g;
      return w - 0.01 * Math.sign(0.9 * m + 0.1 * g);
    };
    const adams = (w: number, g: number, state: Record<string, number>, step: number): number => {
      state.moment1 = 0.9 * state.moment1 + 0.1 * g;
      state.moment2 = 0.999 * state.moment2 + 0.001 * g * g;
      const [c1, c2] = [1 - 0.9 ** (step + 1), 1 - 0.999 ** (step + 1)];
      return w - (1e-3 * state.moment1) / c1 / (Math.sqrt(state.moment2 / c2) + 1e-8);
    };
    const right = await verifyOps(engine, {
      trials: [
        { name: 'lion', optimizer: lion(0.99), reference },
        { name: 'adam', optimizer: adam(), reference: adams, steps: 3, ulps: 64 },
      ],
    });
    assert.ok(right.ok, right.text);
    assert.equal(
      right.rows.slice(0, 2).map(({ tensor, cases }) => [tensor, cases]),
      [
        ['parameter', 5],
        ['momentum', 5],
      ],
    );
    const wrong = await verifyOps(engine, {
      trials: [{ name: 'lion', optimizer: lion(0.9), reference }],
    });
    assert.not(wrong.ok);
    assert.match(wrong.text, /^BAD +lion +plain +momentum/m);
    assert.match(wrong.text, /lion, fused, momentum: step \d, element/);
  }));

test('a trial of a loss, a layer or an optimizer that lacks something is refused', () =>
  withSharedEngine(async (engine) => {
    const refused = (trial: object, text: string): Promise<void> =>
      rejects(verifyOps(engine, { trials: [trial as OpTrial] }), OptionError, text);
    await refused({ name: 'a', loss: huber() }, 'reference undefined was given');
    await refused({ name: 'a', loss: 'mse', reference: logCosh }, 'loss "mse" was given');
    await refused({ name: 'a', loss: crossEntropy(), reference: logCosh }, 'use a loss of values');
    await refused({ name: 'a', layer: {}, shapes: [[3, 4]] }, 'use a layer');
    await refused({ name: 'a', layer: relu() }, 'shapes undefined was given');
    await refused({ name: 'a', optimizer: adam() }, 'reference undefined was given');
    await refused({ name: 'a', optimizer: {}, reference: logCosh }, 'optimizer');
    await refused({ name: 'a', optimizer: adam(), reference: logCosh, steps: 0 }, 'steps 0');
  }));

test.run();
