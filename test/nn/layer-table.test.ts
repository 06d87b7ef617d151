import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { layerTable } from '../../src/nn/layer-table.ts';
import * as nn from '../../src/nn/layers.ts';
import { mlp } from '../../src/nn/mlp.ts';
import type { Model } from '../../src/nn/model.ts';

const { Sequential, linear } = nn;

/** `name: output, parameters, operations` of each layer. */
const rows = (model: Model): string[] =>
  layerTable(model).map(
    ({ name, shape, parameters, flop }) => `${name}: ${shape.join('×')}, ${parameters}, ${flop}`,
  );

test('parameters and operations of layers are those of their definitions', () => {
  const model = new Sequential(
    [8, 6, 4],
    [
      nn.conv2d(4, 10, 3, { padding: 1 }),
      nn.conv2d(10, 10, 3, { padding: 1, groups: 10 }),
      nn.maxPool2d(2),
      nn.flatten(),
      linear(120, 5, { bias: false }),
    ],
  );
  assert.equal(rows(model), [
    `0: 8×6×10, ${4 * 10 * 9 + 10}, ${2 * 48 * 10 * 36}`,
    // In ten groups, each output has the terms of one channel.
    `1: 8×6×10, ${10 * 9 + 10}, ${2 * 48 * 10 * 9}`,
    '2: 4×3×10, 0, 0',
    '3: 120, 0, 0',
    `4: 5, 600, ${2 * 120 * 5}`,
  ]);
  const wider = new Sequential([3, 3, 2], [nn.convTranspose2d(2, 5, 2, { stride: 2 })]);
  assert.equal(rows(wider), [`0: 6×6×5, ${2 * 5 * 4 + 5}, ${2 * 9 * 2 * 5 * 4}`]);
});

test('layers inside of others are listed by themselves, and what is shared counts once', () => {
  const words = nn.embedding(7, 4);
  const model = new Sequential(
    [3],
    [words, nn.residual([nn.layerNorm(4), nn.causalSelfAttention(4, 2)]), nn.unembedding(words)],
  );
  // Queries, keys and values; for each of 3 positions itself and those before it, twice; the projection.
  const attention = 2 * 3 * 4 * 12 + 2 * (3 * 4) * 4 + 2 * 3 * 4 * 4;
  assert.equal(rows(model), [
    '0: 3×4, 28, 0',
    '1.0: 3×4, 8, 0',
    `1.1: 3×4, ${4 * 12 + 12 + 4 * 4 + 4}, ${attention}`,
    '1: 3×4, 0, 0',
    '2: 3×7, 0, 168',
  ]);
});

test('a model that is no Sequential is one row', () => {
  const inner = mlp([3], [3, 2]);
  const own: Model = { ...inner, kind: 'own', build: (x, training) => inner.build(x, training) };
  const [row, ...more] = layerTable(own);
  assert.equal(more, []);
  assert.is(row.parameters, 8);
  assert.is(row.flop, 12);
});

test.run();
