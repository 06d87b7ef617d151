import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { WritableTensor } from '../../src/data/safetensors.ts';
import { DataError } from '../../src/errors.ts';
import type { Sequential } from '../../src/nn/layers.ts';
import { adagrad, adam, adamw, nadam, rmsprop, sgd } from '../../src/nn/optimizers.ts';
import { parseTrace } from '../../src/parity/trace.ts';
import { type Change, floats, type Json, parse } from './tiny-trace.ts';

const trace = suite('trace');

function refused(change: Change, message: string): void {
  assert.throws(
    () => parse(change),
    (error: unknown) => {
      if (!(error instanceof DataError)) throw error;
      assert.is(error.message, message);
      return true;
    },
  );
}

const layersOf = ({ model }: { readonly model: unknown }) => (model as Sequential).layers;

trace('reads the configuration, the weights and what PyTorch found', () => {
  const found = parse();
  assert.is(found.name, 'tiny');
  assert.equal(
    layersOf(found).map(({ kind }) => kind),
    ['linear 4→3', 'relu', 'linear 3→2'],
  );
  assert.equal([found.loss, found.target, found.normalize], ['cross_entropy', 'label', null]);
  assert.equal(found.optimizer, sgd({ learningRate: 0.1 }));
  assert.equal([found.batch, found.steps], [2, 3]);
  assert.equal([...found.indices], [5, 0, 1, 1, 2, 9]);
  assert.equal([found.losses, found.testLoss, found.testAccuracy], [[3, 2, 1], 0.5, 0.75]);
});

trace('gives the tensors of linear layer K the names of the model’s layers', () => {
  const { initial, gradients, final } = parse();
  const names = ['0.weight', '0.bias', '2.weight', '2.bias'];
  for (const map of [initial, gradients, final]) assert.equal([...map.keys()], names);
  assert.equal([...(initial.get('2.weight') ?? [])], [10, 11, 12, 13, 14, 15]);
  assert.equal([...(gradients.get('0.bias') ?? [])], [-100, -99, -98]);
  assert.equal([...(final.get('2.bias') ?? [])], [-210, -209]);
});

trace('takes every activation, hidden and at the output', () => {
  for (const act of ['relu', 'sigmoid', 'tanh']) {
    const { model } = parse({ config: { act, out_act: act } });
    assert.equal(
      layersOf({ model }).map(({ kind }) => kind),
      ['linear 4→3', act, 'linear 3→2', act],
    );
  }
  const kinds = layersOf(parse({ config: { act: undefined, out_act: null } }));
  assert.is(kinds[1].kind, 'relu');
});

trace('takes an autoencoder and standardised images', () => {
  const found = parse({
    config: { layers: [4, 2, 4], loss: 'mse', target: 'input', normalize: [0.25, 0.5] },
    top: { test_accuracy: null },
  });
  assert.equal([found.loss, found.target], ['mse', 'input']);
  assert.equal([found.normalize, found.testAccuracy], [[0.25, 0.5], null]);
  assert.is(parse({ config: { target: undefined, normalize: null, dropout: 0 } }).target, 'label');
});

trace('takes PyTorch’s optimizers with its option names and defaults', () => {
  const optimizer = (options: Json) => parse({ config: { optimizer: options } }).optimizer;
  assert.equal(optimizer({ type: 'sgd' }), sgd({ learningRate: 1e-3 }));
  assert.equal(
    optimizer({ type: 'sgd', lr: 0.2, momentum: 0.9, nesterov: true, weight_decay: 0.1 }),
    sgd({ learningRate: 0.2, momentum: 0.9, nesterov: true, weightDecay: 0.1 }),
  );
  assert.equal(
    optimizer({ type: 'sgd', momentum: 0.9, dampening: 0.5 }),
    sgd({ learningRate: 1e-3, momentum: 0.9, dampening: 0.5 }),
  );
  assert.equal(optimizer({ type: 'adam' }), adam());
  assert.equal(optimizer({ type: 'adamw' }), adamw());
  const options = { lr: 0.01, betas: [0.8, 0.9], eps: 1e-6, weight_decay: 0.2 };
  const same = { learningRate: 0.01, betas: [0.8, 0.9], epsilon: 1e-6, weightDecay: 0.2 } as const;
  assert.equal(optimizer({ type: 'adam', ...options }), adam(same));
  assert.equal(optimizer({ type: 'adamw', ...options }), adamw(same));
  assert.equal(optimizer({ type: 'adam', amsgrad: true }), adam({ amsgrad: true }));
  assert.equal(
    optimizer({ type: 'nadam', lr: 0.1, momentum_decay: 0.5 }),
    nadam({ learningRate: 0.1, momentumDecay: 0.5 }),
  );
  assert.equal(
    optimizer({ type: 'rmsprop', lr: 0.1, alpha: 0.5, momentum: 0.2, centered: true }),
    rmsprop({ learningRate: 0.1, alpha: 0.5, momentum: 0.2, centered: true }),
  );
  assert.equal(
    optimizer({ type: 'adagrad', lr_decay: 0.1, initial_accumulator_value: 0.5, eps: 1e-6 }),
    adagrad({ learningRateDecay: 0.1, initialAccumulatorValue: 0.5, epsilon: 1e-6 }),
  );
  // These say how PyTorch computes, not what.
  const how = { foreach: true, fused: false, capturable: false, differentiable: false };
  assert.equal(optimizer({ type: 'adam', ...how, amsgrad: false, maximize: false }), adam());
});

trace('refuses options that it does not know or cannot follow', () => {
  refused(
    { config: { label_smoothing: 0.1 } },
    'tiny.json config: the option label_smoothing is unknown',
  );
  const optimizer = (options: Json): Change => ({ config: { optimizer: options } });
  refused(optimizer({ type: 'adam', rho: 1 }), 'optimizer: the option rho is unknown');
  refused(optimizer({ type: 'sgd', betas: [0, 0] }), 'optimizer: the option betas is unknown');
  refused(optimizer({ type: 'adam', momentum: 0.9 }), 'optimizer: the option momentum is unknown');
  refused(
    optimizer({ type: 'lbfgs' }),
    'optimizer: type is "lbfgs"; it must be one of sgd, adam, adamw, nadam, rmsprop, adagrad',
  );
  for (const name of ['decoupled_weight_decay', 'maximize']) {
    refused(
      optimizer({ type: 'nadam', [name]: true }),
      `optimizer: ${name} is true; it must be false: this variant is not supported`,
    );
  }
  refused({ config: { dropout: 0.2 } }, 'tiny.json config: dropout is 0.2; it must be 0');
});

trace('refuses values of another kind', () => {
  const config = (fields: Json, message: string): void =>
    refused({ config: fields }, `tiny.json config: ${message}`);
  config({ act: 'gelu' }, 'act is "gelu"; it must be one of relu, sigmoid, tanh');
  config({ out_act: 'softmax' }, 'out_act is "softmax"; it must be one of relu, sigmoid, tanh');
  config({ loss: 'l1' }, 'loss is "l1"; it must be one of mse, cross_entropy');
  config({ target: 'none' }, 'target is "none"; it must be one of label, input');
  config({ normalize: [1] }, 'normalize is [1]; it must be 2 numbers');
  config({ layers: [4] }, 'layers is [4]; it must be two widths or more');
  config({ layers: '4,2' }, 'layers is "4,2"; it must be numbers');
  config({ layers: [4, 0] }, 'linear: outputs 0 was given; use an integer from 1 to 1048576');
  for (const [steps, text] of [
    [0, '0'],
    [1.5, '1.5'],
    [-3, '-3'],
  ] as const) {
    config({ steps }, `steps is ${text}; it must be a positive integer`);
  }
  config({ batch: '2' }, 'batch is "2"; it must be a number');
  config(
    { optimizer: { type: 'sgd', lr: -1 } },
    'learning rate -1 was given; use a number from 0 to 1000000',
  );
  refused({ config: { optimizer: 'adam' } }, 'optimizer is "adam"; it must be an object');
  refused(
    { config: { optimizer: { type: 'adam', betas: 0.9 } } },
    'optimizer: betas is 0.9; it must be 2 numbers',
  );
  refused(
    { config: { optimizer: { type: 'sgd', nesterov: 1 } } },
    'optimizer: nesterov is 1; it must be true or false',
  );
});

trace('refuses results that do not fit the configuration', () => {
  refused({ top: { loss: [3, 2] } }, 'tiny.json: loss is [3,2]; it must be 3 numbers');
  refused({ top: { test_loss: null } }, 'tiny.json: test_loss is null; it must be a number');
  refused(
    { top: { test_accuracy: 'good' } },
    'tiny.json: test_accuracy is "good"; it must be a number',
  );
  refused({ top: { config: [] } }, 'tiny.json config is []; it must be an object');
  assert.throws(
    () => parseTrace('tiny', '{', new Uint8Array()),
    (error: unknown) =>
      error instanceof DataError && error.message.startsWith('tiny.json is not JSON: '),
  );
});

trace('refuses tensors that are missing, of another shape or type', () => {
  const tensor = (name: string, value: WritableTensor | null, got: string, need: string): void =>
    refused(
      { tensors: { [name]: value } },
      `tiny.safetensors: ${name} is ${got}; it must be F32 [${need}]`,
    );
  for (const prefix of ['init', 'grad0', 'final']) {
    tensor(`${prefix}.1.weight`, null, 'missing', '2, 3');
    tensor(`${prefix}.0.bias`, floats([4], 0), 'F32 [4]', '3');
  }
  // [in, out] has as many elements as [out, in].
  tensor('init.0.weight', floats([4, 3], 0), 'F32 [4, 3]', '3, 4');
  tensor('init.1.bias', { shape: [2], data: Int32Array.of(1, 2) }, 'I32 [2]', '2');
});

trace('refuses indices of another shape or type, or below 0', () => {
  const text = 'tiny.safetensors: indices must be I32 [3, 2], none below 0';
  const data = Int32Array.of(5, 0, 1, 1, 2, 9);
  refused({ tensors: { indices: null } }, text);
  refused({ tensors: { indices: { shape: [2, 3], data } } }, text);
  refused({ tensors: { indices: { shape: [6], data } } }, text);
  refused({ tensors: { indices: floats([3, 2], 0) } }, text);
  refused({ tensors: { indices: { shape: [3, 2], data: data.map((i) => i - 1) } } }, text);
});

trace.run();
