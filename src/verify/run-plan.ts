import { hostImages } from '../data/host.ts';
import { ResidentSplit } from '../data/resident.ts';
import type { plan } from '../fusion/index.ts';
import { BufferUsage } from '../gpu/constants.ts';
import type { Engine } from '../gpu/engine.ts';
import { Arena, encode, readBuffer } from '../graph/executor.ts';
import type { Node } from '../graph/graph.ts';
import { ParameterStore } from '../graph/store.ts';
import { sizeOf, toStorage } from '../graph/tensor.ts';
import type { World } from '../graph/value.ts';
import { CONFUSION, confusionOp } from '../ops/classify.ts';
import { PACKED, packOp } from '../ops/pack.ts';
import { isInput, isParameter } from '../ops/sources.ts';
import { TOKENS, type Windows } from '../ops/tokens.ts';
import { METHOD } from '../ops/update.ts';
import { clockBytes } from '../train/clock.ts';
import { type RateOptions, rateDispatch } from '../train/tick.ts';
import type { Trial } from './trial.ts';
import { sourceOf, standardOf } from './world.ts';

interface RunResult {
  readonly tensors: Map<Node, Float32Array | Uint32Array>;
  readonly parameters: Map<string, Float32Array>;
  /** The optimizer's states by their names, then by parameter. */
  readonly states: Map<string, Map<string, Float32Array>>;
}

/** The world's tokens in words, as a data set has them. */
function packed(bits: Windows['bits'], { tensors }: World): Uint8Array {
  const values = tensors.get(TOKENS)?.data ?? [];
  const kind = { 8: Uint8Array, 16: Uint16Array, 32: Uint32Array }[bits];
  const words = new Uint8Array(4 * Math.ceil((values.length * bits) / 32));
  words.set(new Uint8Array(kind.from(values).buffer));
  return words;
}

export async function runPlan(
  engine: Engine,
  planned: ReturnType<typeof plan>,
  keep: readonly Node[],
  nodes: readonly Node[],
  world: World,
  classes: number,
  trial: Trial,
  { rule, every }: Pick<RateOptions, 'rule' | 'every'>,
): Promise<RunResult> {
  const { batch = 1, samples = batch, step = 0, rowsEach = 1, tokens } = trial;
  const usage = BufferUsage.STORAGE | BufferUsage.COPY_SRC | BufferUsage.COPY_DST;
  const made: GPUBuffer[] = [];
  const make = (name: string, contents: ArrayBufferView): GPUBuffer => {
    const buffer = engine.buffers.allocate(name, contents.byteLength, usage, contents);
    made.push(buffer);
    return buffer;
  };
  const kinds = [...(rule?.[METHOD].states ?? []), ...(every ? [every.state] : [])];
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
  const split = new ResidentSplit(engine, hostImages(images, world.labels.subarray(0, samples)));
  split.upload();
  const indices = new Uint32Array(Math.ceil(batch / 4) * 4);
  indices.set(world.indices);
  const start = { key: world.key, step, samples, batch, rowsEach, ...(rule ? { rule } : {}) };
  const arena = new Arena(engine, planned, {
    external: (ref) => {
      const buffer = ref.kind === 'tensor' ? inputs.get(ref.node) : undefined;
      return buffer ? { buffer } : store.resolve(ref);
    },
    named: {
      clock: make('clock', new Uint8Array(clockBytes(start))),
      indices: make('indices', indices),
      ...split.named,
      ...(rowsEach > 1 ? { labels: make('labels', Uint32Array.from(world.labels)) } : {}),
      ...(tokens ? { [TOKENS]: make(TOKENS, packed(tokens.bits, world)) } : {}),
      [CONFUSION]: make(CONFUSION, new Uint32Array(classes * classes)),
      [PACKED]: make(PACKED, new Uint8Array(packedBytes)),
      ...Object.fromEntries(given),
    },
  });
  try {
    // Prepares the step as the tick does.
    const { schedule } = trial;
    const before = schedule || every ? [rateDispatch({ rule, schedule, every })] : [];
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
