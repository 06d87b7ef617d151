import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { halves } from '../../src/fusion/mixed/products.ts';
import { type TiledShape, tiledPart } from '../../src/gpu/gemm/tiled.ts';
import { bindingCount, type LinkedBinding, link, type Part, use } from '../../src/gpu/link.ts';
import * as wgsl from '../../src/gpu/shaders.gen.ts';
import { structs } from '../../src/gpu/shaders.gen.ts';
import { withClosing } from '../../src/graph/closing.ts';
import { Graph } from '../../src/graph/graph.ts';
import { type Dispatch, type Ref, ref } from '../../src/graph/op.ts';
import { slotBytes } from '../../src/graph/parameters.ts';
import { storageOf } from '../../src/graph/tensor.ts';
import { crossEntropy, huber } from '../../src/nn/index.ts';
import { batchNorm1d, dropout, linear, relu, Sequential } from '../../src/nn/layers.ts';
import { adam } from '../../src/nn/optimizers.ts';
import { avgPool2d } from '../../src/ops/average_pool.ts';
import { batchMean } from '../../src/ops/batch_mean.ts';
import { gradients } from '../../src/ops/gradients.ts';
import { matmul } from '../../src/ops/matmul.ts';
import { maxPool2d } from '../../src/ops/max_pool.ts';
import { meanSquaredError } from '../../src/ops/mean_squared_error.ts';
import { input, isParameter, parameter } from '../../src/ops/sources.ts';
import { channelsFirst } from '../../src/ops/turn.ts';
import { matrixView } from '../../src/ops/view.ts';
import { CLOCK_BYTES, clockBytes } from '../../src/train/clock.ts';
import { networkGraph } from '../../src/train/network.ts';
import { EPOCH_RING, RECORD_BYTES, STEP_RING } from '../../src/train/records.ts';
import { tickOf } from '../../src/train/tick.ts';
import { planOf } from '../graph/plans.ts';
import { type TrainingOptions, trainingGraph } from '../graph/training.ts';
import { thoroughly } from '../run/thorough.ts';

// Its types belong to the package's main file, which Node cannot import.
const MODULE: string = 'wgsl_reflect/wgsl_reflect.module.js';
interface Detector {
  /** Runs the invocations of each workgroup in lockstep, from barrier to barrier. */
  detectRaces(
    code: string,
    kernel: string,
    grid: readonly number[],
    bindGroups: Record<number, Record<number, ArrayBufferView>>,
  ): {
    readonly races: readonly { readonly message: string; readonly bufferId: string }[];
    readonly errors: readonly string[];
  };
}
const { detectRaces } = (await import(MODULE)) as Detector;

const test = suite('races');

const BATCH = 6;
const SAMPLES = 20;
const FEATURES = 5;

const CLOCK = { key: [1, 2], step: 3, samples: SAMPLES, batch: BATCH, rule: adam() } as const;

/** Bytes of the environment's and the program's buffers. */
const PROGRAM: Readonly<Record<string, number>> = {
  clock: CLOCK_BYTES,
  indices: 16 * Math.ceil(BATCH / 4),
  laneSums: 8 * 64,
  records: RECORD_BYTES * (STEP_RING + EPOCH_RING),
  listed: 4 * SAMPLES,
  state: structs.State.members.indices + 16 * Math.ceil(BATCH / 4),
  clockCopy: CLOCK_BYTES,
  indicesCopy: 16 * Math.ceil(BATCH / 4),
  stepCopy: 256 + 16 * Math.ceil(BATCH / 4),
  pixels: SAMPLES * 4 * Math.ceil(FEATURES / 4),
  labels: 4 * SAMPLES,
};

/** Exactly the bound bytes, so that an index beyond them is an error. */
function bytesOf(name: string, ref: Ref | undefined): number {
  if (ref === undefined) return PROGRAM[name];
  if (ref.kind === 'program') return ref.values?.byteLength ?? PROGRAM[ref.name];
  if (ref.kind === 'tensor') return storageOf(ref.node.spec).bytes;
  const nodes =
    ref.kind === 'packed'
      ? ref.nodes
      : ref.first.graph.nodes.filter(
          (node) => isParameter(node) && node.id >= ref.first.id && node.id <= ref.last.id,
        );
  const last = nodes[nodes.length - 1];
  const before = nodes.slice(0, -1).reduce((sum, node) => sum + slotBytes(node), 0);
  return before + storageOf(last.spec).bytes;
}

/** Suitable numbers for a binding. */
function contents(name: string, bytes: number): ArrayBufferView {
  if (/^(clock|ticking)$/.test(name)) return new Uint8Array(clockBytes(CLOCK));
  if (name === 'state') {
    const state = new Uint8Array(bytes);
    state.set(new Uint8Array(clockBytes(CLOCK)));
    return state;
  }
  const at = (i: number): number => (7 * i) % 3;
  if (/ndices|labels|listed|pixels/i.test(name)) {
    return Uint32Array.from({ length: bytes / 4 }, (_, i) => at(i));
  }
  return Float32Array.from({ length: bytes / 4 }, (_, i) => Math.sin(i));
}

function racesIn(
  code: string,
  bindings: readonly LinkedBinding<Ref>[],
  grid: readonly number[],
): string[] {
  const group = Object.fromEntries(
    bindings.map(({ name, resource }, i) => [i, contents(name, bytesOf(name, resource))]),
  );
  const { races, errors } = detectRaces(code, 'main', grid, { 0: group });
  // The detector treats a module's private variables as shared.
  const shared = races.filter(({ bufferId }) =>
    new RegExp(`var<(workgroup|storage[^>]*)> ${bufferId}\\b`).test(code),
  );
  return [...new Set([...shared.map(({ message }) => message), ...errors])];
}

const BARRIER = /(?:workgroup|storage)Barrier\(\);/;

/** Barriers by file and line, and whether some kernel has a race without it. */
const needed = new Map<string, boolean>();

/** Checks that there are no races, and records for each barrier whether removing it makes one. */
function check(title: string, { parts, grid }: Pick<Dispatch, 'parts' | 'grid'>): void {
  const { code, bindings, lines } = link(parts);
  assert.equal(racesIn(code, bindings, grid), [], title);
  for (const [i, { text, file, line }] of lines.entries()) {
    if (!BARRIER.test(text)) continue;
    const barrier = `${file}:${line}`;
    if (needed.get(barrier)) continue;
    const without = lines.map((one, at) => (at === i ? '' : one.text)).join('\n');
    needed.set(barrier, racesIn(without, bindings, grid).length > 0);
  }
}

const shapes: Readonly<Record<string, TiledShape>> = {
  'one group of lanes': { lanes: [2, 2], blocks: [1, 2], depth4: 2, slices: 1, fills: 0, rate: 1 },
  'groups that share a sum': {
    lanes: [2, 2],
    blocks: [1, 1],
    depth4: 1,
    slices: 3,
    fills: 0,
    rate: 1,
  },
};

/** C[7,9] = A[7,18] · B[18,9] by a kernel: three blocks down and across, five along k. */
function product(body: Part<Ref>, ...more: readonly Part<Ref>[]): Part<Ref>[] {
  const graph = new Graph();
  const [a, b] = [input(graph, 'a', [7, 18]), input(graph, 'b', [18, 9])];
  const c = matmul(a, b);
  return [
    body,
    ...more,
    use(wgsl.gemmShape, { constants: { M: 7, N: 9, K: 18 } }),
    use(wgsl.loadARows, { bindings: { a: ref(a) } }),
    use(wgsl.loadBRows, { bindings: { b: ref(b) } }),
    use(wgsl.storeMatrix, { bindings: { c: ref(c) } }),
    use(wgsl.padPartial, { constants: { ROWS: 7, COLUMNS: 9 } }),
  ];
}

for (const [what, shape] of Object.entries(shapes)) {
  test(`the tiled product, ${what}`, () => {
    for (const along of [true, false]) {
      const shares = Math.max(2, shape.slices);
      const floats = {
        name: '',
        part: use<'gemm/floats', never>(wgsl.gemmFloats),
        elementsEach: 1,
      };
      for (const staging of [floats, halves({ a: 1, b: 64 })]) {
        const division = { shares, layers: 1 };
        const body = tiledPart(shape, 5, { a: along, b: !along }, division, staging);
        const parts = product(body, use(wgsl.gemmTileGrid), staging.part);
        check(`${what}${staging.name}`, { parts, grid: [1, 1, 1] });
      }
    }
  });
}

test('the product in registers, with tiles beyond both edges', () => {
  const constants = { TILE_M: 2, TILE_N: 2, WORKGROUP_X: 2, WORKGROUP_Y: 2 };
  check('gemm', {
    parts: product(use(wgsl.gemmGemm, { constants }), use(wgsl.gemmWhole)),
    grid: [1, 1, 1],
  });
});

const NETWORK: TrainingOptions = {
  model: new Sequential(
    [FEATURES],
    [linear(FEATURES, 6), relu(), dropout(0.5), linear(6, 5), relu(), dropout(0.5), linear(5, 3)],
  ),
  batch: BATCH,
};

/** The tiled rows with fewer lanes, which the detector runs one by one. */
const fewer = (part: Part<Ref>): Part<Ref> => {
  const { constants } = part;
  const { SLICES, TURNS, BACK_SLICES, BACK_TURNS } = constants;
  if ('INVOCATIONS' in constants) return { ...part, constants: { ...constants, INVOCATIONS: 16 } };
  if (!BACK_TURNS) return part;
  // At most two columns (vec4) of each layer.
  assert.ok(SLICES * TURNS <= 4 && BACK_SLICES * BACK_TURNS <= 4);
  return part;
};

/** Its outputs have two columns (vec4), so that lanes read each other's. */
const WIDER: TrainingOptions = {
  ...NETWORK,
  model: new Sequential(
    [FEATURES],
    [linear(FEATURES, 6), relu(), dropout(0.5), linear(6, 5), relu(), dropout(0.5), linear(5, 7)],
  ),
};

const ADAM = { batch: BATCH, stagedSteps: undefined, rule: adam() } as const;

test('the rows of a network in one workgroup', () => {
  const { targets, keep } = trainingGraph(WIDER);
  const plan = planOf('fused', targets, keep, 'tiled');
  const [rows, hits] = keep;
  const tick = tickOf({ rows, hits }, { ...ADAM, order: { kind: 'shuffled' } });
  for (const dispatches of [plan.dispatches, withClosing(plan, tick)]) {
    const found = dispatches.find(({ label }) => label === 'rows');
    assert.ok(found, plan.explain());
    check('rows', { parts: found.parts.map(fewer), grid: [2, 1, 1] });
  }
});

test('the first layer of a network', () => {
  const { targets, keep } = trainingGraph(NETWORK);
  const [first] = planOf('fused', targets, keep, 'tiled').dispatches;
  assert.is(first.parts[0].name, 'tiled/first');
  check('first', { parts: first.parts, grid: [1, 1, 1] });
});

test('the updates of all layers, and the tick beside them', () => {
  const { targets, keep } = trainingGraph(NETWORK);
  const plan = planOf('fused', targets, keep, 'tiled');
  const [rows, hits] = keep;
  const tick = tickOf({ rows, hits }, { ...ADAM, order: { kind: 'sequential' } });
  // With fewer lanes, which the detector runs one by one.
  const less = { SLICES: 1, ORDER_FROM: 0, ORDER_LANES: 64 };
  for (const { parts, label } of [plan.dispatches[2], withClosing(plan, tick)[2]]) {
    const own = parts.map((part) => {
      const { constants } = part;
      const changed = Object.entries(less).filter(([name]) => name in constants);
      return { ...part, constants: { ...constants, ...Object.fromEntries(changed) } };
    });
    check(label, { parts: own, grid: [1, 1, 1] });
  }
});

test('the tick, with every order', () => {
  const [rows, hits] = trainingGraph(NETWORK).keep;
  const indices = new Uint32Array(SAMPLES);
  const orders = [
    { kind: 'shuffled' },
    { kind: 'sequential' },
    { kind: 'listed', indices },
  ] as const;
  for (const order of orders) {
    const tick = tickOf(
      { rows, hits },
      { batch: BATCH, order, stagedSteps: undefined, rule: adam() },
    );
    check(order.kind, tick.dispatch);
    const loss = crossEntropy({ ignoreIndex: 1 });
    const {
      rows: weighed,
      hits: some,
      weights,
    } = networkGraph(
      new Graph(),
      { ...NETWORK, target: 'label', normalize: null },
      loss,
      BATCH,
      true,
    );
    const graph = { rows: weighed, hits: some, totals: weights?.totals };
    const bound = tickOf(graph, { batch: BATCH, order, stagedSteps: undefined });
    assert.ok(bindingCount(bound.dispatch.parts) <= 8);
    check(`${order.kind}, ignored`, bound.dispatch);
  }
});

for (const [kind, family] of [
  ['plain', 'portable'],
  ['fused', 'portable'],
] as const) {
  test(`no two invocations of a kernel of the ${kind} plan write the same place`, () => {
    const weighted = crossEntropy({
      classWeights: [1, 2, 3],
      labelSmoothing: 0.1,
      ignoreIndex: 1,
    });
    const losses = ['mse', 'cross_entropy', weighted, huber()] as const;
    for (const loss of thoroughly(losses, (one) => one === 'mse' || one === weighted)) {
      const { targets, keep } = trainingGraph({ ...NETWORK, loss });
      for (const dispatch of planOf(kind, targets, keep, family).dispatches) {
        check(dispatch.label, dispatch);
      }
    }
  });
}

test('pools of images, and their gradients', () => {
  const graph = new Graph();
  const x = parameter(graph, 'x', [2, 3, 3, 5]);
  const pixels = matrixView(x, 3);
  const targets = [
    maxPool2d(pixels, 2, { stride: 1, padding: 1 }),
    avgPool2d(pixels, [2, 3]),
    avgPool2d(pixels, 3),
  ].flatMap((y) => {
    const rows = channelsFirst(y);
    const loss = batchMean(meanSquaredError(rows, input(graph, 't', rows.spec.shape)));
    return [y, ...gradients(loss, [x]).values()];
  });
  for (const kind of ['plain', 'fused'] as const) {
    for (const dispatch of planOf(kind, targets, targets, 'portable').dispatches) {
      check(dispatch.label, dispatch);
    }
  }
});

test('the statistics of a batch norm, their sums and the running ones', () => {
  const model = new Sequential([FEATURES], [linear(FEATURES, 5), batchNorm1d(5), linear(5, 3)]);
  const graph = new Graph();
  const { rows } = networkGraph(
    graph,
    { model, target: 'label', normalize: null },
    'cross_entropy',
    BATCH,
    true,
  );
  const learned = graph.nodes.filter(({ name }) => /^1\.(weight|bias)$|^0\.weight$/.test(name));
  const slopes = [...gradients(batchMean(rows), learned).values()];
  const effects = graph.nodes.filter(({ op }) => op.residence === 'effect');
  const { dispatches } = planOf('fused', [rows, ...slopes, ...effects], [rows, ...slopes]);
  const own = dispatches.filter(({ parts }) => parts.some(({ name }) => name.startsWith('batch/')));
  assert.is(own.length, 8);
  for (const dispatch of own) check(dispatch.label, dispatch);
});

test('removing any barrier makes a race', () => {
  assert.ok(needed.size >= 8, [...needed.keys()].join(', '));
  assert.equal(
    [...needed].filter(([, missed]) => !missed).map(([barrier]) => barrier),
    [],
  );
});

test.run();
