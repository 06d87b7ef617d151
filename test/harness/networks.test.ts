import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { sizeOf } from '../../src/graph/tensor.ts';
import { FACTS, NETWORK_NAMES } from '../../src/harness/tasks/network-facts.ts';
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

test('what is said of a network leaves out the number of parameters: data of other classes and channels have another', () => {
  for (const { about, title } of Object.values(FACTS)) {
    assert.not.match(about, /\d{3}|parameter/, title);
  }
});

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

test('of images in colour, the first layer has three channels, and no other is changed', () => {
  for (const name of ['2', 'autoencoder', 'cnn', 'resnet'] as const) {
    const network = networkNamed(name);
    if (network.data !== 'images') throw new Error(`${name} learns from images`);
    const { dropout } = network;
    const shapesFor = (image: readonly number[], numbers: number) => {
      const [first = 0, ...hidden] = network.widths?.slice(0, -1) ?? [];
      const last = network.target === 'input' ? numbers : 10;
      const widths = first > 0 ? [numbers, ...hidden, last] : [];
      const model = network.model(image, { widths, dropout });
      assert.equal([...model.inputShape], [...image]);
      return model.parameters.map(({ shape }) => [...shape]);
    };
    const [grey, colour] = [shapesFor([28, 28], 784), shapesFor([28, 28, 3], 2352)];
    const isConvolution = colour[0].length === 4;
    assert.is(colour[0][1], isConvolution ? 3 : 2352, name);
    assert.is(grey[0][1], isConvolution ? 1 : 784, name);
    // The last layer of an autoencoder has three numbers for each pixel.
    const others = name === 'autoencoder' ? [1, -2] : [1, undefined];
    assert.equal(colour.slice(...others), grey.slice(...others), name);
  }
});

test.run();
