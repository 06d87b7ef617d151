import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { sizeOf } from '../../src/graph/tensor.ts';
import { NETWORK_NAMES } from '../../src/harness/tasks/network-facts.ts';
import { networkNamed } from '../../src/harness/tasks/networks.ts';

/** Of images of 28×28, and of a text of 60 different characters; the convolutional ones' as their docstrings say. */
const PARAMETERS = {
  '1': 109_386,
  '2': 109_386,
  '3': 109_386,
  autoencoder: 201_616,
  cnn: 421_642,
  resnet: 218_490,
  transformer: 809_216,
};

test('the networks have their numbers of parameters, and an output for each class or pixel', () => {
  for (const name of NETWORK_NAMES) {
    const network = networkNamed(name);
    const { dropout } = network;
    const text = network.data === 'text';
    const model = text
      ? network.model(network.length, 60, { dropout })
      : network.model([28, 28], { widths: network.widths ?? [], dropout });
    const learned = model.parameters.filter(({ state }) => !state);
    const count = learned.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
    assert.is(count, PARAMETERS[name], name);
    const outputs = text ? [64, 60] : [network.target === 'input' ? 784 : 10];
    assert.equal(model.outputShape, outputs, name);
  }
});

test.run();
