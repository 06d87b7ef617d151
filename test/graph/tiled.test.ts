import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { evaluate } from '../../src/gpu/evaluate.ts';
import { TILED_LIMITS } from '../../src/gpu/family.ts';
import { bindingCount, link } from '../../src/gpu/link.ts';
import { withClosing } from '../../src/graph/closing.ts';
import { Graph, liveNodes } from '../../src/graph/graph.ts';
import type { Dispatch } from '../../src/graph/op.ts';
import type { Plan } from '../../src/graph/plan.ts';
import { adam, adamw, averaged, lion, mlp, nadam, rmsprop, sgd } from '../../src/nn/index.ts';
import { input, matmul } from '../../src/ops/index.ts';
import { tickOf } from '../../src/train/tick.ts';
import { thoroughly } from '../run/thorough.ts';
import { assertSound, planOf, written } from './plans.ts';
import { NETWORKS, PAPER, type TrainingOptions, trainingGraph } from './training.ts';

const tiled = suite('tiled plan');

const plan = (options: TrainingOptions) => {
  const { targets, keep } = trainingGraph(options);
  return planOf('fused', targets, keep, 'tiled');
};

/** Types by their own names. */
const withoutAliases = (code: string): string =>
  [...code.matchAll(/^alias (\w+) = (\w+);/gm)].reduce(
    (text, [, name, type]) => text.replace(new RegExp(`\\b${name}\\b`, 'g'), type),
    code,
  );

/** Fails if a kernel needs more than WebGPU's default limits. */
function assertWithinLimits({ label, parts, grid, tunable }: Dispatch): void {
  for (const option of tunable?.options ?? [{ name: label, parts, grid }]) {
    const { code: linked, bindings } = link(option.parts);
    const code = withoutAliases(linked);
    assert.ok(bindings.length <= TILED_LIMITS.maxStorageBuffersPerShaderStage, label);
    const constants = Object.fromEntries(
      [...code.matchAll(/^const (\w+): u32 = (\d+)u;/gm)].map(([, name, value]) => [name, +value]),
    );
    for (const [, name, value] of code.matchAll(/^const (\w+) = (.+);/gm)) {
      try {
        constants[name] = evaluate(value, constants, { text: value, file: label, line: 0 });
      } catch {}
    }
    const value = (text: string) => evaluate(text, constants, { text, file: label, line: 0 });
    const group = /@workgroup_size\(([^)]+)\)/.exec(code)?.[1].split(',').map(value) ?? [NaN];
    const invocations = group.reduce((product, side) => product * side, 1);
    assert.ok(invocations <= 256, `${option.name}: ${invocations} invocations`);
    const bytes = [
      ...code.matchAll(/var<workgroup> \w+: array<(vec4f|vec4u|f32|u32), (.+)>;/g),
    ].reduce((sum, [, type, size]) => sum + (type.startsWith('vec4') ? 16 : 4) * value(size), 0);
    assert.ok(bytes <= 16384, `${option.name}: ${bytes} bytes of workgroup memory`);
    assert.is((code.match(/var<workgroup>/g) ?? []).length, workgroupArrays(code), option.name);
    assert.ok(option.grid.every((side) => Number.isInteger(side) && side >= 1 && side <= 65535));
    assert.not.match(code, /enable |atomic/);
  }
}

const workgroupArrays = (code: string): number =>
  [...code.matchAll(/var<workgroup> \w+: array<(?:vec4f|vec4u|f32|u32), .+>;/g)].length;

for (const [title, options] of Object.entries(NETWORKS)) {
  tiled(`${title}: everything once, in order, within WebGPU's default limits`, () => {
    const { targets, keep } = trainingGraph(options);
    const planned = planOf('fused', targets, keep, 'tiled');
    assertSound(planned, targets, keep);
    planned.dispatches.forEach(assertWithinLimits);
  });

  tiled(`${title}: every tensor can be kept`, () => {
    const { targets, keep } = trainingGraph({ ...options, batch: 4 });
    const nodes = liveNodes(targets).filter(({ op }) => op.residence === 'computed');
    for (const node of nodes) {
      const kept = [...keep, node];
      assertSound(planOf('fused', targets, kept, 'tiled'), targets, kept);
    }
  });
}

const PAPERS: readonly (readonly [string, TrainingOptions])[] = [
  ['784–128–64–10', PAPER],
  ['the same without dropout', { model: mlp([28, 28], [784, 128, 64, 10]) }],
  [
    'an autoencoder of small images',
    {
      model: mlp([8, 8], [64, 32, 64], { outputActivation: 'sigmoid' }),
      loss: 'mse',
      target: 'input',
    },
  ],
  ['one hidden layer', { model: mlp([28, 28], [784, 128, 10], { dropout: 0.2 }) }],
  ['no hidden layer', { model: mlp([28, 28], [784, 10]) }],
  ['three hidden layers', { model: mlp([28, 28], [784, 128, 64, 32, 10], { dropout: 0.2 }) }],
];

for (const [title, options] of PAPERS) {
  tiled(`${title}: three dispatches, four with the tick, for every loss and optimizer`, () => {
    for (const loss of options.loss ? [options.loss] : (['mse', 'cross_entropy'] as const)) {
      const rules = [adam(), sgd(), sgd({ momentum: 0.9 }), adamw(), nadam(), lion()];
      for (const rule of thoroughly(rules, (_, i) => i < 2)) {
        const planned = plan({ ...options, loss, rule });
        assert.is(planned.dispatches.length, 3, planned.explain());
        planned.dispatches.forEach(assertWithinLimits);
      }
    }
  });
}

tiled('all activations and odd sizes take three dispatches', () => {
  for (const activation of ['relu', 'sigmoid', 'tanh'] as const) {
    const model = mlp([7, 7], [49, 13, 9, 10], { activation, dropout: 0.5 });
    assert.is(plan({ model, batch: 7 }).dispatches.length, 3);
  }
});

tiled('weight gradients and masks are never in memory', () => {
  const { targets, keep, slopes } = trainingGraph(PAPER);
  const inMemory = written(planOf('fused', targets, keep, 'tiled'));
  assert.not([...slopes.values()].some((slope) => inMemory.has(slope)));
  // The outputs of both hidden layers, three slopes, losses, hits.
  assert.is(inMemory.size, 7);
});

/** The text of `explain()` without line breaks. */
const explained = (planned: Plan): string => planned.explain().replace(/\s+/g, ' ');

tiled('each dispatch binds 8 buffers at most, and explain says what that costs', () => {
  const three = [adam({ amsgrad: true }), rmsprop({ centered: true, momentum: 0.9 })];
  for (const rule of [...three, averaged(three[1], 0.9)]) {
    for (const family of ['tiled', 'portable', 'quad'] as const) {
      const { targets, keep } = trainingGraph({ ...PAPER, rule });
      const planned = planOf('fused', targets, keep, family);
      for (const { label, parts } of planned.dispatches) {
        assert.ok(bindingCount(parts) <= 8, label);
      }
      if (family !== 'tiled') continue;
      const why = 'cross_entropy: its dispatch would bind more than 8 buffers';
      if (three.includes(rule)) assert.is(planned.dispatches.length, 3);
      else assert.match(explained(planned), why);
    }
  }
});

tiled('the tick is in the last dispatch if that has room for it', () => {
  const order = { kind: 'shuffled' } as const;
  for (const [rule, count] of [
    [sgd(), 3],
    [adam(), 3],
    [adam({ amsgrad: true }), 4],
  ] as const) {
    const { targets, keep } = trainingGraph({ ...PAPER, rule });
    const planned = planOf('fused', targets, keep, 'tiled');
    const [rows, hits] = keep;
    const tick = tickOf({ rows, hits }, { batch: 100, order, stagedSteps: undefined, rule });
    const step = withClosing(planned, tick);
    assert.is(step.length, count);
    step.forEach(assertWithinLimits);
    // Another loss is not that of the updates.
    const other = tickOf({ rows: hits, hits }, { batch: 100, order, stagedSteps: undefined, rule });
    assert.is(withClosing(planned, other).length, 4);
  }
});

tiled('a network that does not fit is planned by the other rules, and explain says why', () => {
  const deep = plan({ model: mlp([3, 3], [9, 8, 7, 6, 5, 4]) });
  assert.ok(deep.dispatches.length > 3);
  assert.match(explained(deep), 'not in the plan of three dispatches: the network has 5 layers');
  for (const [options, why] of [
    [{ model: mlp([28, 28], [784, 512, 256, 10]) }, '133632 weights behind its first layer'],
    [{ model: mlp([3, 3], [9, 260, 10]) }, '260 columns in a hidden layer'],
    [{ model: mlp([3, 3], [9, 32, 65]) }, '65 outputs'],
    [{ model: mlp([3, 3], [9, 32, 10]), batch: 1025 }, '1025 rows in a batch'],
  ] as const) {
    assert.match(
      explained(plan(options)),
      `three dispatches: it has ${why}, and products are faster`,
    );
  }
  // 1,000×1,000 images on 40 units: a binding of all parameters would be 160 MB.
  const large = plan({ model: mlp([1000, 1000], [1_000_000, 40, 10]), batch: 4 });
  assert.match(explained(large), 'its parameters exceed the 128 MiB');
  const mixed = plan(NETWORKS['activations behind each other']);
  assert.ok(mixed.dispatches.length > 3);
});

tiled(
  'a product with few tiles and very long sums takes two dispatches, with scratch memory',
  () => {
    const graph = new Graph();
    const product = matmul(input(graph, 'a', [33, 8000]), input(graph, 'b', [8000, 31]));
    const planned = planOf('fused', [product], [product], 'tiled');
    assert.equal(
      planned.dispatches.map(({ parts }) => parts[0].name),
      ['gemm/tiled', 'gemm/partial_sums'],
    );
    planned.dispatches.forEach(assertWithinLimits);
    assertSound(planned, [product], [product]);
    // 16 parts of 36×32, and the product.
    assert.is(
      planned.placement.banks.reduce((sum, bytes) => sum + bytes, 0),
      17 * 36 * 32 * 4,
    );
  },
);

tiled.run();
