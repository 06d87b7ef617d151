import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Graph } from '../../src/graph/graph.ts';
import { exact } from '../../src/graph/value.ts';
import {
  kernelAt,
  kernelLayout,
  MAP_GAP,
  mapAt,
  mapsLayout,
  sizeOfPictures,
} from '../../src/harness/picture-layout.ts';
import { networkNamed } from '../../src/harness/tasks/networks.ts';
import { attentionWeights } from '../../src/harness/worker/attention.ts';
import { insidesOf } from '../../src/harness/worker/insides-of.ts';
import { parameterLayout } from '../../src/nn/layers/parameters.ts';
import { causalSelfAttention, Sequential } from '../../src/nn/layers.ts';
import { input } from '../../src/ops/index.ts';
import { keyOf } from '../../src/random/domains.ts';
import { RandomStream } from '../../src/random/stream.ts';
import { runReference } from '../../src/reference/run.ts';

function insides(name: string) {
  const network = networkNamed(name);
  return insidesOf(
    network.data === 'text'
      ? network.model(64, 60, { dropout: 0.1 })
      : network.model([28, 28], { widths: network.widths ?? [], dropout: 0.4 }),
  );
}

test('each network has the pictures that suit it', () => {
  const perceptron = insides('2');
  assert.equal(
    perceptron.kernels.map(({ name, outputs, side }) => [name, outputs, side]),
    [['1.weight', 128, 28]],
  );
  assert.is(perceptron.maps.length, 0);
  const cnn = insides('cnn');
  assert.equal(
    cnn.kernels.map(({ name, inputs, outputs, side }) => [name, inputs, outputs, side]),
    [
      ['0.weight', 1, 32, 3],
      ['3.weight', 32, 64, 3],
    ],
  );
  assert.equal(
    cnn.maps.map(({ name, shape }) => [name, ...shape]),
    [
      ...[['0', 28, 28, 32] as const, ['1', 28, 28, 32] as const, ['2', 14, 14, 32] as const],
      ...[['3', 14, 14, 64] as const, ['4', 14, 14, 64] as const, ['5', 7, 7, 64] as const],
    ],
  );
  const resnet = insides('resnet');
  assert.is(resnet.kernels.length, 15);
  const inner = resnet.maps.filter(({ main }) => !main).map(({ name }) => name);
  assert.equal(inner.slice(0, 3), ['3.0', '3.2', '3.3']);
  const transformer = insides('transformer');
  assert.equal(
    transformer.attention.map(({ name, heads, before }) => [name, heads, before]),
    ['2', '4', '6', '8'].map((block) => [`${block}.1`, 4, `${block}.0`]),
  );
  assert.equal([transformer.kernels, transformer.maps], [[], []]);
});

test('the first weights of a network that sees colours are pictures in colour', () => {
  const of = (name: 'cnn' | 'resnet' | '2', image: readonly number[]) => {
    const network = networkNamed(name);
    if (network.data === 'text') throw new Error(`${name} learns from images`);
    const widths = network.widths ? [image.reduce((a, b) => a * b), 30, 10] : [];
    return insidesOf(network.model(image, { widths, dropout: 0 })).kernels;
  };
  const [first, second] = of('cnn', [32, 32, 3]);
  assert.equal([first.inputs, first.rgb, first.side], [3, true, 3]);
  assert.equal([second.inputs, second.rgb], [32, undefined]);
  const [units] = of('2', [32, 32, 3]);
  assert.equal([units.inputs, units.rgb, units.side], [3, true, 32]);
  assert.equal(
    of('resnet', [32, 32, 3])
      .slice(0, 2)
      .map(({ rgb }) => rgb),
    [true, undefined],
  );
  // With alpha, or two channels, each has a row of pictures.
  assert.equal(
    [of('cnn', [32, 32, 4])[0], of('2', [32, 32, 4])[0]].map(({ inputs, rgb }) => [inputs, rgb]),
    [
      [4, undefined],
      [4, undefined],
    ],
  );
  // Like pictures in grey: line by line, and not a row for each channel.
  for (const one of [first, units]) {
    const { rgb: _, ...grey } = { ...one, inputs: 1 };
    const layout = kernelLayout(one, 400);
    assert.equal(layout, kernelLayout(grey, 400));
    const cell = layout.side + layout.gap;
    assert.equal(kernelAt(one, layout, 1, cell + 1), { output: layout.columns, input: 0 });
  }
});

test('pictures have 28 pixels or more, fit the page or a texture, and blocks of maps do not overlap', () => {
  for (const name of ['2', 'cnn', 'resnet']) {
    const { kernels, maps } = insides(name);
    for (const width of [294, 700, 1216]) {
      for (const one of kernels) {
        const layout = kernelLayout(one, width);
        assert.ok(layout.side >= 28 && layout.side % one.side === 0);
        assert.ok(layout.columns * layout.rows >= one.inputs * one.outputs || one.inputs === 1);
        // Grids may be wider: their card scrolls.
        if (one.inputs === 1) assert.ok(sizeOfPictures(layout)[0] <= width, `${name} ${width}`);
      }
      const { blocks, ...size } = mapsLayout(maps, width);
      let end = 0;
      for (const { part, top, columns, rows, scale } of blocks) {
        const [down, across, channels] = part.shape;
        assert.ok(Math.min(down, across) * scale >= 28, `${name} ${part.name}`);
        assert.ok(top >= end && columns * rows >= channels);
        assert.ok(columns * (across * scale + MAP_GAP) - MAP_GAP <= size.width);
        end = top + rows * (down * scale + MAP_GAP);
      }
      assert.ok(end <= size.height && size.height <= 8000, `${name} ${width}: ${size.height}`);
    }
  }
});

test('the last row of pictures lacks no more than one picture for each row', () => {
  const part = { name: '0', kind: '', shape: [28, 28, 32] as const, first: 0, size: 0, main: true };
  for (const outputs of [31, 32, 33, 64, 128]) {
    for (let width = 290; width < 2200; width += 13) {
      const layout = kernelLayout({ name: '', kind: '', inputs: 1, outputs, side: 28 }, width);
      const free = layout.columns * layout.rows - outputs;
      assert.ok(free >= 0 && free < layout.rows, `${outputs} in ${width}: ${layout.columns}`);
    }
    for (const { columns, rows } of mapsLayout([part], 1840).blocks) {
      assert.equal([columns, rows], [16, 2]);
    }
  }
});

test('maps of any size have 28 pixels or more', () => {
  for (let side = 1; side <= 40; side++) {
    const part = { name: '0', kind: '', shape: [side, side, 3], first: 0, size: 0, main: true };
    for (const width of [294, 1216]) {
      const [{ scale }] = mapsLayout([part], width).blocks;
      assert.ok(side * scale >= 28, `${side}: ${side * scale}`);
    }
  }
});

test('a layer too large for a canvas shows as many kernels as it has room for', () => {
  const kernels = { name: '0.weight', kind: '', inputs: 512, outputs: 512, side: 3 };
  const layout = kernelLayout(kernels, 300);
  assert.ok(layout.shown < 512);
  for (const pixels of sizeOfPictures(layout)) assert.ok(pixels <= 8192);
  const large = kernelLayout({ ...kernels, inputs: 1, side: 224 }, 300);
  assert.ok(large.shown < 256 && large.shown === large.columns * large.rows);
  for (const pixels of sizeOfPictures(large)) assert.ok(pixels <= 8192);
});

test('a place on a canvas is one kernel or one map, or nothing between two', () => {
  const kernels = { name: '0.weight', kind: '', inputs: 4, outputs: 8, side: 3 };
  const layout = kernelLayout(kernels, 300);
  const cell = layout.side + layout.gap;
  assert.equal(kernelAt(kernels, layout, 3 * cell + 1, 2 * cell + 1), { output: 3, input: 2 });
  assert.is(kernelAt(kernels, layout, cell - 1, 1), undefined);
  assert.is(kernelAt(kernels, layout, 8 * cell + 1, 1), undefined);
  const lines = kernelLayout({ ...kernels, inputs: 1 }, 100);
  const next = lines.side + lines.gap;
  assert.equal(kernelAt({ ...kernels, inputs: 1 }, lines, 1, next + 1), {
    output: lines.columns,
    input: 0,
  });
  const { maps } = insides('cnn');
  const all = mapsLayout(maps, 700);
  const { top, part, scale } = all.blocks[3];
  const found = mapAt(all, part.shape[1] * scale + MAP_GAP + 1, top + 1);
  assert.equal([found?.part.name, found?.channel], [part.name, 1]);
});

test('each layer of units has as many as it has outputs', () => {
  assert.equal(
    insides('2').units.map(({ name, count, mapped }) => [name, count, mapped]),
    [
      ...[['1', 128, false] as const, ['2', 128, false] as const],
      ...[['4', 64, false] as const, ['5', 64, false] as const, ['7', 10, false] as const],
    ],
  );
  const cnn = insides('cnn').units;
  assert.equal(cnn.filter(({ mapped }) => mapped).length, 6);
  assert.is(cnn.at(-1)?.count, 10);
  assert.equal(insides('transformer').units, []);
});

test('weights of attention are those with which the layer adds its values', () => {
  const [length, width, heads] = [5, 6, 2];
  const model = new Sequential([length, width], [causalSelfAttention(width, heads)]);
  const parameters = model.initialize(keyOf(4));
  const of = (name: string): Float32Array => parameters.get(name) ?? new Float32Array();
  const random = new RandomStream([1, 2]);
  const x = Float64Array.from({ length: length * width }, () => Math.fround(3 * random.signed()));
  const [weight, bias] = [of('0.qkv.weight'), of('0.qkv.bias')];
  const all = attentionWeights(x, weight, bias, heads, length);
  // The layer in float64, with an identity as its last product.
  const identity = Float32Array.from({ length: width ** 2 }, (_, i) =>
    Number(i % (width + 1) === 0),
  );
  const graph = new Graph();
  const y = model.build(input(graph, 'x', [1, length, width]), false);
  const tensors = {
    x,
    '0.qkv.weight': parameterLayout([3 * width, width], weight, 'into storage'),
    '0.qkv.bias': bias,
    '0.proj.weight': identity,
    '0.proj.bias': new Float32Array(width),
  };
  const wanted = runReference([y], {
    tensors: new Map(
      Object.entries(tensors).map(([name, values]) => [name, exact(Float64Array.from(values))]),
    ),
    ...{ moments: new Map(), images: new Uint8Array(), labels: new Uint8Array() },
    ...{ indices: [0], count: 1, step: 0, key: [0, 0] },
  }).get(y)?.data;
  const size = width / heads;
  all.forEach((weights, head) => {
    for (let query = 0; query < length; query++) {
      const own = weights.subarray(query * length, (query + 1) * length);
      assert.ok(Math.abs(own.reduce((a, b) => a + b, 0) - 1) < 1e-6);
      assert.ok(own.subarray(query + 1).every((one) => one === 0));
      for (let c = 0; c < size; c++) {
        const row = 2 * width + head * size + c;
        const valueAt = (key: number): number =>
          Array.from(
            { length: width },
            (_, i) => x[key * width + i] * weight[row * width + i],
          ).reduce((a, b) => a + b, bias[row]);
        const sum = [...own].reduce((total, share, key) => total + share * valueAt(key), 0);
        const got = wanted?.[query * width + head * size + c] ?? Number.NaN;
        assert.ok(Math.abs(sum - got) < 1e-5, `${sum} ${got}`);
      }
    }
  });
});

test.run();
