import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as ort from 'onnxruntime-web/wasm';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { PACKAGE_ROOT } from '../../src/cli/paths.ts';
import { writeSafetensors } from '../../src/data/safetensors-write.ts';
import { DataError } from '../../src/errors.ts';
import { greyOf, rgbOf } from '../../src/harness/own/colours.ts';
import { codeFor } from '../../src/harness/page/use/code.ts';
import { factsIn, factsOf } from '../../src/harness/page/use/model-facts.ts';
import { onnxOf } from '../../src/harness/page/use/onnx-file.ts';
import { spanish } from '../../src/harness/page/words/es/index.ts';
import { speak } from '../../src/harness/page/words/words.ts';
import { embedding, linear, Sequential } from '../../src/nn/layers.ts';
import { saveModel } from '../../src/train/model-file/write.ts';
import { randomParameters } from '../onnx/parameters.ts';
import { thoroughly } from '../run/thorough.ts';
import {
  distance,
  imageOf,
  LEARNED,
  modelOf,
  pixelsOf,
  QUERIES,
  ROW,
  tableModelOf,
  textModelOf,
} from './use-models.ts';

const FILES = { model: 'it’s mine.safetensors', onnx: "it's mine.onnx" };

/** Runs a program for a page, and gives what it prints. */
async function printed(code: string, names: Readonly<Record<string, unknown>>): Promise<unknown[]> {
  const lines: unknown[] = [];
  const all = { ...names, console: { log: (line: unknown) => lines.push(line) } };
  const body = code.replace(/^import .*$/gm, '');
  const make = Object.getPrototypeOf(async () => {}).constructor;
  await new make(...Object.keys(all), body)(...Object.values(all));
  return lines;
}

/** Pixels with alpha of a photo that a network sees as {@link pixelsOf}. */
function canvasOf({ height, width, channels }: ReturnType<typeof imageOf>): Uint8ClampedArray {
  const pixels = pixelsOf(height * width * channels);
  return Uint8ClampedArray.from({ length: 4 * height * width }, (_, i) =>
    i % 4 === 3 ? 255 : pixels[channels === 1 ? i >> 2 : 3 * (i >> 2) + (i % 4)],
  );
}

/** What a page has, for a photo that becomes these pixels; what is drawn of it, and where, is noted. */
function pageWithPhoto(data: Uint8ClampedArray, drawn: unknown[] = []) {
  const photo = { width: 142, height: 112 };
  return {
    fetch: async (file: string) => ({ blob: async () => file }),
    createImageBitmap: async (file: unknown) => {
      assert.is(file, 'photo.jpg');
      return photo;
    },
    OffscreenCanvas: class {
      getContext = () => ({
        fillRect: () => drawn.push('white'),
        drawImage: (image: unknown, ...where: number[]) => {
          assert.is(image, photo);
          drawn.push(where);
        },
        getImageData: () => ({ data }),
      });
    },
  };
}

for (const name of thoroughly(Object.keys(QUERIES), (one) => !/residual|auto.*colour/.test(one))) {
  const query = QUERIES[name as keyof typeof QUERIES];
  test(`the program for ONNX Runtime in a page runs: ${name}`, async () => {
    const { bytes, outputs, best } = await modelOf(query);
    const code = codeFor('onnx-web', factsIn(bytes), FILES) ?? '';
    let given: Float32Array | undefined;
    const session = {
      create: async (file: string) => {
        assert.is(file, FILES.onnx);
        const made = await ort.InferenceSession.create(onnxOf(bytes), { logSeverityLevel: 3 });
        return {
          run: async (feeds: ort.InferenceSession.FeedsType) => {
            const results = await made.run(feeds as never);
            given = results.output.data as Float32Array;
            return results;
          },
        };
      },
    };
    const image = imageOf(query);
    const { height, width } = image;
    const drawn: unknown[] = [];
    const lines = await printed(code, {
      ort: { ...ort, InferenceSession: session, Tensor: ort.Tensor },
      ...pageWithPhoto(canvasOf(image), drawn),
    });
    // The square in the middle of a photo that is 30 pixels wider than high.
    assert.equal(drawn, ['white', [15, 0, 112, 112, 0, 0, width, height]]);
    assert.ok(distance(given ?? [], outputs) < 1e-5, `${distance(given ?? [], outputs)}`);
    if (query.includes('autoencoder')) assert.is((lines[0] as Float32Array).length, outputs.length);
    else assert.equal(lines, [best]);
  });
}

/** A program without its comments. */
const bare = (code: string): string => code.replace(/(\/\/|#) .*$/gm, '');

test('programs are the same in both languages, and their comments the reader’s', async () => {
  const models = [
    ...Object.values(QUERIES).map((query) => modelOf(query)),
    ...(Object.keys(LEARNED) as (keyof typeof LEARNED)[]).map((learn) => tableModelOf(learn)),
  ];
  for (const { bytes } of await Promise.all(models)) {
    const facts = factsIn(bytes);
    for (const kind of ['page', 'node', 'pytorch', 'onnx-web', 'onnx-python'] as const) {
      const english = codeFor(kind, facts, FILES);
      if (english === undefined) continue;
      void speak('es', spanish);
      const code = codeFor(kind, facts, FILES) ?? '';
      void speak('en', {});
      assert.is(bare(code), bare(english), kind);
      for (const [comment] of code.matchAll(/(\/\/|#) (?!npm|pip).*$/gm)) {
        assert.not.match(comment, /\b(the|of|it|is|one|there|what|row by row)\b/i);
      }
    }
  }
});

for (const learn of Object.keys(LEARNED) as (keyof typeof LEARNED)[]) {
  test(`the program for ONNX Runtime in a page takes a row as it is: a ${learn} is learned`, async () => {
    const { bytes, outputs, best } = await tableModelOf(learn);
    const code = codeFor('onnx-web', factsIn(bytes), FILES) ?? '';
    assert.match(code, /"age \(2\)": 200\d,/);
    assert.match(code, '["__proto__"]: ');
    const made = await ort.InferenceSession.create(onnxOf(bytes), { logSeverityLevel: 3 });
    let given: Float32Array | undefined;
    const session = {
      create: async () => ({
        run: async (feeds: ort.InferenceSession.FeedsType) => {
          const results = await made.run(feeds as never);
          given = results.output.data as Float32Array;
          return results;
        },
      }),
    };
    const own = code.replace(/const row = \{[^}]*\};/, 'const row = ROW;');
    assert.not.equal(own, code);
    const lines = await printed(own, { ort: { ...ort, InferenceSession: session }, ROW });
    assert.ok(distance(given ?? [], outputs) < 1e-5, `${given} is not ${outputs}`);
    assert.equal(lines, [best ?? given?.[0]]);
    // What a column cannot have is refused, with what it can have.
    for (const [wrong, said] of WRONG_ROWS) {
      const failed = await printed(own, {
        ort: { ...ort, InferenceSession: session },
        ROW: { ...ROW, ...wrong },
      }).catch(String);
      assert.is(failed, `Error: ${said}`);
    }
  });
}

/** Values that a program refuses, and what it says. */
const WRONG_ROWS: readonly (readonly [Record<string, unknown>, string])[] = [
  [
    { 'the "city"': 'rome' },
    'the "city" is "rome", and has to be one of ["Madrid","Paris","Rome"], or null',
  ],
  [{ age: '40' }, 'age is "40", and has to be a number, or null'],
  [{ age: undefined }, 'age is undefined, and has to be a number, or null'],
];

test('the programs for a page and for Node make a photo grey as the page does', async () => {
  const facts = factsIn((await modelOf(QUERIES['Table I'])).bytes);
  const colours = Uint8ClampedArray.from({ length: 4 * 784 }, (_, i) =>
    i % 4 === 3 ? 255 : (i * i * 5 + i) % 256,
  );
  const picture: object = new Proxy(
    {},
    { get: (_, name) => () => (name === 'toBuffer' ? rgbOf(colours) : picture) },
  );
  for (const [kind, has] of [
    ['page', pageWithPhoto(colours)],
    ['node', { sharp: () => picture }],
  ] as const) {
    const code = codeFor(kind, facts, FILES) ?? '';
    const part = code.slice(code.indexOf('// The middle'), code.indexOf('const images'));
    const [pixels] = await printed(`${part}console.log(pixels);`, has);
    assert.equal(pixels, greyOf(colours), kind);
  }
});

test('a program exchanges light and dark as the data ask for: nothing is left to whoever copies it', async () => {
  const { bytes } = await modelOf(QUERIES['Table I']);
  const dataset = { type: 'dataset', name: 'Fashion-MNIST', synthetic: false, train: 1, test: 1 };
  const known = factsOf(bytes, dataset as Parameters<typeof factsOf>[1]);
  assert.is(known.exchanged, 'if light');
  const own = { ...dataset, name: 'own data' } as Parameters<typeof factsOf>[1];
  assert.is(factsOf(bytes, own).exchanged, undefined);
  // A dark square on a ground.
  const seenOf = (ground: number) =>
    Uint8Array.from({ length: 784 }, (_, i) => (i > 300 && i < 400 && i % 28 > 9 ? 90 : ground));
  const rgba = (grey: Uint8Array) =>
    Uint8ClampedArray.from({ length: 3136 }, (_, i) => (i % 4 === 3 ? 255 : grey[i >> 2]));
  const inverse = (grey: Uint8Array) => grey.map((value) => 255 - value);
  for (const [exchanged, ground, isInverted] of [
    ['if light', 250, true],
    ['if light', 20, false],
    ['always', 20, true],
    ['never', 250, false],
    [undefined, 250, false],
  ] as const) {
    const { exchanged: _, ...facts } = known;
    const given = exchanged === undefined ? facts : { ...facts, exchanged };
    const grey = seenOf(ground);
    const picture: object = new Proxy(
      {},
      { get: (__, name) => () => (name === 'toBuffer' ? rgbOf(rgba(grey)) : picture) },
    );
    for (const [kind, has] of [
      ['page', pageWithPhoto(rgba(grey))],
      ['node', { sharp: () => picture }],
    ] as const) {
      const code = codeFor(kind, given, FILES) ?? '';
      const part = code.slice(code.indexOf('// The middle'), code.indexOf('const images'));
      const [pixels] = await printed(`${part}console.log(pixels);`, has);
      assert.equal(pixels, isInverted ? inverse(grey) : grey, `${kind}, ${exchanged}, ${ground}`);
    }
    for (const kind of ['pytorch', 'onnx-python'] as const) {
      const code = codeFor(kind, given, FILES) ?? '';
      const inverts = code.includes('ImageOps.invert(photo)');
      assert.is(inverts, exchanged === 'if light' || exchanged === 'always', kind);
      assert.is(code.includes('if edge['), exchanged === 'if light', kind);
    }
  }
});

test('each program for a page says what to install, and where it stands', async () => {
  const facts = factsIn((await modelOf(QUERIES['Table I'])).bytes);
  for (const [kind, name] of [
    ['page', 'gradweave'],
    ['onnx-web', 'onnxruntime-web'],
  ] as const) {
    const code = codeFor(kind, facts, FILES) ?? '';
    assert.match(code, new RegExp(`^// npm install ${name}\n// A module of a page, for a bundler`));
  }
});

test('each program takes a photo’s file, and none a blank image', async () => {
  for (const query of Object.values(QUERIES)) {
    const facts = factsIn((await modelOf(query)).bytes);
    for (const kind of ['page', 'node', 'pytorch', 'onnx-web', 'onnx-python'] as const) {
      const code = codeFor(kind, facts, FILES);
      if (code === undefined) continue;
      assert.match(code, /["']photo\.jpg["']/);
      assert.not.match(code, /new Uint8Array\(\d|zeros\(/);
    }
  }
});

test('a model file tells of its table, and one of an earlier version has no program', async () => {
  const { table, input } = factsIn((await tableModelOf('number')).bytes);
  assert.equal(
    table?.columns.map(({ name }) => name),
    ['age', 'the "city"', 'age (2)', '__proto__'],
  );
  const [first, second] = table?.columns ?? [];
  assert.equal(second, { name: 'the "city"', values: ['Madrid', 'Paris', 'Rome'] });
  const { mean, deviation } = input.normalize as { mean: number[]; deviation: number[] };
  const range = [22, 51];
  assert.equal(first, { name: 'age', mean: mean[0], deviation: deviation[0], range });
  assert.equal(
    [mean.slice(1, 4), deviation.slice(1, 4)],
    [
      [0, 0, 0],
      [1, 1, 1],
    ],
  );
  assert.is(table?.target.name, 'price');
  const model = new Sequential([3], [linear(3, 1)]);
  const bytes = await saveModel({ model, parameters: randomParameters(model), target: 'value' });
  assert.is(codeFor('node', factsIn(bytes), FILES), undefined);
});

test('each kind of program names the files and the numbers of the run', async () => {
  const { bytes } = await modelOf(QUERIES['Table I']);
  const facts = factsIn(bytes);
  const code = codeFor('pytorch', facts, FILES) ?? '';
  assert.match(code, 'nn.Linear(784, 128),\n    nn.ReLU(),\n    nn.Dropout(0.2),');
  assert.match(code, 'x = (x - 0.286) / 0.353');
  assert.match(code, 'load_file("it’s mine.safetensors")');
  assert.match(codeFor('node', facts, FILES) ?? '', "readFile('it’s mine.safetensors')");
  assert.match(codeFor('onnx-web', facts, FILES) ?? '', "create('it\\'s mine.onnx')");
  assert.match(codeFor('onnx-python', facts, FILES) ?? '', 'InferenceSession("it\'s mine.onnx")');
});

test('the program of PyTorch for a text has the run’s network, its equal blocks once', async () => {
  const { bytes } = await textModelOf('length=16&dropout=0.2');
  const facts = factsIn(bytes);
  const code = codeFor('pytorch', facts, FILES) ?? '';
  assert.match(code, 'tokens = nn.Embedding(10, 128)\nnetwork = nn.Sequential(\n    tokens,\n');
  assert.match(code, '    PositionalEmbedding(16, 128),\n    *block(),\n');
  assert.is(code.split('*block()').length, 5);
  assert.is(code.split('nn.Dropout(0.2)').length, 3);
  assert.match(code, 'load_state_dict(load_file("it’s mine.safetensors"))');
  assert.match(code, 'text = "T"');
  assert.match(code, 'context[-16:]');
  // Blocks that differ are written one by one.
  const { layers = [] } = facts.model;
  const other = { ...layers[3], layers: [{ layer: 'tanh' }] };
  const differing = layers.map((layer, i) => (i === 3 ? other : layer));
  const all = codeFor('pytorch', { ...facts, model: { ...facts.model, layers: differing } }, FILES);
  assert.is(all?.split('    Residual(\n').length, 9);
  assert.not.match(all ?? '', 'def block');
  // An unknown layer, or a head of its own, has none.
  for (const head of [{ layer: 'prelu' }, { layer: 'linear', inputs: 128, outputs: 10 }]) {
    const changed = { ...facts.model, layers: [...layers.slice(0, -1), head] };
    assert.is(codeFor('pytorch', { ...facts, model: changed }, FILES), undefined);
  }
});

/** What use-programs.md says, whose scripts use.gpu.test.ts runs. */
async function programs(): Promise<string> {
  const parts = ['# Programs of the dialog for a page'];
  for (const [title, query] of Object.entries(PROGRAMS)) {
    const bytes = await bytesOf(query);
    const code = codeFor('page', factsIn(bytes), { model: 'model.safetensors', onnx: '' }) ?? '';
    parts.push(`## ${title}`, `\`\`\`js\n${code}\`\`\``);
  }
  return `${parts.join('\n\n')}\n`;
}

async function bytesOf(query: string): Promise<Uint8Array> {
  if (query === 'class' || query === 'number') return (await tableModelOf(query)).bytes;
  return query.includes('transformer') ? textModel() : (await modelOf(query)).bytes;
}

const PROGRAMS = {
  Classes: 'model=2&layers=784,8,10',
  Reconstruction: 'model=autoencoder&layers=784,8,784',
  Text: 'model=transformer&length=8',
  'Class of a row': 'class',
  'Number of a row': 'number',
};

/** A small model of a text. */
function textModel(): Promise<Uint8Array> {
  const model = new Sequential([8], [embedding(2, 4), linear(4, 2)]);
  const parameters = randomParameters(model);
  const vocabulary = ['T', ' '];
  return saveModel({ model, parameters, vocabulary, loss: 'cross_entropy' });
}

test('the programs that are run on a GPU are those of the dialog', async () => {
  const file = join(PACKAGE_ROOT, 'test/harness/use-programs.md');
  assert.is(await readFile(file, 'utf8'), await programs());
});

test('weights without a description have no program', () => {
  assert.throws(
    () => factsIn(writeSafetensors(new Map(), {})),
    (error: unknown) => error instanceof DataError,
  );
});

test.run();
