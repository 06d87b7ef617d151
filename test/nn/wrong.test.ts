import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { OptionError, ShapeError } from '../../src/errors.ts';
import { Graph } from '../../src/graph/graph.ts';
import type { ParameterStore } from '../../src/graph/store.ts';
import { type Layer, linear, parameterLayout, relu, Sequential } from '../../src/nn/layers.ts';
import { lossOf } from '../../src/nn/losses.ts';
import { ruleOf } from '../../src/nn/optimizers/rule.ts';
import { adam, adamw, sgd } from '../../src/nn/optimizers.ts';
import { fits, type State, stateOf, writeState } from '../../src/nn/state.ts';
import { pixels } from '../../src/ops/features.ts';

const wrong = suite('what callers get wrong of a network');

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

wrong('a shape is a list of positive integers', () => {
  for (const shape of [8, '8', undefined, [0], [8, 0], [-1], [2.5], [8, '1'], ['8'], { 0: 8 }]) {
    refused(
      () => new Sequential(shape as never, [relu()]),
      OptionError,
      /^the model's input shape/,
    );
    refused(() => relu().shape(shape as never), ShapeError, /^relu got .* for a shape/);
    refused(
      () => parameterLayout(shape as never, new Float32Array(8), 'into storage'),
      ShapeError,
      /^parameterLayout: shape/,
    );
  }
  refused(
    () => parameterLayout([2, 3], new Float32Array(5), 'into storage'),
    ShapeError,
    /^parameterLayout: shape \[2, 3\]/,
  );
  refused(
    () => parameterLayout([2], [1, 2] as never, 'into storage'),
    ShapeError,
    /^parameterLayout: shape \[2\]/,
  );
});

wrong('layers are what linear(), relu() and the like return', () => {
  const good = { ...relu() };
  const { kind: _, ...noKind } = good;
  const { parameters: __, ...noParameters } = good;
  const { shape: ___, ...noShape } = good;
  const { build: ____, ...noBuild } = good;
  assert.is(new Sequential([3], [good]).outputs, 3, 'one of the caller’s own');
  for (const layer of [noKind, noParameters, noShape, noBuild, null, 'relu', 3, () => {}]) {
    refused(
      () => new Sequential([3], [linear(3, 3), layer as Layer]),
      OptionError,
      /^layer 1 is .*Use linear\(\)/,
    );
  }
  refused(
    () => new Sequential([3], [relu as unknown as Layer]),
    OptionError,
    /^layer 0 is .*; call it: relu\(\)$/,
  );
});

wrong(
  'a model is what it was made as; a class of the caller’s that extends it may add to itself',
  () => {
    const model = new Sequential([3], [linear(3, 2)]);
    assert.ok(Object.isFrozen(model) && Object.isFrozen(model.layers[0]));
    assert.ok(
      model.parameters.every((each) => Object.isFrozen(each) && Object.isFrozen(each.shape)),
    );
    class Named extends Sequential {
      readonly title = 'mine';
    }
    assert.is(new Named([3], [linear(3, 2)]).title, 'mine');
  },
);

wrong('a key of initial values is two integers', () => {
  const model = new Sequential([3], [linear(3, 2)]);
  assert.is(model.initialize([1, 2]).size, 2);
  for (const key of [3, undefined, [], [1], [1, 2, 3], [1, 2.5], [1.5, 2], '12']) {
    refused(() => model.initialize(key as never), OptionError, /^initialize: key/);
  }
});

wrong('options of an optimizer are numbers in their range, both ends of it included', () => {
  assert.is(sgd({ momentum: 1, learningRate: 1e6 }).learningRate, 1e6);
  refused(() => sgd({ learningRate: '1' as never }), OptionError, /^learning rate/);
  refused(() => adam({ betas: [0.9, 1] }), OptionError, /^beta2 1/);
  for (const betas of [0.9, [], [0.9], [0.9, 0.99, 0.999], '99', null]) {
    refused(() => adam({ betas: betas as never }), OptionError, /^betas: .* use two numbers/);
  }
});

wrong('a rule is what an optimizer’s function returns', () => {
  for (const rule of [sgd({ momentum: 0.5 }), adam({ epsilon: 1 }), adamw({ weightDecay: 2 })]) {
    assert.equal(ruleOf(rule), rule);
    assert.equal(ruleOf({ ...rule }), rule);
  }
  const plain = { kind: 'sgd', learningRate: 0.1 };
  for (const given of ['adam', undefined, null, 3, () => {}, adam, plain, { kind: 'other' }]) {
    refused(
      () => ruleOf(given),
      OptionError,
      /^optimizer: .* It is what sgd\(\), adam\(\) or another optimizer returns; call one$/,
    );
  }
  refused(() => ruleOf({ ...adam(), kind: 'adamw' }), OptionError, /^optimizer: .* is what/);
  refused(() => ruleOf({ ...adam(), epsilon: -1 }), OptionError, /^epsilon -1/);
  refused(() => ruleOf({ ...sgd(), betas: [0.9, 0.9] }), OptionError, /betas/);
});

wrong('names that a model has not are set beside those whose sizes fit', () => {
  const model = new Sequential([4], [linear(4, 3), relu(), linear(3, 2)]);
  const state = (...entries: readonly (readonly [string, number])[]): State =>
    new Map(entries.map(([name, size]) => [name, new Float32Array(size)]));
  assert.is(fits(model, state(['a', 99])), '');
  assert.is(fits(model, state(['0.weight', 12])), '');
  assert.match(fits(model, state(['fc.weight', 12])), /By size fit "fc\.weight" → 0\.weight\b/);
  // What the state has already is not asked for.
  assert.is(fits(model, state(['0.weight', 12], ['fc.weight', 12])), '');
  assert.match(
    fits(new Sequential([3], [linear(3, 3), linear(3, 3)]), state(['w', 9], ['odd', 5])),
    /By size fit "w" → 0\.weight or 1\.weight;/,
  );
});

wrong('parameters are set all or not at all, square weights transposed', () => {
  const model = new Sequential([2], [linear(2, 2)]);
  const write = (state: unknown): Map<string, ArrayLike<number>> => {
    const written = new Map<string, ArrayLike<number>>();
    const store = { write: (name: string, values: ArrayLike<number>) => written.set(name, values) };
    try {
      writeState(store as unknown as ParameterStore, model, state as State);
    } catch (error) {
      assert.is(written.size, 0, 'something was set');
      throw error;
    }
    return written;
  };
  const weight = Float32Array.of(1, 2, 3, 4);
  const stored = Float32Array.of(1, 3, 2, 4);
  assert.equal([...write(new Map([['0.weight', weight]]))], [['0.weight', stored]]);
  const tensors = stateOf(model, new Map([['0.weight', stored]]));
  assert.equal(tensors.get('0.weight'), { shape: [2, 2], data: weight });
  assert.equal(tensors.get('0.bias'), { shape: [2], data: new Float32Array(2) });
  assert.equal(write(tensors).get('0.weight'), stored);
  const good = ['0.weight', weight] as const;
  refused(() => write({ '0.weight': weight }), OptionError, /^parameters: .* use a Map/);
  refused(
    () => write(new Map([good, ['1.bias', weight]])),
    OptionError,
    /^the model has no parameter "1\.bias"; it has 0\.weight, 0\.bias/,
  );
  refused(
    () => write(new Map<string, unknown>([good, ['0.bias', 'ab']])),
    OptionError,
    /^parameter 0\.bias: /,
  );
  refused(
    () => write(new Map([good, ['0.bias', weight]])),
    ShapeError,
    /^4 values were given for 0\.bias; its shape \[2\] has 2/,
  );
});

wrong('losses are of classes, of the input or of values, and say so', () => {
  const outputs = () =>
    new Sequential([3], [linear(3, 3)]).build(pixels(new Graph(), [2, 3]), false);
  const mse = lossOf('mse', 'label', outputs());
  const entropy = lossOf('cross_entropy', 'label', outputs());
  assert.equal([mse.rows.name, entropy.rows.name], ['mse', 'cross_entropy']);
  for (const { hits, labels, truth } of [mse, entropy]) {
    assert.ok(hits && labels);
    assert.is(truth, labels);
  }
  for (const target of ['input', 'value'] as const) {
    const { rows, hits, labels, truth } = lossOf('mse', target, outputs());
    assert.equal([rows.name, hits, labels], ['mse', null, null]);
    assert.equal(truth?.spec.shape, [2, 3]);
  }
  refused(
    () => lossOf('cross_entropy', 'input', outputs()),
    OptionError,
    /loss 'cross_entropy' was given with target 'input'; use 'mse'/,
  );
  refused(
    () => lossOf('cross_entropy', 'value', outputs()),
    OptionError,
    /loss 'cross_entropy' was given with target 'value'; use 'mse'/,
  );
  assert.is(lossOf('mse', 'label', outputs(), { weighted: true }).rows.inputs[0].name, 'mse');
});

wrong.run();
