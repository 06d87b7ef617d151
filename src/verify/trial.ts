import { hostImages } from '../data/host.ts';
import { ResidentSplit } from '../data/resident.ts';
import { type PlanKind, plan } from '../fusion/index.ts';
import { BufferUsage } from '../gpu/constants.ts';
import type { Engine } from '../gpu/engine.ts';
import { Arena, encode, readBuffer } from '../graph/executor.ts';
import { Graph, liveNodes, type Node } from '../graph/graph.ts';
import { ParameterStore } from '../graph/store.ts';
import { fromStorage, sizeOf, storageOf, toStorage } from '../graph/tensor.ts';
import { exact, type Value, type World } from '../graph/value.ts';
import type { Schedule } from '../nn/schedules/rule.ts';
import { CONFUSION, confusionOp } from '../ops/classify.ts';
import { type FeatureAttributes, featuresOp } from '../ops/features.ts';
import { PACKED, packOp } from '../ops/pack.ts';
import { isInput, isParameter } from '../ops/sources.ts';
import { METHOD, type OptimizerRule, type UpdateAttributes, updateOp } from '../ops/update.ts';
import { SAMPLE_WEIGHTS, weighOp } from '../ops/weigh.ts';
import { shuffleOf } from '../random/permute.ts';
import { RandomStream } from '../random/stream.ts';
import { updateReference } from '../reference/optimizers.ts';
import { runReference } from '../reference/run.ts';
import { scheduleFactor } from '../reference/schedules.ts';
import { type References, references } from '../reference/table.ts';
import { clockBytes } from '../train/clock.ts';
import { rateDispatch } from '../train/tick.ts';

/** A graph to run on the GPU and to compare with the reference. */
export interface Trial {
  /** The op or the chain of ops. */
  readonly op: string;
  /** Shapes and options. */
  readonly label: string;
  /** Builds the graph and returns the tensors to compare. */
  readonly build: (graph: Graph) => readonly Node[];
  /** Rows of a batch; default 1. If `samples` is not a multiple of it, the last batch is partial. */
  readonly batch?: number;
  /** Samples of the data set; default `batch`. */
  readonly samples?: number;
  /** Number of earlier steps, which determines the batch, the masks and the bias correction. Default 0. */
  readonly step?: number;
  /** Classes of the labels; default 10. */
  readonly classes?: number;
  /** Scales the random inputs; default 1. */
  readonly magnitude?: number;
  /** Makes random parameters and inputs non-negative. */
  readonly positive?: boolean;
  /** Elements of a parameter or an input instead of random ones. They may have no useful bound. */
  readonly fill?: (tensor: string, size: number) => ArrayLike<number>;
  /** The optimizer whose numbers the clock has. Default that of the first update. */
  readonly rule?: OptimizerRule;
  /** A schedule of the learning rate, for an update. Default none. */
  readonly schedule?: Schedule;
  /** Replaces the ops' own references, for tests that need wrong ones. */
  readonly references?: Partial<References>;
  /** Replaces all references: the wanted values of the targets, by node. */
  readonly wanted?: (targets: readonly Node[]) => Promise<ReadonlyMap<Node, Value>>;
}

/** Error of an element, and its bound. */
export interface Nearest {
  readonly error: number;
  readonly bound: number;
}

/** How a tensor of the GPU differs from the reference. */
export interface Difference {
  readonly tensor: string;
  /** Largest |GPU − reference|. */
  readonly error: number;
  /** Largest |GPU − reference| / bound; above 1 is a failure. */
  readonly share: number;
  /** Error and bound of the element whose share is the largest. */
  readonly nearest: Nearest;
  /** The median bound relative to the largest value: how tight the bounds are. */
  readonly tightness: number;
  /** Share of the elements that are checked: those that neither are nor may be infinite or NaN. */
  readonly promised: number;
  /** The first element over its bound, in words. */
  readonly first?: string;
  /** The index of the element whose share is the largest, row by row. */
  readonly worst: number;
  /** The elements of the GPU, row by row. */
  readonly got: ArrayLike<number>;
}

interface World1 {
  readonly world: World;
  readonly classes: number;
}

/** The name of the caller's values that a node gathers from. */
function sourceOf(node: Node): string | undefined {
  if (node.op.name === weighOp.name) return SAMPLE_WEIGHTS;
  if (node.op.name !== featuresOp.name) return undefined;
  const { source } = node.attributes as FeatureAttributes;
  return source.kind === 'pixels' ? undefined : source.name;
}

/** The name of the values that a node standardises with. */
const standardOf = (node: Node): string | undefined =>
  node.op.name === featuresOp.name ? (node.attributes as FeatureAttributes).standard : undefined;

function makeWorld(trial: Trial, nodes: readonly Node[], seed: number): World1 {
  const random = new RandomStream([seed, 77]);
  const { batch = 1, samples = batch, step = 0, classes = 10, magnitude = 1 } = trial;
  const image = nodes.find((node) => node.op.name === featuresOp.name && !sourceOf(node));
  const pixels = image ? storageOf((image.attributes as FeatureAttributes).shape).columns : 4;
  const tensors = new Map<string, Value>();
  const moments: World['moments'] = new Map();
  const values = (size: number, scale: number, shift = 0): Value =>
    exact(Float64Array.from({ length: size }, () => Math.fround(random.signed() * scale + shift)));
  for (const node of nodes) {
    const size = sizeOf(node.spec.shape);
    const source = sourceOf(node);
    if (source) {
      const columns = source === SAMPLE_WEIGHTS ? 1 : storageOf(node.spec).columns;
      tensors.set(source, values(samples * columns, magnitude));
    }
    const standard = standardOf(node);
    if (standard) {
      const { columns4 } = storageOf(node.spec);
      tensors.set(standard, values(12 * columns4, magnitude));
    }
    if (isParameter(node) || isInput(node)) {
      const random = trial.positive
        ? values(size, magnitude / 2, magnitude / 2)
        : values(size, magnitude);
      const filled = trial.fill?.(node.name, size);
      tensors.set(node.name, filled ? exact(Float64Array.from(filled, Math.fround)) : random);
    }
  }
  const batches = Math.ceil(samples / batch);
  const key = [seed, 0] as const;
  const order = shuffleOf(samples, Math.floor(step / batches), key);
  const first = (step % batches) * batch;
  const world: World = {
    tensors,
    moments,
    images: Uint8Array.from({ length: samples * pixels }, () => random.below(256)),
    labels: Uint8Array.from({ length: samples }, () => random.below(classes)),
    indices: Array.from({ length: batch }, (_, row) => order(Math.min(first + row, samples - 1))),
    count: Math.min(batch, samples - first),
    step,
    key,
    ...(trial.schedule ? { rate: scheduleFactor(trial.schedule, step) } : {}),
  };
  for (const node of nodes) {
    if (node.op !== updateOp || step === 0) continue;
    // States as earlier steps leave them, whose gradients are as large as this step's.
    const [{ name, spec }] = node.inputs;
    const size = sizeOf(spec.shape);
    for (const at of [step - 1, step]) {
      const { rate: _, ...rest } = world;
      const before = { ...rest, tensors: new Map(), step: at };
      updateReference(node as Node<UpdateAttributes>, [values(size, 1), values(size, 1)], before);
    }
    const states = Object.entries(moments.get(name) ?? {});
    const rounded = states.map(([kind, { data }]) => [kind, exact(data.map(Math.fround))]);
    moments.set(name, Object.fromEntries(rounded));
  }
  return { classes, world };
}

/** A copy for the reference to change. */
function copyOf(world: World): World {
  const copy = ({ data, error }: Value): Value => ({ data: data.slice(), error: error.slice() });
  return {
    ...world,
    tensors: new Map([...world.tensors].map(([name, value]) => [name, copy(value)])),
    moments: new Map(
      [...world.moments].map(([name, states]) => [
        name,
        Object.fromEntries(Object.entries(states).map(([kind, value]) => [kind, copy(value)])),
      ]),
    ),
  };
}

/**
 * Runs a trial on the GPU with one of the plans and compares every target, and every parameter and
 * moment that an update changed, with the reference.
 */
export async function runTrial(
  engine: Engine,
  trial: Trial,
  kind: PlanKind,
  seed = 1,
): Promise<Difference[]> {
  const graph = new Graph();
  const targets = trial.build(graph);
  const nodes = liveNodes(targets);
  const { world, classes } = makeWorld(trial, nodes, seed);
  const keep = targets.filter((node) => node.op.residence !== 'effect');
  const planned = plan(kind, targets, keep, engine);
  const rule = nodes.find((node) => node.op.name === updateOp.name)?.attributes as
    | UpdateAttributes
    | undefined;

  const clocked = trial.rule ?? rule?.rule;
  const run = await runPlan(engine, planned, keep, nodes, world, classes, trial, clocked);
  const expected = copyOf(world);
  const reference =
    (await trial.wanted?.(targets)) ??
    runReference(targets, expected, { ...references, ...trial.references });

  const found: Difference[] = [];
  for (const node of targets) {
    const value = reference.get(node);
    const stored = run.tensors.get(node);
    if (value && stored) found.push(compareStored(node, stored, value));
  }
  if (rule) {
    for (const [name, got] of run.parameters) {
      const value = expected.tensors.get(name);
      if (value) found.push(compare(name, got, value));
    }
    for (const [kind, state] of run.states) {
      for (const [name, got] of state) {
        const value = expected.moments.get(name)?.[kind];
        if (value) found.push(compare(`${name} ${kind}`, got, value));
      }
    }
  }
  if (trial.fill) return found;
  // With random numbers every element must have a useful bound.
  return found.map((one) =>
    one.promised === 1
      ? one
      : { ...one, share: Infinity, first: one.first ?? 'a bound is not a number' },
  );
}

interface RunResult {
  readonly tensors: Map<Node, Float32Array | Uint32Array>;
  readonly parameters: Map<string, Float32Array>;
  /** The optimizer's states by their names, then by parameter. */
  readonly states: Map<string, Map<string, Float32Array>>;
}

async function runPlan(
  engine: Engine,
  planned: ReturnType<typeof plan>,
  keep: readonly Node[],
  nodes: readonly Node[],
  world: World,
  classes: number,
  trial: Trial,
  rule: OptimizerRule | undefined,
): Promise<RunResult> {
  const { batch = 1, samples = batch, step = 0 } = trial;
  const usage = BufferUsage.STORAGE | BufferUsage.COPY_SRC | BufferUsage.COPY_DST;
  const made: GPUBuffer[] = [];
  const make = (name: string, contents: ArrayBufferView): GPUBuffer => {
    const buffer = engine.buffers.allocate(name, contents.byteLength, usage, contents);
    made.push(buffer);
    return buffer;
  };
  const kinds = rule?.[METHOD].states ?? [];
  const store = new ParameterStore(engine, nodes.filter(isParameter), kinds);
  for (const name of store.names) {
    store.write(name, world.tensors.get(name)?.data ?? []);
    for (const [kind, { data }] of Object.entries(world.moments.get(name) ?? {})) {
      store.write(name, data, kind);
    }
  }
  const inputs = new Map<Node, GPUBuffer>(
    nodes.filter(isInput).map((node) => {
      const value = world.tensors.get(node.name);
      return [node, make(node.name, toStorage(node.spec, value?.data ?? []))];
    }),
  );
  const read = nodes.flatMap((node) => [sourceOf(node) ?? [], standardOf(node) ?? []].flat());
  const given = [...new Set(read)].map((name) => [
    name,
    make(name, Float32Array.from(world.tensors.get(name)?.data ?? [])),
  ]);
  const packer = nodes.find((node) => node.op.name === packOp.name);
  const packedBytes = packer ? 4 * sizeOf(packer.spec.shape) : 4;
  const width = world.images.length / samples;
  const images = { images: world.images, count: samples, height: 1, width };
  const split = new ResidentSplit(engine, hostImages(images, world.labels));
  split.upload();
  const indices = new Uint32Array(Math.ceil(batch / 4) * 4);
  indices.set(world.indices);
  const start = { key: world.key, step, samples, batch, ...(rule ? { rule } : {}) };
  const arena = new Arena(engine, planned, {
    external: (ref) => {
      const buffer = ref.kind === 'tensor' ? inputs.get(ref.node) : undefined;
      return buffer ? { buffer } : store.resolve(ref);
    },
    named: {
      clock: make('clock', new Uint8Array(clockBytes(start))),
      indices: make('indices', indices),
      ...split.named,
      [CONFUSION]: make(CONFUSION, new Uint32Array(classes * classes)),
      [PACKED]: make(PACKED, new Uint8Array(packedBytes)),
      ...Object.fromEntries(given),
    },
  });
  try {
    // Prepares the step as the tick does.
    const { schedule } = trial;
    const before = schedule ? [rateDispatch({ rule, schedule })] : [];
    const dispatches = [...before, ...planned.dispatches];
    const bound = await arena.bind(dispatches, { unroll: planned.kind === 'fused' });
    await engine.buffers.settle();
    const encoder = engine.device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    encode(pass, bound);
    pass.end();
    await engine.submit(encoder);
    const tensors = new Map<Node, Float32Array | Uint32Array>();
    for (const node of keep) {
      const stored = await arena.read(node);
      tensors.set(node, node.spec.dtype === 'u32' ? new Uint32Array(stored.buffer) : stored);
    }
    const counter = nodes.find((node) => node.op.name === confusionOp.name);
    if (counter) {
      const bytes = await readBuffer(engine, arena.named(CONFUSION).buffer, 4 * classes * classes);
      tensors.set(counter, new Uint32Array(bytes));
    }
    if (packer) {
      const bytes = await readBuffer(engine, arena.named(PACKED).buffer, packedBytes);
      tensors.set(packer, new Float32Array(bytes));
    }
    const states = new Map<string, Map<string, Float32Array>>();
    for (const kind of kinds) states.set(kind, await store.read(kind));
    return { tensors, parameters: await store.read(), states };
  } finally {
    arena.destroy();
    store.destroy();
    split.destroy();
    for (const buffer of made) engine.buffers.free(buffer);
  }
}

/** Compares a tensor as it is stored: elements within their bounds, padding zero. */
function compareStored(node: Node, stored: Float32Array | Uint32Array, value: Value): Difference {
  const { shape } = node.spec;
  // These two have no padding.
  const dense = node.op.name === confusionOp.name || node.op.name === packOp.name;
  if (dense) return compare(node.name, stored, value);
  const blank =
    stored instanceof Uint32Array
      ? new Uint32Array(sizeOf(shape))
      : new Float32Array(sizeOf(shape));
  const got = fromStorage(node.spec, stored, blank as typeof stored);
  const result = compare(node.name, got, value);
  const inside = toStorage(node.spec, new Float32Array(sizeOf(shape)).fill(1));
  const dirty = stored.findIndex((element, i) => inside[i] === 0 && element !== 0);
  if (dirty < 0) return result;
  return { ...result, share: Infinity, first: `padding at ${dirty} is ${stored[dirty]}, not 0` };
}

/** A tensor whose elements are all below this has underflowed: its bounds cannot be tight. */
const UNDERFLOW = 1e-30;

/** NaN on either side counts as an infinite difference. */
const orInfinity = (distance: number): number => (Number.isNaN(distance) ? Infinity : distance);

function compare(tensor: string, got: ArrayLike<number>, { data, error }: Value): Difference {
  let largest = 0;
  let worst = 0;
  let share = 0;
  let nearest: Nearest = { error: 0, bound: error.length > 0 ? error[0] : 0 };
  let first: string | undefined;
  let size = 0;
  let promised = 0;
  for (let i = 0; i < data.length; i++) {
    if (error[i] === Infinity) continue;
    promised++;
    const off = orInfinity(Math.abs(got[i] - data[i]));
    size = Math.max(size, Math.abs(data[i]));
    const part = off === 0 ? 0 : orInfinity(off / error[i]);
    largest = Math.max(largest, off);
    if (part > share) {
      share = part;
      worst = i;
      nearest = { error: off, bound: error[i] };
    }
    if (part > 1 && first === undefined) {
      first = `element ${i}: GPU ${got[i]}, reference ${data[i]}, bound ${error[i]}`;
    }
  }
  const sorted = error.slice().sort();
  const tightness = size > UNDERFLOW ? sorted[Math.floor(sorted.length / 2)] / size : 0;
  return {
    tensor,
    error: largest,
    share,
    nearest,
    tightness,
    promised: promised / data.length,
    worst,
    got,
    ...(first ? { first } : {}),
  };
}
