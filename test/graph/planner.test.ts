import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { withClosing } from '../../src/graph/closing.ts';
import { Graph, liveNodes, type Node } from '../../src/graph/graph.ts';
import { type FusionRule, planGraph } from '../../src/graph/planner.ts';
import {
  dropout,
  gelu,
  type Layer,
  linear,
  mlp,
  Sequential,
  sgd,
  silu,
  softplus,
  tanh,
} from '../../src/nn/index.ts';
import { SIGMOID } from '../../src/ops/activations.ts';
import { pixels } from '../../src/ops/features.ts';
import {
  activation,
  confusion,
  dropout as dropoutOp,
  input,
  labels,
  matmul,
  parameter,
  scale,
} from '../../src/ops/index.ts';
import { meanSquaredError } from '../../src/ops/mean_squared_error.ts';
import { update } from '../../src/ops/update.ts';
import { networkGraph } from '../../src/train/network.ts';
import { tickOf } from '../../src/train/tick.ts';
import { familyNamed } from './families.ts';
import { assertSound, planOf, written } from './plans.ts';
import { NETWORKS, PAPER, TINY, type TrainingOptions, trainingGraph } from './training.ts';

const planner = suite('planner');

for (const [title, options] of Object.entries(NETWORKS)) {
  planner(`${title}: both plans compute everything once, in order, updates last`, () => {
    const { targets, keep } = trainingGraph(options);
    const plain = planOf('plain', targets, keep);
    const fused = planOf('fused', targets, keep);
    assertSound(plain, targets, keep);
    assertSound(fused, targets, keep);
    assert.is(
      plain.dispatches.length,
      liveNodes(targets).filter(({ op }) => op.dispatch !== undefined).length,
    );
    assert.ok(fused.dispatches.length < plain.dispatches.length);
  });

  planner(`${title}: every tensor can be kept`, () => {
    const { targets, keep } = trainingGraph({ ...options, batch: 4 });
    const nodes = liveNodes(targets).filter(
      ({ op }) => op.residence === 'computed' || op.residence === 'alias',
    );
    for (const node of nodes) {
      const kept = [...keep, node];
      assertSound(planOf('fused', targets, kept), targets, kept);
    }
    assertSound(planOf('fused', targets, nodes), targets, nodes);
  });
}

planner('the paper’s step is 7 dispatches, 8 with the tick', () => {
  const { targets, keep } = trainingGraph(PAPER);
  assert.is(planOf('fused', targets, keep).dispatches.length, 7);
});

planner('images and weight gradients are in memory in the plain plan only', () => {
  const { targets, keep, slopes, outputs } = trainingGraph(PAPER);
  const virtual = [
    ...slopes.values(),
    ...liveNodes(targets).filter(({ name }) => /^(pixels|labels|addBias|relu)$/.test(name)),
  ].filter((node) => node !== outputs);
  const plain = written(planOf('plain', targets, keep));
  const fused = written(planOf('fused', targets, keep));
  assert.ok(virtual.every((node) => plain.has(node)));
  assert.ok(virtual.length >= 6 + 2 + 2 + 2);
  assert.equal(
    virtual.filter((node) => fused.has(node)).map(({ name }) => name),
    [],
  );
});

planner('a gradient that is kept is written, and its update reads it', () => {
  const { targets, keep, slopes } = trainingGraph(PAPER);
  const kept = [...keep, ...slopes.values()];
  const plan = planOf('fused', targets, kept);
  assert.ok([...slopes.values()].every((slope) => written(plan).has(slope)));
  const updates = plan.dispatches.filter(({ label }) => label.startsWith('update'));
  assert.is(updates.length, slopes.size);
});

planner('without a bias the update is still the epilogue of its gradient', () => {
  const { targets, keep } = trainingGraph(NETWORKS['no bias']);
  const { dispatches } = planOf('fused', targets, keep);
  assert.is(dispatches.length, 6);
  const names = dispatches.flatMap(({ parts }) => parts.map(({ name }) => name));
  assert.is(names.filter((name) => name === 'store/update_weight').length, 2);
});

planner('a mask after a sigmoid is computed again; after a relu the output is enough', () => {
  const masks = (options: TrainingOptions): string[] => {
    const { targets, keep } = trainingGraph(options);
    return planOf('fused', targets, keep).dispatches.flatMap(({ parts }) =>
      parts.map(({ name }) => name).filter((name) => /^dropout\/[^n]/.test(name)),
    );
  };
  assert.equal(masks(NETWORKS['sigmoid with dropout']), ['dropout/philox', 'dropout/philox']);
  const relus = { model: mlp([3, 3], [9, 7, 5], { dropout: 0.5 }) };
  assert.equal(masks(relus), ['dropout/philox', 'dropout/relu_gradient']);
});

planner('a gradient that needs the input of its activation is fused too', () => {
  const layers = (f: () => Layer) => [
    linear(9, 20),
    f(),
    dropout(0.2),
    linear(20, 20),
    f(),
    linear(20, 20),
  ];
  const plan = (f: () => Layer) => {
    const { targets, keep } = trainingGraph({ model: new Sequential([9], layers(f)) });
    const planned = planOf('fused', targets, keep);
    assertSound(planned, targets, keep);
    return planned.dispatches.map(({ parts }) => parts);
  };
  for (const f of [gelu, silu, softplus]) {
    const dispatches = plan(f);
    // As many as with an activation whose gradient needs its output: none is left alone.
    assert.is(dispatches.length, plan(tanh).length);
    const kernels = dispatches.map(([{ name }]) => name);
    assert.equal(
      kernels.filter((name) => name.startsWith('map/')),
      [],
    );
    const kept = dispatches.flat().filter(({ name }) => name === 'element/keep');
    assert.is(kept.length, 2, f.name);
  }
});

planner('a gradient behind a mask whose output nothing computes reads what is computed', () => {
  const graph = new Graph();
  const hidden = activation(SIGMOID, input(graph, 'x', [4, 5]));
  const dropped = dropoutOp(hidden, 0.5);
  const back = (node: Node, dy: Node): Node => node.op.gradient?.(node, dy, [true])[0] ?? dy;
  const dy = matmul(input(graph, 'g', [4, 2]), input(graph, 'w', [2, 5]));
  // Of the forward pass, the gradient alone is wanted, and so the dropout's output is not.
  const targets = [back(hidden, back(dropped, dy))];
  assertSound(planOf('fused', targets, targets), targets, targets);
});

planner('explain says why the head and the plan of three dispatches decline', () => {
  const { targets, keep } = trainingGraph({
    model: new Sequential([9], [linear(9, 8), gelu(), linear(8, 4)]),
  });
  assert.match(planOf('fused', targets, keep).explain(), /gelu gradient: not in the head/);
});

planner('an autoencoder reads its target directly from the bytes', () => {
  const { targets, keep } = trainingGraph(NETWORKS['an autoencoder']);
  const plan = planOf('fused', targets, keep);
  assert.not([...written(plan)].some(({ op }) => op.name === 'features'));
  const loss = plan.dispatches.find(({ label }) => label === 'loss');
  assert.ok(loss?.parts.some(({ name }) => name === 'target/features'));
});

planner('an evaluation counts the confusion matrix without dropout', () => {
  const graph = new Graph();
  const { model } = PAPER;
  const network = { model, target: 'label', normalize: null } as const;
  const { outputs, rows, labels: classes } = networkGraph(graph, network, 'mse', 50, false);
  assert.not(graph.nodes.some(({ op }) => op.name === 'dropout'));
  const targets = [rows, confusion(outputs, classes ?? labels(graph, 50))];
  assertSound(planOf('fused', targets, [rows]), targets, [rows]);
  assertSound(planOf('plain', targets, [rows]), targets, [rows]);
});

planner('images that a loss takes as outputs are in memory', () => {
  const graph = new Graph();
  const images = pixels(graph, [4, 9]);
  const code = matmul(images, input(graph, 'w', [9, 9]));
  const targets = [meanSquaredError(images, code)];
  assertSound(planOf('fused', targets, targets), targets, targets);
});

planner('an update comes after readers of its parameter, even if these were built later', () => {
  const graph = new Graph();
  const w = parameter(graph, 'w', [4, 4]);
  const step = update(w, input(graph, 'g', [4, 4]), sgd());
  const read = scale(w, 2);
  for (const kind of ['plain', 'fused'] as const) {
    const plan = planOf(kind, [step, read], [read]);
    assertSound(plan, [step, read], [read]);
    assert.equal(
      plan.dispatches.map(({ label }) => label),
      ['scale', 'update w'],
    );
  }
});

planner('the update of a range of parameters comes after readers of its middle ones', () => {
  const graph = new Graph();
  const [first, middle, last] = ['a', 'b', 'c'].map((name) => parameter(graph, name, [4, 4]));
  const step = update(first, input(graph, 'g', [4, 4]), sgd());
  const read = scale(middle, 2);
  const rule: FusionRule = ({ open, choice }) =>
    open
      .filter((node) => node === step)
      .map((node) => {
        const alone = node.op.dispatch?.(node, choice);
        if (!alone) throw new Error('an update has no kernel');
        const range = { kind: 'parameters', first, last } as const;
        const parts = alone.parts.map((part) =>
          part.name === 'optimizer/parameters'
            ? { ...part, bindings: { parameters: range } }
            : part,
        );
        return { covers: [node], dispatch: { ...alone, parts } };
      });
  const { dispatches } = planGraph([step, read], {
    kind: 'fused',
    rules: [rule],
    keep: [read],
    maxBufferSize: 2 ** 28,
    choice: familyNamed('portable').kernels,
  });
  assert.equal(
    dispatches.map(({ label }) => label),
    ['scale', 'update a'],
  );
});

planner('explain says what was not fused, and why', () => {
  const { targets, keep } = trainingGraph({ ...TINY, model: mlp([2, 2], [4, 3, 20]) });
  assert.match(
    planOf('fused', targets, keep).explain(),
    /^Not fused:\n {4}addBias: the last layer is 3×20; up to 256×16 it shares/m,
  );
});

planner('explain prints each dispatch with its ops, and totals in the last row', () => {
  const { targets, keep } = trainingGraph(TINY);
  const plan = planOf('fused', targets, keep);
  assert.snapshot(
    plan.explain(),
    `fused plan: 4 dispatches, 1,280 bytes of tensors between them
#   grid              FLOP   bytes read      written kernel
1   1×1×1               48           80           64 gemm 1×1
    pixels + matmul + addBias + relu
2   1×1×1               80          144          160 head/head
    matmul + addBias + labels + cross_entropy + hits + constant 1 +
    batchMeanGradient + cross_entropy gradient + matmul + relu gradient
3   1×1×1              270          304          240 gemm 2×1
    columnSums + matmul + update 1.weight + update 1.bias
4   1×1×1              152          368          240 gemm 2×1
    columnSums + matmul + update 3.weight + update 3.bias
    all                550          896          704`,
  );
  const plain = planOf('plain', targets, keep);
  assert.match(plain.explain(), `plain plan: ${plain.dispatches.length} dispatches`);
});

planner('explain fits 80 columns for the paper’s network', () => {
  const { targets, keep } = trainingGraph(PAPER);
  for (const family of ['portable', 'quad', 'tiled'] as const) {
    for (const kind of ['plain', 'fused'] as const) {
      const lines = planOf(kind, targets, keep, family).explain().split('\n');
      const wide = lines.filter(({ length }) => length > 80);
      assert.equal(wide, [], `${family}, ${kind}`);
    }
  }
});

planner('explain lists the dispatch that ends a step, and counts it', () => {
  const { targets, keep } = trainingGraph(TINY);
  const plan = planOf('fused', targets, keep);
  const order = { kind: 'sequential' } as const;
  const [rows, hits] = keep;
  const tick = tickOf({ rows, hits }, { batch: 2, order, stagedSteps: undefined });
  const step = plan.explain(withClosing(plan, tick));
  assert.match(step, /^fused plan: 5 dispatches/);
  assert.match(step, /^5 .*\n {4}tick$/m);
});

planner.run();
