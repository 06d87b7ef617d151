import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { MemoryError, OptionError } from '../../src/errors.ts';
import { Graph, type Node } from '../../src/graph/graph.ts';
import { layOut } from '../../src/graph/store-layout.ts';
import { parameter } from '../../src/ops/index.ts';

const layout = suite('layout of parameters');

/** Parameters w0, b0, w1, b1 … of layers between these widths. */
function layers(widths: readonly number[]): Node[] {
  const graph = new Graph();
  return widths
    .slice(1)
    .flatMap((width, i) => [
      parameter(graph, `w${i}`, [widths[i], width]),
      parameter(graph, `b${i}`, [width]),
    ]);
}

const limits = (maxBufferSize: number, maxStorageBufferBindingSize = maxBufferSize) => ({
  maxBufferSize,
  maxStorageBufferBindingSize,
});

/** [bank, offset] by name. */
const places = (nodes: readonly Node[], maxBufferSize: number) =>
  [...layOut(nodes, limits(maxBufferSize)).slots].map(([name, { bank, offset }]) => [
    name,
    bank,
    offset,
  ]);

layout('parameters that fit into one buffer are in one, at multiples of 256 bytes', () => {
  // 16·16·4 = 1024 and 64 bytes, twice.
  const nodes = layers([16, 16, 16]);
  assert.equal(places(nodes, 2 ** 20), [
    ['w0', 0, 0],
    ['b0', 0, 1024],
    ['w1', 0, 1280],
    ['b1', 0, 2304],
  ]);
  assert.equal(layOut(nodes, limits(2560)).banks, [2560]);
});

layout('parameters that do not fit go to the next buffer, a bias with its weight', () => {
  const nodes = layers([16, 16, 16]);
  // Room for the second weight, but not for its bias.
  for (const most of [2559, 2304, 1280]) {
    assert.equal(places(nodes, most), [
      ['w0', 0, 0],
      ['b0', 0, 1024],
      ['w1', 1, 0],
      ['b1', 1, 1024],
    ]);
  }
});

layout('weights without biases move alone, and so does a vector before all weights', () => {
  const graph = new Graph();
  const nodes = [
    parameter(graph, 'v', [64]),
    parameter(graph, 'w0', [16, 16]),
    parameter(graph, 'w1', [16, 16]),
    parameter(graph, 'b1', [4]),
    parameter(graph, 'b2', [4]),
  ];
  assert.equal(places(nodes, 1280), [
    ['v', 0, 0],
    ['w0', 0, 256],
    ['w1', 1, 0],
    ['b1', 1, 1024],
    ['b2', 2, 0],
  ]);
});

layout('sixteen layers of 4096×4096 fit the default limits, three layers in a buffer', () => {
  const nodes = layers(Array.from({ length: 17 }, () => 4096));
  const { banks } = layOut(nodes, limits(256 * 2 ** 20, 128 * 2 ** 20));
  const layer = 4096 * 4096 * 4 + 4096 * 4;
  assert.equal(
    banks,
    [3, 3, 3, 3, 3, 1].map((count) => count * layer),
  );
});

layout('a range above the binding limit is refused with its size, the limit and what to do', () => {
  const nodes = layers([16, 16]);
  // The padding after the bias is not bound.
  layOut(nodes, limits(2 ** 20, 1024 + 64));
  assert.throws(
    () => layOut(nodes, limits(2 ** 20, 1024 + 63)),
    (error: unknown) => {
      assert.instance(error, MemoryError);
      for (const text of ['w0 [16, 16] with b0 [16] needs 1088', '1087', 'smaller', 'limits {']) {
        assert.match(String(error), text);
      }
      return true;
    },
  );
});

layout('two parameters with the same name are refused', () => {
  const graph = new Graph();
  const nodes = ['w', 'w'].map((name) => parameter(graph, name, [4, 4]));
  assert.throws(
    () => layOut(nodes, limits(2 ** 20)),
    (error: unknown) => error instanceof OptionError,
  );
});

layout.run();
