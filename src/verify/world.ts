import type { Node } from '../graph/graph.ts';
import { sizeOf, storageOf } from '../graph/tensor.ts';
import { exact, type Value, type World } from '../graph/value.ts';
import { type AccumulateAttributes, accumulateOp } from '../ops/accumulate.ts';
import { type FeatureAttributes, featuresOp } from '../ops/features.ts';
import { type ImagesAttributes, imagesOp } from '../ops/images.ts';
import { isInput, isParameter } from '../ops/sources.ts';
import { TOKENS } from '../ops/tokens.ts';
import { ACCUMULATED, type UpdateAttributes, updateOp } from '../ops/update.ts';
import { SAMPLE_WEIGHTS, weighOp } from '../ops/weigh.ts';
import { shuffleOf } from '../random/permute.ts';
import { RandomStream } from '../random/stream.ts';
import { updateReference } from '../reference/optimizers.ts';
import { scheduleFactor } from '../reference/schedules.ts';
import type { Trial } from './trial.ts';

interface MadeWorld {
  readonly world: World;
  readonly classes: number;
}

/** The name of the caller's values that a node gathers from. */
export function sourceOf(node: Node): string | undefined {
  if (node.op.name === weighOp.name) return SAMPLE_WEIGHTS;
  if (node.op.name !== featuresOp.name) return undefined;
  const { source } = node.attributes as FeatureAttributes;
  return source.kind === 'pixels' || source.kind === 'tokens' ? undefined : source.name;
}

const isPixels = (node: Node): boolean =>
  (node.attributes as FeatureAttributes).source.kind === 'pixels';

/** The name of the values that a node standardises with. */
export const standardOf = (node: Node): string | undefined =>
  node.op.name === featuresOp.name ? (node.attributes as FeatureAttributes).standard : undefined;

export function makeWorld(trial: Trial, nodes: readonly Node[], seed: number): MadeWorld {
  const random = new RandomStream([seed, 77]);
  const { batch = 1, samples = batch, step = 0, classes = 10, magnitude = 1 } = trial;
  const { tokens: windows, rowsEach = 1 } = trial;
  const image = nodes.find(
    ({ op, ...node }) =>
      op.name === imagesOp.name || (op.name === featuresOp.name && isPixels({ op, ...node })),
  );
  const pixels =
    image?.op.name === imagesOp.name
      ? sizeOf((image.attributes as ImagesAttributes).image)
      : image
        ? storageOf((image.attributes as FeatureAttributes).shape).columns
        : 4;
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
  if (windows) {
    const { length, stride } = windows;
    const count = (samples - 1) * stride + length + 1;
    tensors.set(TOKENS, exact(Float64Array.from({ length: count }, () => random.below(classes))));
  }
  const batches = Math.ceil(samples / batch);
  const key = [seed, 0] as const;
  const order = shuffleOf(samples, Math.floor(step / batches), key);
  const first = (step % batches) * batch;
  const world: World = {
    tensors,
    moments,
    images: Uint8Array.from({ length: samples * pixels }, () => random.below(256)),
    labels: Uint8Array.from({ length: samples * rowsEach }, () => random.below(classes)),
    indices: Array.from({ length: batch }, (_, row) => order(Math.min(first + row, samples - 1))),
    count: Math.min(batch, samples - first),
    rowsEach,
    step,
    key,
    ...(trial.schedule ? { rate: scheduleFactor(trial.schedule, step) } : {}),
  };
  for (const node of nodes) {
    if (node.op === accumulateOp) {
      const [{ spec }] = node.inputs;
      const { parameter } = node.attributes as AccumulateAttributes;
      moments.set(parameter.name, { [ACCUMULATED]: values(sizeOf(spec.shape), 1) });
    }
    if (node.op !== updateOp) continue;
    const { batches: every } = (node.attributes as UpdateAttributes).every ?? { batches: 1 };
    const updates = Math.floor(step / every);
    if (updates === 0) continue;
    // States as earlier steps leave them, whose gradients are as large as this step's.
    const [{ name, spec }] = node.inputs;
    const size = sizeOf(spec.shape);
    for (const at of [updates - 1, updates]) {
      const { rate: _, ...rest } = world;
      const before = { ...rest, tensors: new Map(), step: at * every + every - 1 };
      updateReference(node as Node<UpdateAttributes>, [values(size, 1), values(size, 1)], before);
    }
    const states = Object.entries(moments.get(name) ?? {});
    const rounded = states.map(([kind, { data }]) => [kind, exact(data.map(Math.fround))]);
    moments.set(name, Object.fromEntries(rounded));
  }
  return { classes, world };
}

/** A copy for the reference to change. */
export function copyOf(world: World): World {
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
