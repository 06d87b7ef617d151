import { deepStrictEqual, strictEqual } from 'node:assert';
import { parseSafetensors, writeSafetensors } from '../../src/data/safetensors.ts';
import { model as branched, concat } from '../../src/nn/functional.ts';
import * as layers from '../../src/nn/layers.ts';
import { bceWithLogits } from '../../src/nn/losses/bce-with-logits.ts';
import { crossEntropy } from '../../src/nn/losses/cross-entropy.ts';
import type { Model } from '../../src/nn/model.ts';
import { initialize } from '../../src/nn/model.ts';
import type { OwnLayers } from '../../src/nn/model-from-json.ts';
import { readModel } from '../../src/train/model-file/read.ts';
import { type SaveOptions, saveModel } from '../../src/train/model-file/write.ts';
import { type Random, spoil } from './random.ts';
import type { Target } from './targets.ts';

const { linear, named, relu, Sequential } = layers;

const scaled = (width: number): layers.Layer =>
  layers.layer({
    kind: `scaled ${width}`,
    options: { width },
    parameters: { weight: { shape: [width], bound: 1 } },
    build: (x) => x,
  });

const OWN: OwnLayers = { scaled: ({ width }) => scaled(Number(width)) };

const save = (model: Model, options: SaveOptions = {}): Promise<Uint8Array> =>
  saveModel({ model, parameters: initialize(model, [1, 2]) }, options);

const tokens = layers.embedding(4, 2);

/** Small files that have every kind of part. */
const FILES = [
  await save(new Sequential([2, 2, 3], [layers.flatten(), linear(12, 2), scaled(2)]), {
    image: { height: 4, width: 3, channels: 3, crop: [2, 2] },
    normalize: { mean: [0.1, 0.2, 0.3], deviation: [1, 2, 0.5] },
    loss: crossEntropy({ classWeights: [1, 2] }),
    classes: ['a', 'b'],
    training: { optimizer: { kind: 'adam', learningRate: 0.1 }, epochs: 3 },
    metadata: { author: 'somebody' },
  }),
  await save(
    new Sequential(
      [5, 4, 1],
      [
        layers.conv2d(1, 2, [3, 1], { padding: [1, 0], stride: 2 }),
        layers.batchNorm2d(2),
        layers.maxPool2d(2, { stride: 1 }),
        layers.residual([layers.dropout(0.5), layers.gelu({ approximate: 'tanh' })]),
        layers.adaptiveAvgPool2d(),
        layers.flatten(),
        named('head', linear(2, 1)),
      ],
    ),
    { loss: bceWithLogits({ positiveWeights: 2 }), target: 'value', classes: ['no', 'yes'] },
  ),
  await save(
    new Sequential(
      [3],
      [
        tokens,
        layers.positionalEmbedding(3, 2),
        layers.sequential([layers.layerNorm(2), layers.causalSelfAttention(2, 1)]),
        layers.unembedding(tokens),
      ],
    ),
    { loss: 'cross_entropy', vocabulary: ['a', 'b', 'é', '𝄞'], classes: ['a', 'b', 'é', '𝄞'] },
  ),
  await save(
    branched([2], (x) => {
      const shared = linear(2, 2);
      const h = x.pipe(shared, relu()).add(x);
      return concat([h, h.pipe(shared)]).pipe(linear(4, 1));
    }),
    { target: 'value', loss: 'mse', normalize: { mean: [0, 1], deviation: [1, 0] } },
  ),
];

const KEY = 'gradweave.model';

/** Values that a reader may take for something else. */
const VALUES: readonly unknown[] = [
  ...[
    null,
    true,
    false,
    '',
    'relu',
    'linear',
    'Sequential',
    '__proto__',
    '🙂',
    [],
    {},
    [[]],
    [null],
  ],
  ...[0, -1, 1, 2, 3, 1.5, 1e-320, 1e308, 2 ** 20, 2 ** 31, 2 ** 32, 2 ** 53, 255, 256],
  ...[
    [0],
    [1, 1],
    [2 ** 20, 2 ** 20],
    { layer: 'relu' },
    { length: 3 },
    { toString: 1, valueOf: 2 },
  ],
];

const NAMES = [
  ...[
    '__proto__',
    'constructor',
    'toString',
    'own',
    'name',
    'of',
    'layers',
    'layer',
    'add',
    'apply',
  ],
  ...['input', 'options', 'length', 'make', 'kind', 'to'],
];

type Place = { [key: string]: unknown };

/** All objects and lists of a value. */
function placesOf(json: unknown): Place[] {
  if (typeof json !== 'object' || json === null) return [];
  return [json as Place, ...Object.values(json).flatMap(placesOf)];
}

/** Changes a value of a description, or what has its name. */
function changed(json: unknown, random: Random): unknown {
  const place = random.of(placesOf(json));
  const keys = Object.keys(place);
  const any = Array.isArray(place) ? keys : [...keys, ...NAMES];
  const key = random.below(8) === 0 ? random.of([...any, '0']) : random.of([...keys, '0']);
  const other = random.of(placesOf(json));
  const kind = random.below(6);
  // As JSON.parse does, and an assignment does not: `__proto__` is a name like others.
  const put = (value: unknown): void => {
    const own = value === undefined ? null : JSON.parse(JSON.stringify(value));
    Object.defineProperty(place, key, { value: own, ...ORDINARY });
  };
  if (kind === 0) delete place[key];
  else if (kind === 1) put(random.of(Object.values(other)));
  else if (kind === 2) put(other);
  else if (kind === 3 && Array.isArray(place)) place.push(...JSON.parse(JSON.stringify(place)));
  else put(random.of(VALUES));
  return json;
}

const ORDINARY = { enumerable: true, writable: true, configurable: true };

/** A description in many levels, or of many parts. */
function deep(random: Random): string {
  const levels = random.of([10, 31, 40, 5000]);
  const [open, close] = random.of([
    ['{"layer":"sequential","layers":[', ']}'],
    ['{"layer":"Sequential","input":[2],"layers":[', ']}'],
    ['[', ']'],
    ['{"a":', '}'],
  ]);
  const end = random.of(['{"layer":"relu"}', Array(levels).fill('{"layer":"relu"}').join(), '1']);
  const model = open.repeat(levels) + end + close.repeat(levels);
  return `{"version":1,"writer":"0","model":{"layer":"Sequential","input":[2],"layers":[${model}]},"input":{},"output":{"target":"label"}}`;
}

function make(random: Random): Uint8Array {
  const file = random.of(FILES);
  if (random.below(4) === 0) return spoil(file, random);
  const { tensors, metadata } = parseSafetensors(file);
  let text = metadata[KEY];
  if (random.below(20) === 0) text = deep(random);
  else if (random.below(5) === 0) {
    text = new TextDecoder().decode(spoil(new TextEncoder().encode(text), random));
  } else {
    let json: unknown = JSON.parse(text);
    const times = 1 + random.below(3);
    for (let i = 0; i < times; i++) json = changed(json, random);
    text = JSON.stringify(json);
  }
  return writeSafetensors(tensors as Parameters<typeof writeSafetensors>[0], {
    ...metadata,
    [KEY]: text,
  });
}

/** What is read is a model with all of its parameters, and is the same after it was written again. */
async function take(input: Uint8Array | string): Promise<void> {
  const bytes = typeof input === 'string' ? new TextEncoder().encode(input) : input;
  const file = readModel(bytes, { layers: OWN, maxBytes: 2 ** 20 });
  for (const { name, shape } of file.model.parameters) {
    const { data } = file.parameters.get(name) ?? {};
    strictEqual(
      data?.length,
      shape.reduce((a, b) => a * b, 1),
      name,
    );
    if (!data.every(Number.isFinite)) throw new Error(`${name} is not finite`);
  }
  const written = await saveModel(file);
  deepStrictEqual(await saveModel(readModel(written, { layers: OWN })), written);
  strictEqual(({} as { layer?: unknown }).layer, undefined, 'nothing has changed all objects');
}

export const modelFiles: Target = { name: 'model files', make, take };
