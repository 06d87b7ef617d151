import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { OptionError, ShapeError } from '../../src/errors.ts';
import { Graph, type Node } from '../../src/graph/graph.ts';
import { exact, type World } from '../../src/graph/value.ts';
import {
  batchNorm1d,
  batchNorm2d,
  concat,
  constants,
  dropout,
  flatten,
  type Initial,
  type Layer,
  layer,
  layerNorm,
  layerOutputs,
  linear,
  type Model,
  mlp,
  model,
  named,
  normal,
  relu,
  residual,
  rmsNorm,
  Sequential,
  type Symbolic,
  sequential,
  softmax,
  tanh,
  uniform,
  zeros,
} from '../../src/nn/index.ts';
import { buildModel, checkModel, initialize } from '../../src/nn/model.ts';
import { stateOf, writeState } from '../../src/nn/state.ts';
import { SINE } from '../../src/ops/activations.ts';
import { activation, addBias, input, matmul, scale } from '../../src/ops/index.ts';
import { isParameter } from '../../src/ops/sources.ts';
import { keyOf } from '../../src/random/domains.ts';
import { uniform as uniformValues } from '../../src/random/init.ts';
import { runReference } from '../../src/reference/run.ts';

const models = suite('models');

function refused(work: () => unknown, kind: new (text: string) => Error, text: RegExp): void {
  assert.throws(
    work,
    (error: unknown) => {
      if (!(error instanceof kind && text.test(error.message))) throw error;
      return true;
    },
    String(text),
  );
}

const namesOf = ({ parameters }: Model): string[] => parameters.map(({ name }) => name);

/** The outputs of a model in float64, for inputs and parameters by name (as they are stored). */
function outputsOf(
  given: Model,
  rows: readonly (readonly number[])[],
  tensors: Readonly<Record<string, readonly number[]>> = {},
): number[] {
  const graph = new Graph();
  const x = input(graph, 'x', [rows.length, rows[0].length]);
  const y = buildModel(given, x, false);
  const all = Object.entries({ x: rows.flat(), ...tensors });
  const world: World = {
    tensors: new Map(all.map(([name, values]) => [name, exact(Float64Array.from(values))])),
    moments: new Map(),
    images: new Uint8Array(0),
    labels: new Uint8Array(0),
    indices: rows.map((_, i) => i),
    count: rows.length,
    step: 0,
    key: [0, 0],
  };
  return [...(runReference([y], world).get(y)?.data ?? [])];
}

const near = (one: readonly number[], other: readonly number[], within = 1e-12): void => {
  assert.is(one.length, other.length);
  one.forEach((value, i) => {
    assert.ok(Math.abs(value - other[i]) <= within, `${one} is not ${other}`);
  });
};

models('layers that hold layers give their parameters PyTorch’s names', () => {
  const block = residual([layerNorm(4), named('body', sequential([linear(4, 4), relu()]))]);
  const nested = new Sequential(
    [2, 2],
    [
      flatten(),
      new Sequential([4], [linear(4, 3), relu(), linear(3, 4)]),
      block,
      sequential([relu(), linear(4, 2)]),
    ],
  );
  assert.equal(namesOf(nested), [
    ...['1.0.weight', '1.0.bias', '1.2.weight', '1.2.bias'],
    ...['2.0.weight', '2.0.bias', '2.body.0.weight', '2.body.0.bias'],
    ...['3.1.weight', '3.1.bias'],
  ]);
  const graph = new Graph();
  const y = buildModel(nested, input(graph, 'x', [3, 2, 2]), true);
  assert.equal(y.spec.shape, [3, 2]);
  assert.equal(
    graph.nodes.filter(isParameter).map(({ name }) => name),
    namesOf(nested),
  );
  assert.is(
    nested.kind,
    'flatten, sequential(linear 4→3, relu, linear 3→4), residual(layerNorm 4 0.00001, body: sequential(linear 4→4, relu)), sequential(relu, linear 4→2)',
  );
});

models('the outputs of layers inside of a model are what they are in the model', () => {
  const whole = new Sequential(
    [2],
    [
      named('first', sequential([linear(2, 2), relu()])),
      residual([new Sequential([2], [tanh(), linear(2, 2)])]),
      linear(2, 1),
    ],
  );
  assert.equal(
    layerOutputs(whole).parts.map(({ name, shape, first }) => [name, shape.length, first]),
    [
      ...[['first.0', 1, 0] as const, ['first.1', 1, 2] as const, ['first', 1, 4] as const],
      ...[['1.0.0', 1, 6] as const, ['1.0.1', 1, 8] as const, ['1.0', 1, 10] as const],
      ...[['1', 1, 12] as const, ['2', 1, 14] as const],
    ],
  );
  const some = layerOutputs(whole, ['1', 'first.0', '1.0.0']);
  assert.equal(some.outputShape, [6]);
  assert.equal(namesOf(some), ['first.0.weight', 'first.0.bias', '1.0.1.weight', '1.0.1.bias']);
  const tensors = {
    'first.0.weight': [1, 0, 0, -1],
    'first.0.bias': [0.5, 0],
    '1.0.1.weight': [1, 2, 0, 1],
    '1.0.1.bias': [0, 1],
  };
  // first.0 is [x + 0.5, −y], then relu; 1 adds tanh · weight + bias to it.
  const t = Math.tanh(1.5);
  near(outputsOf(some, [[1, 2]], tensors), [1.5 + t, 0 + 2 * t + 1, 1.5, -2, t, 0]);
  refused(() => layerOutputs(whole, ['3']), OptionError, /no layer "3"; it has first\.0, first\.1/);
  refused(() => layerOutputs(whole, ['2', '2']), OptionError, /list of different layers/);
  refused(() => layerOutputs(whole, []), OptionError, /list of different layers/);
  refused(
    () => layerOutputs(mlp([2], [2, 1]) && ({} as Sequential)),
    OptionError,
    /new Sequential/,
  );
  // A class of the caller's may build something else.
  class Other extends Sequential {
    override build(x: Node): Node {
      return scale(x, 2);
    }
  }
  refused(() => layerOutputs(new Other([2], [linear(2, 2)])), OptionError, /new Sequential/);
});

models('nesting does not change what is computed', () => {
  const flat = new Sequential([2], [linear(2, 3), tanh(), linear(3, 2)]);
  const deep = new Sequential([2], [sequential([linear(2, 3), tanh()]), linear(3, 2)]);
  const rows = [
    [1, -2],
    [0.5, 3],
  ];
  const [w, b, v, c] = [
    [1, 2, 3, 4, 5, 6],
    [0.1, 0.2, 0.3],
    [6, 5, 4, 3, 2, 1],
    [0.4, 0.5],
  ];
  near(
    outputsOf(deep, rows, { '0.0.weight': w, '0.0.bias': b, '1.weight': v, '1.bias': c }),
    outputsOf(flat, rows, { '0.weight': w, '0.bias': b, '2.weight': v, '2.bias': c }),
  );
});

models('a residual block adds its input to what its layers make of it', () => {
  const block = new Sequential([2], [residual([linear(2, 2), relu()])]);
  // relu([1·1 − 2·3, 1·2 − 2·4] + [6, 1]) = [1, 0]
  near(outputsOf(block, [[1, -2]], { '0.0.weight': [1, 2, 3, 4], '0.0.bias': [6, 1] }), [2, -2]);
});

models('what does not fit is named by its place and both shapes', () => {
  refused(
    () => new Sequential([4], [residual([linear(4, 3)])]),
    ShapeError,
    /^layer 0: residual\(\) adds its layers' \[3\] to its input \[4\]; they must be equal/,
  );
  refused(
    () => new Sequential([4], [relu(), sequential([relu(), linear(3, 2)])]),
    ShapeError,
    /^layer 1: layer 1: linear\(3, 2\) got samples of shape \[4\]/,
  );
  refused(
    () => new Sequential([4], [model([3], (x) => x.pipe(linear(3, 2)))]),
    ShapeError,
    /^layer 0: a model of \[3\] got samples of shape \[4\]/,
  );
  refused(() => sequential([]), OptionError, /^sequential\(\): an array of 0/);
  refused(() => residual([relu as unknown as Layer]), OptionError, /call it: relu\(\)$/);
  refused(() => named('a.b', relu()), OptionError, /^named\(\): 'a\.b'|^named\(\): "a\.b"/);
  refused(() => named('a', 3 as unknown as Layer), OptionError, /^named\('a'\) is 3/);
  refused(
    () => {
      const twice = new Sequential([2], [named('fc', linear(2, 2)), named('fc', linear(2, 2))]);
      buildModel(twice, input(new Graph(), 'x', [1, 2]), false);
    },
    OptionError,
    /made \[1,2\] of fc\.bias,fc\.weight; it states \[1,2\] of fc\.bias,fc\.bias/,
  );
});

models('a function of a value makes the model that a list of layers makes', () => {
  const layers = (): Layer[] => [flatten(), linear(4, 3), relu(), dropout(0.5), linear(3, 2)];
  const one = new Sequential([2, 2], layers());
  const other = model([2, 2], (x) => x.pipe(...layers()));
  assert.equal(namesOf(other), namesOf(one));
  assert.equal(initialize(other, keyOf(3)), one.initialize(keyOf(3)));
  assert.equal([other.inputShape, other.outputShape], [[2, 2], [2]]);
  for (const training of [true, false]) {
    const nodes = [one, other].map((each) => {
      const graph = new Graph();
      buildModel(each, input(graph, 'x', [3, 2, 2]), training);
      return graph.nodes.map(({ name, op, spec }) => [name, op.name, spec.shape]);
    });
    assert.equal(nodes[0], nodes[1]);
  }
});

models('branches join by sums and one behind the other', () => {
  const both = model([2], (x) => {
    const double = x.add(x);
    return concat([x, double, x.pipe(relu())]).pipe(sequential([relu()]));
  });
  near(outputsOf(both, [[1, -2]]), [1, 0, 2, 0, 1, 0]);
  assert.is(
    both.kind,
    'model(add(x0, x0); 0: relu(x0); concat(x0, x1); concat(x3, x2); 1: sequential(relu)(x4); x5)',
  );
  assert.is(concat.length, 1);
});

models('a layer that is applied twice has one set of parameters, whose gradients add', () => {
  const tied = linear(2, 2);
  const twice = model([2], (x) => x.pipe(tied, tied));
  assert.equal(namesOf(twice), ['0.weight', '0.bias']);
  // W = [[1, 2], [3, 4]] as stored: x W W.
  near(outputsOf(twice, [[1, 1]], { '0.weight': [1, 2, 3, 4], '0.bias': [0, 1] }), [25, 37]);
  const list = new Sequential([2], [tied, tied]);
  assert.equal(namesOf(list), ['0.weight', '0.bias', '1.weight', '1.bias']);
});

models('a model is a layer of another one', () => {
  const inner = model([3], (x) => x.pipe(named('fc', linear(3, 3))).add(x));
  const outer = model([3], (x) => x.pipe(inner, inner, named('end', linear(3, 1))));
  assert.equal(namesOf(outer), ['0.fc.weight', '0.fc.bias', 'end.weight', 'end.bias']);
  assert.equal(namesOf(new Sequential([3], [inner, inner])), [
    ...['0.fc.weight', '0.fc.bias', '1.fc.weight', '1.fc.bias'],
  ]);
});

models('what is wrong in a model’s function is named', () => {
  const make = (build: unknown) => () => model([4], build as (x: Symbolic) => Symbolic);
  refused(() => model('4' as never, (x) => x), OptionError, /^the model's input shape/);
  refused(make(undefined), OptionError, /^model\(\) takes a function, as \(x\) =>/);
  refused(
    make(() => 3),
    OptionError,
    /^model\(\): its function returned 3; return the value of/,
  );
  refused(
    make(async (x: Symbolic) => x),
    OptionError,
    /^model\(\): its function returned/,
  );
  refused(
    make((x: Symbolic) => x.pipe(relu as never)),
    OptionError,
    /call it: relu\(\)$/,
  );
  refused(
    make((x: Symbolic) => x.pipe(linear(4, 3), linear(4, 3))),
    ShapeError,
    /^layer 1: linear\(4, 3\) got samples of shape \[3\]/,
  );
  refused(
    make((x: Symbolic) => x.add(x.pipe(linear(4, 3)))),
    ShapeError,
    /^add\(\) of \[4\] and \[3\]/,
  );
  refused(
    make((x: Symbolic) => x.add(3 as never)),
    OptionError,
    /^3 was given; use a value of the same model/,
  );
  refused(
    make((x: Symbolic) => {
      x.pipe(linear(4, 3));
      return x.pipe(linear(4, 2));
    }),
    OptionError,
    /^model\(\): the result of 0: linear 4→3 is not used/,
  );
  refused(
    make((x: Symbolic) => x.pipe(named('a', linear(4, 4)), named('a', linear(4, 4)))),
    OptionError,
    /^model\(\): two layers are called a/,
  );
  refused(
    make(() => concat([])),
    OptionError,
    /^concat\(\) takes a list of values/,
  );
  refused(
    make(() => concat([relu()] as never)),
    OptionError,
    /^concat\(\) takes a list of values/,
  );
  refused(
    () => model([2, 2], (x) => concat([x, x])),
    ShapeError,
    /^concat\(\) got a value of shape \[2, 2\]/,
  );
  let kept: Symbolic | undefined;
  const whole = model([4], (x) => {
    kept = x;
    return x;
  });
  refused(() => kept?.pipe(relu()), OptionError, /^model\(\): its function has returned/);
  refused(() => kept && model([4], () => kept as Symbolic), OptionError, /its function returned/);
  refused(() => kept && model([4], (x) => x.add(kept as Symbolic)), OptionError, /same model/);
  assert.ok(Object.isFrozen(whole) && Object.isFrozen(kept));
});

models('layer norm, RMS norm and softmax are PyTorch’s', () => {
  const x = [[1, 2, 3, 4]];
  // torch.nn.functional.layer_norm: (x − 2.5) / √(1.25 + 1e-5)
  const scaled = [-1.5, -0.5, 0.5, 1.5].map((d) => d / Math.sqrt(1.25 + 1e-5));
  near(outputsOf(new Sequential([4], [layerNorm(4, { affine: false })]), x), scaled);
  near(
    outputsOf(new Sequential([4], [layerNorm(4)]), x, {
      '0.weight': [1, 2, 0, -1],
      '0.bias': [0, 0, 5, 1],
    }),
    [scaled[0], 2 * scaled[1], 5, 1 - scaled[3]],
  );
  const root = Math.sqrt(7.5 + 0.5);
  near(
    outputsOf(new Sequential([4], [rmsNorm(4, { eps: 0.5 })]), x, { '0.weight': [1, 2, 0, -1] }),
    [1 / root, 4 / root, 0, -4 / root],
  );
  near(
    outputsOf(new Sequential([4], [rmsNorm(4, { affine: false })]), x),
    [1, 2, 3, 4].map((value) => value / Math.sqrt(7.5 + 2 ** -23)),
  );
  near(
    outputsOf(new Sequential([4], [softmax()]), x),
    [0.032058603280085, 0.0871443187420326, 0.23688281808991, 0.643914259887972],
    1e-14,
  );
  for (const made of [layerNorm(4), rmsNorm(4)]) {
    assert.equal(
      made.parameters.map(({ name, shape }) => [name, shape]),
      [['weight', [4]], ...(made.parameters.length > 1 ? [['bias', [4]]] : [])],
    );
    const [weight, bias] = [...initialize(new Sequential([4], [made]), [1, 2]).values()];
    assert.equal([...weight], [1, 1, 1, 1]);
    if (bias) assert.equal([...bias], [0, 0, 0, 0]);
  }
  refused(() => layerNorm(0), OptionError, /^layerNorm: width 0 was given/);
  refused(() => rmsNorm(2, { eps: -1 }), OptionError, /^eps -1 was given/);
  refused(() => rmsNorm(2, { affine: 1 as never }), OptionError, /^rmsNorm: affine/);
  refused(() => layerNorm(2, { epsilon: 1 } as never), OptionError, /epsilon/);
  refused(() => new Sequential([2, 2], [layerNorm(4)]), ShapeError, /Put flatten\(\) before it/);
  assert.equal(new Sequential([2, 2], [softmax()]).outputShape, [2, 2]);
});

models('batch norms have PyTorch’s names, shapes and running statistics in evaluation', () => {
  const norm = batchNorm1d(2, { eps: 0.5 });
  const given = new Sequential([2], [norm]);
  assert.equal(
    given.parameters.map(({ name, shape, state = false }) => [name, shape, state]),
    [
      ['0.weight', [2], false],
      ['0.bias', [2], false],
      ['0.running_mean', [2], true],
      ['0.running_var', [2], true],
      ['0.num_batches_tracked', [], true],
    ],
  );
  assert.equal(
    [...initialize(given, [1, 2]).values()].map((values) => [...values]),
    [[1, 1], [0, 0], [0, 0], [1, 1], [0]],
  );
  near(
    outputsOf(given, [[3, 8]], {
      '0.weight': [1, -2],
      '0.bias': [10, 0],
      '0.running_mean': [1, 2],
      '0.running_var': [3.5, 8.5],
    }),
    [11, -4],
  );
  assert.equal(
    batchNorm2d(3, { affine: false, trackRunningStats: false }).parameters.map(({ name }) => name),
    [],
  );
  assert.is(
    batchNorm2d(3, { momentum: null, affine: false, frozen: true }).kind,
    'batchNorm2d 3 0.00001 null, without weights, frozen',
  );
  assert.equal(batchNorm1d(3).shape([5, 3]), [5, 3]);
  assert.equal(batchNorm2d(3).shape([4, 5, 3]), [4, 5, 3]);
  assert.equal(batchNorm2d(1).shape([4, 5]), [4, 5, 1]);
  refused(() => batchNorm1d(3).shape([3, 4]), ShapeError, /\[3\] or \[length, 3\]$/);
  refused(() => batchNorm1d(3).shape([2, 2, 3]), ShapeError, /got samples of shape \[2, 2, 3\]/);
  refused(() => batchNorm2d(3).shape([4, 3]), ShapeError, /\[height, width, 3\]$/);
  refused(() => batchNorm1d(0), OptionError, /^batchNorm1d: features 0 was given/);
  refused(() => batchNorm2d(2, { momentum: 2 }), OptionError, /^batchNorm2d: momentum 2 was given/);
  refused(() => batchNorm2d(2, { eps: -1 }), OptionError, /^eps -1 was given/);
  refused(() => batchNorm2d(2, { frozen: 1 as never }), OptionError, /^batchNorm2d: frozen/);
  refused(
    () => batchNorm2d(2, { frozen: true, trackRunningStats: false }),
    OptionError,
    /without running statistics/,
  );
});

models('initial values have the distribution that their parameter states', () => {
  const key = keyOf(5);
  const of = (initial: Initial, count = 20000): Float32Array => initial.values(count, 3, key);
  assert.equal(of(uniform(0.5)), uniformValues(20000, 0.5, 3, key));
  assert.equal([...of(constants(2), 3), ...of(zeros, 2)], [2, 2, 2, 0, 0]);
  const values = of(normal(2));
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  const moment = (power: number): number =>
    values.reduce((sum, value) => sum + (value / 2) ** power, 0) / values.length;
  assert.ok(Math.abs(mean) < 0.06, `mean ${mean}`);
  assert.ok(Math.abs(moment(2) - 1) < 0.05, `variance ${moment(2)}`);
  assert.ok(Math.abs(moment(4) - 3) < 0.4, `fourth moment ${moment(4)}`);
  const within = values.filter((value) => Math.abs(value) < 2).length / values.length;
  assert.ok(Math.abs(within - 0.6827) < 0.02, `${within} within a deviation`);
  assert.equal(of(normal(2), 5), values.subarray(0, 5));
  assert.is.not(normal(2).values(4, 4, key).join(), values.subarray(0, 4).join());
  for (const wrong of [-1, Number.NaN, '1', undefined, 2e6]) {
    refused(() => uniform(wrong as number), OptionError, /^uniform\(\): bound/);
    refused(() => normal(wrong as number), OptionError, /^normal\(\): deviation/);
  }
  refused(() => constants('1' as never), OptionError, /^constants\(\): value "1"/);
});

/** Sitzmann and others 2020: sin(30 (W x + b)), with weights that keep the distribution of the activations. */
const siren = (inputs: number, outputs: number, first: boolean): Layer =>
  layer({
    kind: `siren ${inputs}→${outputs}${first ? ', first' : ''}`,
    parameters: {
      weight: {
        shape: [outputs, inputs],
        initial: uniform(first ? 1 / inputs : Math.sqrt(6 / inputs) / 30),
      },
      bias: { shape: [outputs], bound: 1 / Math.sqrt(inputs) },
    },
    shape: () => [outputs],
    build: (x, { weight, bias }) => activation(SINE, scale(addBias(matmul(x, weight), bias), 30)),
  });

models('a layer from outside has its own initial values and is built as it says', () => {
  const net = new Sequential([2], [siren(2, 64, true), siren(64, 64, false), linear(64, 1)]);
  const initial = net.initialize(keyOf(1));
  const largest = (name: string): number =>
    (initial.get(name) ?? new Float32Array(0)).reduce((a, b) => Math.max(a, Math.abs(b)), 0);
  for (const [name, bound] of [
    ['0.weight', 1 / 2],
    ['1.weight', Math.sqrt(6 / 64) / 30],
    ['1.bias', 1 / 8],
  ] as const) {
    assert.ok(largest(name) <= Math.fround(bound) && largest(name) > 0.9 * bound, name);
  }
  const small = new Sequential([2], [siren(2, 1, true)]);
  near(outputsOf(small, [[0.1, 0.2]], { '0.weight': [1, -2], '0.bias': [0.5] }), [
    Math.sin(30 * (0.1 - 0.4 + 0.5)),
  ]);
});

models('a layer from outside is checked when it is made', () => {
  const build = (x: Node): Node => x;
  refused(() => layer(undefined as never), OptionError, /^layer\(\) takes \{ kind, parameters/);
  refused(() => layer({ build } as never), OptionError, /^layer\(\) takes/);
  refused(() => layer({ kind: 'a' } as never), OptionError, /^layer\(\) takes/);
  for (const spec of [
    3,
    {},
    { shape: [2] },
    { shape: [0], bound: 1 },
    { shape: [2], bound: '1' },
  ]) {
    refused(
      () => layer({ kind: 'mine', parameters: { w: spec as never }, build }),
      OptionError,
      /^mine: parameter w is .*give it a shape and initial values/,
    );
  }
  const odd = { shape: [2], bound: 1, stored: 'backwards' as never };
  refused(
    () => layer({ kind: 'mine', parameters: { w: odd }, build }),
    OptionError,
    /^mine: param/,
  );
  const wrong = layer({ kind: 'wrong', shape: () => [3], build });
  refused(
    () => buildModel(new Sequential([2], [wrong]), input(new Graph(), 'x', [1, 2]), false),
    OptionError,
    /^the model's build\(\) made \[1,2\] of ; it states \[1,3\]/,
  );
});

models('a matrix that is stored as given is not transposed on its way', () => {
  const square = (stored: 'as given' | 'transposed'): Layer =>
    layer({
      kind: 'square',
      parameters: { w: { shape: [2, 2], initial: zeros, stored } },
      build: (x, { w }) => matmul(x, w),
    });
  for (const [stored, expected] of [
    ['as given', [1, 2, 3, 4]],
    ['transposed', [1, 3, 2, 4]],
  ] as const) {
    const made = new Sequential([2], [square(stored)]);
    const written = new Map<string, Float32Array>();
    const store = { write: (name: string, values: Float32Array) => written.set(name, values) };
    writeState(store as never, made, new Map([['0.w', [1, 2, 3, 4]]]));
    assert.equal([...(written.get('0.w') ?? [])], [...expected]);
    assert.equal([...(stateOf(made, written).get('0.w')?.data ?? [])], [1, 2, 3, 4]);
  }
});

models('an object of the caller’s is a model if it has what a model has', () => {
  const own: Model = {
    kind: 'mine',
    inputShape: [2],
    outputShape: [2],
    parameters: [],
    build: (x) => x,
  };
  checkModel('model', own);
  near(outputsOf(own, [[1, 2]]), [1, 2]);
  for (const key of Object.keys(own)) {
    const { [key as keyof Model]: _, ...lacking } = own;
    assert.throws(() => checkModel('model', lacking), key);
  }
  refused(
    () => checkModel('model', { ...own, outputShape: [2, 0] }),
    ShapeError,
    /^the model's output is an array of 2 a sample/,
  );
  refused(() => checkModel('model', mlp), OptionError, /^model .* was given; use a new Sequential/);
  refused(
    () => checkModel('model', { ...own, parameters: [{ name: 'w', shape: [2] }] }),
    OptionError,
    /^model/,
  );
});

models.run();
