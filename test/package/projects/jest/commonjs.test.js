const { linear, OptionError, relu, Sequential } = require('gradweave');
const { readWeights } = require('gradweave/checkpoint');
const { builtInGarments } = require('gradweave/data');
const { Graph } = require('gradweave/reference');

test('requires every entry point', () => {
  const model = new Sequential([2], [linear(2, 3), relu(), linear(3, 1)]);
  expect(model.named).toHaveLength(4);
  expect(builtInGarments({ train: 10, test: 10 }).train.count).toBe(10);
  expect(new Graph()).toBeInstanceOf(Graph);
  expect(() => linear(0, 1)).toThrow(OptionError);
  expect(() => readWeights(new Uint8Array(3), model)).toThrow(/safetensors|bytes/i);
});

test('has no WebGPU, and says so', async () => {
  const { Engine } = require('gradweave');
  await expect(Engine.create()).rejects.toMatchObject({ name: 'AdapterError' });
});

test('mocks an export', () => {
  jest.isolateModules(() => {
    jest.doMock('gradweave', () => ({
      ...jest.requireActual('gradweave'),
      Engine: { create: () => 'mocked' },
    }));
    expect(require('gradweave').Engine.create()).toBe('mocked');
  });
});
