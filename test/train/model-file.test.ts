import { readFileSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { parseSafetensors, writeSafetensors } from '../../src/data/safetensors.ts';
import { DataError, GradweaveError, OptionError } from '../../src/errors.ts';
import { FORMS } from '../../src/nn/forms.ts';
import {
  embedding,
  flatten,
  layer,
  linear,
  named,
  relu,
  Sequential,
  unembedding,
} from '../../src/nn/layers.ts';
import { bceWithLogits } from '../../src/nn/losses/bce-with-logits.ts';
import { crossEntropy } from '../../src/nn/losses/cross-entropy.ts';
import { huber } from '../../src/nn/losses/huber.ts';
import { l1 } from '../../src/nn/losses/l1.ts';
import { pointwiseLoss } from '../../src/nn/losses/pointwise.ts';
import { smoothL1 } from '../../src/nn/losses/smooth-l1.ts';
import { lossText } from '../../src/nn/losses.ts';
import { initialize, type Model } from '../../src/nn/model.ts';
import { mse } from '../../src/ops/mean_squared_error.ts';
import { readModel } from '../../src/train/model-file/read.ts';
import { type SaveOptions, saveModel } from '../../src/train/model-file/write.ts';
import { PACKAGE_VERSION } from '../../src/version.ts';
import { attempt } from '../fuzz/attempt.ts';
import { modelFiles } from '../fuzz/model-files.ts';
import { Random } from '../fuzz/random.ts';
import { THOROUGH } from '../run/thorough.ts';

const KEY = 'gradweave.model';

const model = new Sequential(
  [2, 2],
  [flatten(), linear(4, 3), relu(), named('head', linear(3, 2))],
);

const save = (options: SaveOptions = {}, of: Model = model): Promise<Uint8Array> =>
  saveModel({ model: of, parameters: initialize(of, [1, 2]) }, options);

const bytes = await save({
  classes: ['no', 'yes'],
  loss: 'cross_entropy',
  image: { height: 2, width: 2, channels: 1 },
  normalize: [0.25, 0.5],
});

const descriptionOf = (file: Uint8Array) => JSON.parse(parseSafetensors(file).metadata[KEY]);

/** The file with another description. */
function withText(text: string, file = bytes): Uint8Array {
  const { tensors, metadata } = parseSafetensors(file);
  return writeSafetensors(tensors as Parameters<typeof writeSafetensors>[0], {
    ...metadata,
    [KEY]: text,
  });
}

// biome-ignore lint/suspicious/noExplicitAny: a description of any kind.
function changed(change: (json: any) => void, file = bytes): Uint8Array {
  const json = descriptionOf(file);
  change(json);
  return withText(JSON.stringify(json), file);
}

function refused(file: Uint8Array, message: RegExp, kind: typeof GradweaveError = DataError): void {
  assert.throws(
    () => readModel(file),
    (error: unknown) => {
      assert.instance(error, kind);
      assert.match((error as Error).message, message);
      return true;
    },
  );
}

async function unsaved(options: SaveOptions, message: RegExp, of?: Model): Promise<void> {
  try {
    await save(options, of);
  } catch (error) {
    assert.instance(error, OptionError);
    assert.match((error as Error).message, message);
    return;
  }
  assert.unreachable(String(message));
}

test('the description is what docs/model-file.md says', () => {
  assert.equal(descriptionOf(bytes), {
    version: 1,
    writer: PACKAGE_VERSION,
    model: {
      layer: 'Sequential',
      input: [2, 2],
      layers: [
        { layer: 'flatten' },
        { layer: 'linear', inputs: 4, outputs: 3, bias: true },
        { layer: 'relu' },
        { layer: 'linear', inputs: 3, outputs: 2, bias: true, name: 'head' },
      ],
    },
    input: { image: { height: 2, width: 2, channels: 1, scale: 255 }, normalize: [0.25, 0.5] },
    output: { target: 'label', loss: { kind: 'cross_entropy' }, classes: ['no', 'yes'] },
  });
  const { metadata, tensors } = parseSafetensors(bytes);
  assert.is(metadata.format, 'pt');
  assert.equal([...tensors.keys()], ['1.bias', '1.weight', 'head.bias', 'head.weight']);
});

test('docs/model-file.md names all layers with all of their fields', () => {
  const page = readFileSync(new URL('../../docs/model-file.md', import.meta.url), 'utf8');
  for (const [name, { takes = [], options = [] }] of FORMS) {
    const row = page
      .split('\n')
      .find((line) => line.startsWith('|') && line.includes(`\`${name}\``));
    assert.ok(row, name);
    if (/the same/.test(row)) continue;
    for (const field of [...takes, ...options])
      assert.ok(row.includes(`\`${field}\``), `${name}: ${field}`);
  }
});

test("the writer's version is that of the package", () => {
  const { version } = JSON.parse(
    readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
  );
  assert.is(PACKAGE_VERSION, version);
});

test('what is read can be written again, byte for byte', async () => {
  const file = readModel(bytes);
  assert.equal(file.classes, ['no', 'yes']);
  assert.is(file.model.kind, model.kind);
  const wanted = initialize(model, [1, 2]);
  for (const [name, { data }] of file.parameters) assert.equal(data, wanted.get(name));
  assert.equal(await saveModel(file), bytes);
  const all = await save({ training: { epochs: 3 }, metadata: { author: 'me' }, target: 'label' });
  assert.equal(await saveModel(readModel(all)), all);
});

test('losses are read as they were, and an own one is left out', async () => {
  for (const loss of [
    ...(['mse', 'cross_entropy'] as const),
    ...[mse(), l1(), huber({ delta: 0.3 }), smoothL1({ beta: 2 }), bceWithLogits()],
    ...[bceWithLogits({ positiveWeights: [0.1, 2] }), crossEntropy({ labelSmoothing: 0.1 })],
    crossEntropy({ classWeights: [0.3, 1], ignoreIndex: -100 }),
  ]) {
    const { loss: found = 'mse' } = readModel(await save({ loss, target: 'label' }));
    assert.is(lossText(found), lossText(loss));
  }
  const own = pointwiseLoss({
    name: 'own',
    wgsl: `fn value(x: f32, t: f32) -> f32 { return x - t; }
      fn derivative(x: f32, t: f32) -> f32 { return 1.0; }`,
  });
  assert.is(readModel(await save({ loss: own })).loss, undefined);
});

test('a file that is none of saveModel() is refused, and one of a newer version says so', () => {
  refused(writeSafetensors(new Map()), /no gradweave\.model: it is not of saveModel\(\)/);
  refused(new Uint8Array(5), /Not a safetensors file/);
  refused(
    changed((json) => {
      json.version = 2;
    }),
    /version 2; this version of gradweave reads up to 1/,
  );
  refused(
    changed((json) => {
      json.version = '1';
    }),
    /no version/,
  );
  refused(withText('[]'), /no version/);
  refused(withText('{"version":1,"version":1}'), /the key "version" twice/);
  refused(withText('{'), /not valid JSON/);
  assert.throws(() => readModel(bytes, { maxBytes: 100 }), /maxBytes allows 100/);
  refused(withText(`{"version":1,"a":"${'a'.repeat(2 ** 24)}"}`), /at most 16777216 are read/);
});

test('what is wrong in a description is refused with its place', () => {
  const layers = (change: (list: Record<string, unknown>[]) => void) =>
    changed((json) => change(json.model.layers));
  refused(
    layers((list) => {
      list[1].inputs = 5;
    }),
    /at model\.layers\[1\]: linear\(5, 3\) got samples/,
  );
  refused(
    layers((list) => {
      list[1].inputs = '4';
    }),
    /inputs "4" was given/,
  );
  refused(
    layers((list) => {
      list[1].slope = 1;
    }),
    /linear has no option "slope"/,
  );
  refused(
    layers((list) => {
      delete list[1].outputs;
    }),
    /outputs undefined was given/,
  );
  refused(
    layers((list) => {
      list[2].layer = 'mish';
    }),
    /a layer "mish" at model\.layers\[2\], which this version does not have/,
  );
  refused(
    layers((list) => {
      list[2].layer = 'constructor';
    }),
    /a layer "constructor"/,
  );
  refused(
    layers((list) => {
      list[2] = { layer: 'unembedding', of: 7 };
    }),
    /7 for model\.layers\[2\]\.of/,
  );
  refused(
    layers((list) => {
      list[1].name = 'head';
    }),
    /two parameters "head\.weight"/,
  );
  refused(
    layers((list) => {
      list[1].name = 'a..b';
    }),
    /"a\.\.b" for model\.layers\[1\]\.name; it is words with dots between/,
  );
  refused(
    layers((list) => list.push({ layer: 'unflatten', shape: [1, 2, 1, 1, 1, 1, 1, 1, 1] })),
    /9 dimensions/,
  );
  refused(
    layers((list) => {
      list.length = 0;
    }),
    /model's layers|use a list of layers/,
  );
  refused(
    layers((list) => list.push(...Array(5000).fill({ layer: 'relu' }))),
    /more than 4096 layers/,
  );
  refused(
    changed((json) => {
      json.model.input = [2 ** 16, 2 ** 16];
    }),
    /4294967296 numbers/,
  );
  refused(
    changed((json) => {
      json.model = json.model.layers[0];
    }),
    /outermost layer/,
  );
  refused(
    changed((json) => {
      json.input.image.scale = 1;
    }),
    /divides pixels by 1/,
  );
  refused(
    changed((json) => {
      json.input.image.height = 3;
    }),
    /images of 3×2×1 were given/,
  );
  refused(
    changed((json) => {
      json.input.normalize = [0, 0];
    }),
    /normalize/,
  );
  refused(
    changed((json) => {
      json.input.vocabulary = ['a', 'a'];
    }),
    /vocabulary/,
  );
  refused(
    changed((json) => {
      json.output.classes = ['a'];
    }),
    /use 2 names/,
  );
  refused(
    changed((json) => {
      json.output.loss = { kind: 'focal' };
    }),
    /the loss "focal", which this version/,
  );
  refused(
    changed((json) => {
      json.output.loss = { kind: 'huber', delta: -1 };
    }),
    /delta/,
  );
  refused(
    changed((json) => {
      json.output.target = 'word';
    }),
    /target "word"/,
  );
  refused(
    changed((json) => {
      json.training = 5;
    }),
    /training 5/,
  );
  refused(
    changed((json) => {
      json.more = 5;
    }),
    /no option "more"/,
  );
  refused(
    withText(
      parseSafetensors(bytes).metadata[KEY].replace('"version"', '"__proto__":{"a":1},"version"'),
    ),
    /"__proto__"/,
  );
  assert.is(({} as { a?: number }).a, undefined);
});

test('the tensors must be those of the model, and finite', async () => {
  const { tensors, metadata } = parseSafetensors(bytes);
  const file = (
    change: (all: Map<string, { shape: readonly number[]; data: Float32Array }>) => void,
  ) => {
    const all = new Map(
      [...tensors].map(([name, { shape, data }]) => [
        name,
        { shape, data: Float32Array.from(data as Float32Array) },
      ]),
    );
    change(all);
    return writeSafetensors(all, metadata);
  };
  refused(
    file((all) => all.delete('1.bias')),
    /no 1\.bias \[3\]/,
  );
  refused(
    file((all) => all.set('2.bias', { shape: [1], data: new Float32Array(1) })),
    /2\.bias \(F32 \[1\]\), which this model does not have/,
  );
  refused(
    file((all) => {
      (all.get('1.bias')?.data ?? [])[0] = NaN;
    }),
    /NaN in 1\.bias/,
  );
  const many = changed((json) => {
    json.model.layers[1].outputs = 2 ** 20;
  });
  refused(many, /linear\(3, 2\) got samples/);
});

test('what cannot be saved is refused with its name', async () => {
  await unsaved({ classes: ['a'] }, /use 2 names/);
  await unsaved({ normalize: [0, 1] }, /normalize/);
  await unsaved({ metadata: { [KEY]: 'x' } }, /"gradweave\.model", which the format keeps/);
  await unsaved({ training: { at: new Date() } }, /training have a Date/);
  await unsaved({ loss: 'cross_entropy', target: 'value' }, /cross_entropy/);
  await unsaved({ weights: 'average' }, /without a trainer/);
  await unsaved({ other: 1 } as SaveOptions, /no option "other"/);
  const own = { ...model, kind: 'mine', build: (x: never) => x } as unknown as Model;
  await unsaved({}, /"mine" cannot be written/, own);
  const parameters = initialize(model, [1, 2]);
  parameters.set('1.bias', Float32Array.of(1, NaN, 2));
  const fails = async (state: ReadonlyMap<string, Float32Array>, message: RegExp) => {
    try {
      await saveModel({ model, parameters: state });
    } catch (error) {
      assert.instance(error, GradweaveError);
      assert.match((error as Error).message, message);
      return;
    }
    assert.unreachable();
  };
  await fails(parameters, /1\.bias has NaN at 1/);
  parameters.delete('1.bias');
  parameters.set('x', new Float32Array(3));
  await fails(parameters, /lack 1\.bias, and have "x"/);
});

test('a file that no reader would take is not written', async () => {
  const relus = (count: number): Model =>
    new Sequential(
      [2],
      Array.from({ length: count }, () => relu()),
    );
  readModel(await save({}, relus(4095)));
  await unsaved({}, /no reader would take the file: .* more than 4096 layers/, relus(4096));
  await unsaved({}, /in 9 dimensions/, new Sequential([1, 1, 1, 1, 1, 1, 1, 1, 2], [relu()]));
  await unsaved({}, /4294967296 numbers/, new Sequential([2 ** 16, 2 ** 16], [relu()]));
  await unsaved({ classes: ['a'.repeat(2 ** 24), 'b'] }, /at most 16777216/);
  const image = { height: 2, width: 2, channels: 1 };
  await unsaved({ image: { ...image, depth: 8 } as SaveOptions['image'] }, /no option "depth"/);
  const classes = Object.assign(['no', 'yes'], { toJSON: () => 'no' });
  await unsaved({ classes }, /use 2 names/);
  // Own layers of one kind are told apart by their options.
  const wide = (width: number) =>
    layer({
      kind: 'own',
      parameters: { w: { shape: [width], bound: 1 } },
      options: { width },
      build: (x) => x,
    });
  const layers = { own: ({ width }: { readonly width?: unknown }) => wide(Number(width)) };
  const read = readModel(await save({}, new Sequential([2], [wide(1), wide(2)])), { layers });
  assert.equal(
    read.model.parameters.map(({ shape }) => shape),
    [[1], [2]],
  );
});

test('means and deviations in typed arrays are written as numbers', async () => {
  const normalize = { mean: Float64Array.of(0.25, 0.5), deviation: Float32Array.of(1, 2) };
  const lists = { mean: [0.25, 0.5], deviation: [1, 2] };
  const two = new Sequential([2], [linear(2, 2)]);
  const given = { normalize: normalize as unknown as SaveOptions['normalize'] };
  assert.equal(readModel(await save(given, two)).normalize, lists);
  assert.equal(await save(given, two), await save({ normalize: lists }, two));
});

test('layers of the author are asked for by their names', async () => {
  const twice = layer({ kind: 'twice 2', build: (x) => x });
  const file = await save({}, new Sequential([2], [twice]));
  refused(file, /"twice 2" of its author's own\. Give the function/, OptionError);
  assert.is(readModel(file, { layers: { twice: () => twice } }).model.kind, 'twice 2');
});

test('an embedding without its vocabulary reads and writes tokens; one with it keeps the characters', async () => {
  const tokens = embedding(2, 3);
  const text = new Sequential([4], [tokens, unembedding(tokens)]);
  const file = readModel(await save({ vocabulary: ['a', '𝄞'] }, text));
  assert.equal(file.vocabulary, ['a', '𝄞']);
});

test('changed files are refused by named errors, or are models; quickly, and with little memory', async () => {
  const random = new Random(7);
  let taken = 0;
  const count = THOROUGH ? 20_000 : 400;
  for (let i = 0; i < count; i++) {
    const { refusal, fault } = await attempt(modelFiles, modelFiles.make(random));
    assert.is(fault, undefined, `input ${i}: ${fault}`);
    if (!refusal) taken++;
  }
  assert.ok(taken > 0 && taken < count / 4, `${taken} of ${count} were taken`);
});

test.run();
