import { deepStrictEqual, strictEqual } from 'node:assert';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { gunzipSync, gzipSync } from 'node:zlib';
import { answer } from '../../src/cli/serve-answer.ts';
import { gunzip } from '../../src/data/gzip.ts';
import { imagesFromIdx, labelsFromIdx, parseIdx } from '../../src/data/idx.ts';
import { parseNpy } from '../../src/data/npy.ts';
import { parseNpz } from '../../src/data/npz.ts';
import {
  parseSafetensors,
  type WritableTensor,
  writeSafetensors,
} from '../../src/data/safetensors.ts';
import { OptionError } from '../../src/errors.ts';
import { Graph } from '../../src/graph/graph.ts';
import { settingsOf } from '../../src/harness/tasks/settings.ts';
import { textJob } from '../../src/harness/tasks/text.ts';
import { linear, relu, Sequential } from '../../src/nn/layers.ts';
import { buildModel } from '../../src/nn/model.ts';
import { adam } from '../../src/nn/optimizers.ts';
import { fromOnnx } from '../../src/onnx/index.ts';
import { input as inputNode } from '../../src/ops/sources.ts';
import { keyOf } from '../../src/random/domains.ts';
import { checkpointOf, restore } from '../../src/train/checkpoint.ts';
import { batchFor, checkFit, complete } from '../../src/train/options.ts';
import { prepare } from '../../src/train/prepare.ts';
import { RECORD_BYTES } from '../../src/train/records.ts';
import type { Snapshot } from '../../src/train/snapshot.ts';
import type { Trainer } from '../../src/train/trainer.ts';
import { readWeights } from '../../src/train/weights.ts';
import { FILES as OF_NUMPY } from '../data/numpy.gen.ts';
import { modelFiles } from './model-files.ts';
import { onnxFile } from './onnx.ts';
import { type Random, spoil } from './random.ts';

/** A parser of untrusted input. */
export interface Target {
  readonly name: string;
  /** Makes an input; most are wrong. */
  make(random: Random): Uint8Array | string;
  /** Accepts the input or throws a named error. Throws anything else if there is a fault. */
  take(input: Uint8Array | string): void | Promise<void>;
}

const MODEL = new Sequential([2], [linear(2, 3), relu(), linear(3, 2)]);
const OPTIONS = await prepare({
  model: MODEL,
  dataset: {
    name: 'two pixels',
    synthetic: true,
    classes: ['a', 'b'],
    train: { images: new Uint8Array(8), labels: new Uint8Array(4), count: 4, height: 1, width: 2 },
    test: { images: new Uint8Array(8), labels: new Uint8Array(4), count: 4, height: 1, width: 2 },
  },
  loss: 'cross_entropy',
  optimizer: adam(),
  batchSize: 2,
});

const TEXT = 'A rose is a rose is a rose.\n'.repeat(500);

const blank = {
  images: new Uint8Array(784_000),
  labels: new Uint8Array(1000),
  count: 1000,
  height: 28,
  width: 28,
};
const IMAGES = {
  name: 'blank',
  synthetic: true,
  classes: Array(10).fill('a'),
  train: blank,
  test: blank,
};

const shaped = MODEL.named.map(([name, { shape }]) => {
  const size = shape.reduce((a, b) => a * b);
  return [name, { shape, data: Float32Array.from({ length: size }, (_, i) => i / 7) }] as const;
});

const KINDS = ['parameters', 'moment1', 'moment2'] as const;

const ORIGIN = { step: 0, epoch: 0, samples: 4 };

/** A trainer without a GPU, to check what `restore` passes to it. */
function fakeTrainer(): { trainer: Trainer; given: () => Snapshot | undefined } {
  let given: Snapshot | undefined;
  const trainer = {
    options: OPTIONS,
    session: { store: { kinds: KINDS }, timetable: { origin: ORIGIN }, mostSamples: 4 },
    // By these a trainer is known.
    snapshot: () => {},
    parameters: () => {},
    resume: (snapshot: Snapshot) => {
      given = snapshot;
    },
  };
  return { trainer: trainer as unknown as Trainer, given: () => given };
}

const SNAPSHOT: Snapshot = {
  options: OPTIONS,
  step: 3,
  history: [],
  seconds: 1,
  open: true,
  origin: ORIGIN,
  sums: Int32Array.from({ length: RECORD_BYTES / 4 }, (_, i) => i + 1),
  tensors: new Map(
    KINDS.map((kind) => [kind, new Map(shaped.map(([name, { data }]) => [name, data]))]),
  ),
};

const idx = (type: number, ...sizes: number[]): Uint8Array => {
  const count = sizes.reduce((a, b) => a * b);
  const bytes = new Uint8Array(4 + 4 * sizes.length + count);
  bytes.set([0, 0, type, sizes.length]);
  sizes.forEach((size, i) => {
    new DataView(bytes.buffer).setUint32(4 + 4 * i, size);
  });
  return bytes;
};

const FILES = [idx(8, 3, 4, 5), idx(8, 7), idx(8, 0, 28, 28), idx(8, 2, 2)];
const PACKED = FILES.map((file) => new Uint8Array(gzipSync(file)));
const WEIGHTS = writeSafetensors(new Map(shaped), { format: 'pt' });
const OTHERS = writeSafetensors(
  new Map([
    ['i', { shape: [2, 1], data: Int32Array.of(1, -1) }],
    ['none', { shape: [0, 4], data: new Float32Array() }],
    ['scalar', { shape: [], data: Float32Array.of(1.5) }],
  ]),
);
const WRAPPED = writeSafetensors(new Map(shaped.map(([name, one]) => [`module.fc${name}`, one])));
const BESIDE = writeSafetensors(
  new Map<string, WritableTensor>([
    ...shaped.map(([name, one]) => [name.replace('0', 'a').replace('2', 'b'), one] as const),
    ['n.steps', { shape: [1], data: Int32Array.of(7) }],
  ]),
);
const CHECKPOINT = await checkpointOf(SNAPSHOT);

const NUMPY = Object.values(OF_NUMPY).map((text) => new Uint8Array(Buffer.from(text, 'base64')));

/** A zip archive has its directory at its end. */
const turned = (bytes: Uint8Array): Uint8Array => Uint8Array.from(bytes).reverse();

const NAMES = [
  'model',
  'layers',
  'activation',
  'dropout',
  'loss',
  'optimizer',
  'lr',
  'momentum',
  'betas',
];
const MORE = [
  'eps',
  'batch-size',
  'epochs',
  'seed',
  'normalize',
  'plan',
  'family',
  'nesterov',
  'target',
];
const VALUES = [
  '1',
  '2',
  'autoencoder',
  '784,16,10',
  '784,0,10',
  '-1',
  '1e9',
  '1e999',
  'NaN',
  '',
  ' ',
];
const WORDS = [
  'relu',
  'adam',
  'sgd',
  'mse',
  'cross_entropy',
  '0.9,0.999',
  '__proto__',
  'toString',
  '0x10',
];
const LONG = ['9'.repeat(400), '784,'.repeat(3000), '１', '1;2', '0.5', '\u0000', '%00', '1_000'];

/** The server's files, and parts to build paths inside and outside of them. */
const SERVED = ['/harness.html', '/data/index.json', '/data/train-images-idx3-ubyte.gz'];
const PIECES = [
  ...[
    '/',
    '/',
    '..',
    '.',
    '%2e%2e',
    '%252e',
    '%c0%ae',
    '%2f',
    '%5c',
    '\\',
    '%00',
    '%',
    '%zz',
    '%ff',
  ],
  ...['harness.html', 'data', 'index.json', 'train-images-idx3-ubyte.gz', 'h%61rness.html'],
  ...['etc/passwd', '__proto__', 'constructor', '?', '?a=../b', '#', ';', '@', ' ', 'é', '\u0000'],
  ...['http://127.0.0.1', '//', 'a'.repeat(300), 'C:', '::$DATA', '*'],
];
const HOSTS = [
  '127.0.0.1:1',
  '127.0.0.1:1',
  '127.0.0.1:1',
  'LOCALHOST:1',
  'train.example:7',
  'evil.example',
  '',
];

/** A request as lines: method, host, path. */
function makeRequest(random: Random): string {
  const count = random.below(6);
  const made = Array.from({ length: count }, () => random.of(PIECES)).join('');
  const path = random.below(8) === 0 ? random.of(SERVED) + made : `/${made}`;
  const method = random.of(['GET', 'GET', 'GET', 'HEAD', 'POST', 'get', '']);
  return [method, random.of(HOSTS), path].join('\n');
}

const bytesOf = (input: Uint8Array | string): Uint8Array =>
  typeof input === 'string' ? new TextEncoder().encode(input) : input;

const files = (corpus: readonly Uint8Array[]) => (random: Random) =>
  spoil(random.of(corpus), random);

export const TARGETS: readonly Target[] = [
  {
    name: 'idx',
    make: files(FILES),
    take(input) {
      const bytes = bytesOf(input);
      const { dims, data } = parseIdx(bytes);
      strictEqual(
        data.length,
        dims.reduce((a, b) => a * b, 1),
        'elements',
      );
      if (dims.length === 3) strictEqual(imagesFromIdx(bytes).images.length, data.length);
      if (dims.length === 1) strictEqual(labelsFromIdx(bytes).length, data.length);
    },
  },
  {
    name: 'gzip',
    make: files(PACKED),
    async take(input) {
      const bytes = bytesOf(input);
      const unpacked = await gunzip(bytes, { maxBytes: 100_000 });
      deepStrictEqual(Buffer.from(unpacked), gunzipSync(bytes), 'zlib agrees');
    },
  },
  {
    name: 'onnx',
    make: onnxFile,
    take(input) {
      const { model, parameters } = fromOnnx(bytesOf(input));
      const named = model.parameters.map(({ name }) => name);
      deepStrictEqual([...parameters.keys()].sort(), named.sort(), 'parameters');
      buildModel(model, inputNode(new Graph(), 'x', [2, ...model.inputShape]), false);
    },
  },
  {
    name: 'safetensors',
    make: files([WEIGHTS, OTHERS]),
    take(input) {
      const bytes = bytesOf(input);
      const { tensors } = parseSafetensors(bytes);
      let sum = 0;
      for (const { shape, data } of tensors.values()) {
        strictEqual(
          data.length,
          shape.reduce((a, b) => a * b, 1),
          'elements',
        );
        sum += data.byteLength;
      }
      // F16 is widened to twice its bytes.
      if (sum > 2 * bytes.length) throw new Error(`${sum} bytes came out of ${bytes.length}`);
    },
  },
  {
    name: 'weights',
    make: files([WEIGHTS, WRAPPED, BESIDE]),
    take(input) {
      const found = readWeights(bytesOf(input), MODEL, { ignore: 'n.*' });
      deepStrictEqual(
        [...found.keys()],
        MODEL.named.map(([name]) => name),
      );
      for (const [name, data] of found) {
        if (!data.every(Number.isFinite)) throw new Error(`${name} is not finite`);
      }
    },
  },
  {
    name: 'checkpoint',
    make: files([CHECKPOINT]),
    take(input) {
      const { trainer, given } = fakeTrainer();
      try {
        restore(trainer, bytesOf(input));
      } catch (error) {
        strictEqual(given(), undefined, 'a checkpoint that is refused changes nothing');
        throw error;
      }
      const tensors = KINDS.flatMap((kind) => [...(given()?.tensors.get(kind)?.values() ?? [])]);
      strictEqual(tensors.length, 12);
      for (const data of tensors) {
        if (!data.every(Number.isFinite)) throw new Error('what is not finite was restored');
      }
    },
  },
  {
    name: 'requests of the server',
    make: makeRequest,
    async take(input) {
      const [method, host, url] = new TextDecoder().decode(bytesOf(input)).split('\n');
      let body: string | undefined;
      const headers = new Map<string, unknown>();
      const response = {
        statusCode: 200,
        setHeader: (name: string, value: unknown) => headers.set(name, value),
        end: (text: string) => {
          body = text;
        },
      };
      const answering = {
        table: new Map(SERVED.map((path) => [path, { type: 'text/plain', body: path }])),
        hosts: new Set(['127.0.0.1:1', 'localhost:1']),
        allowed: new Set(['train.example']),
        origin: 'http://127.0.0.1:1',
        headers: { 'X-Content-Type-Options': 'nosniff' },
      };
      const request = { method, url, headers: { host } };
      await answer(
        request as unknown as IncomingMessage,
        response as unknown as ServerResponse,
        answering,
      );
      const { statusCode } = response;
      strictEqual(headers.get('X-Content-Type-Options'), 'nosniff');
      if (statusCode !== 200) throw new OptionError(`${statusCode}: ${body}`);
      // Only what is served, by its only address.
      const path = decodeURIComponent((url ?? '').replace(/\?.*$/s, ''));
      strictEqual(body, path);
      strictEqual(SERVED.includes(path), true);
      strictEqual(['GET', 'HEAD'].includes(method), true);
    },
  },
  {
    name: 'options of the address',
    make(random) {
      const query = new URLSearchParams();
      const count = random.below(6);
      for (let i = 0; i < count; i++) {
        query.append(random.of([...NAMES, ...MORE]), random.of([...VALUES, ...WORDS, ...LONG]));
      }
      return query.toString();
    },
    take(input) {
      const settings = settingsOf(new URLSearchParams(String(input)));
      if (settings.data === 'text') {
        const { length, writing } = textJob(settings, { name: 'text', text: TEXT }).settings;
        strictEqual(Number.isInteger(length) && writing.temperature >= 0, true);
        return;
      }
      const { widths = [], loss, target, optimizer, batchSize, normalize, seed } = settings;
      const model = settings.model([28, 28]);
      keyOf(seed);
      const filled = complete({
        model,
        dataset: IMAGES,
        loss,
        target,
        optimizer,
        batchSize,
        normalize,
      });
      checkFit(filled);
      batchFor(filled, IMAGES.train.count);
      if (!widths.every((width) => Number.isInteger(width) && width >= 1)) {
        throw new Error(`widths ${widths} were accepted`);
      }
      if (!(Number.isInteger(batchSize) && batchSize >= 1 && batchSize <= 1000)) {
        throw new Error(`a batch of ${batchSize} was accepted`);
      }
    },
  },
  {
    name: 'npy',
    make: files(NUMPY.slice(0, 4)),
    take(input) {
      const bytes = bytesOf(input);
      const { shape, data } = parseNpy(bytes);
      strictEqual(
        data.length,
        shape.reduce((a, b) => a * b, 1),
        'elements',
      );
      if (data.byteLength > 2 * bytes.length) throw new Error(`${data.byteLength} bytes came out`);
    },
  },
  {
    name: 'npz',
    make: (random) => {
      const file = random.of(NUMPY.slice(4));
      return random.below(2) === 0 ? spoil(file, random) : turned(spoil(turned(file), random));
    },
    async take(input) {
      const arrays = await parseNpz(bytesOf(input), { maxBytes: 100_000 });
      for (const { shape, data } of arrays.values()) {
        strictEqual(
          data.length,
          shape.reduce((a, b) => a * b, 1),
          'elements',
        );
      }
    },
  },
  modelFiles,
];
