/** Photos that a model learned from: what the command reads of them, and what it says of weights of other images. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { train } from '../../src/cli/commands/train.ts';
import { checkFrom } from '../../src/cli/from-checks.ts';
import { readImages } from '../../src/cli/image-files.ts';
import { notTaken } from '../../src/cli/not-taken.ts';
import { parseOptions } from '../../src/cli/options.ts';
import type { OwnData } from '../../src/cli/own-data.ts';
import { DataError } from '../../src/errors.ts';
import { imagesData } from '../../src/harness/own/images.ts';
import { photosIn, photoTexts } from '../../src/harness/own/photos.ts';
import { checkSameImages, ofBegin } from '../../src/harness/tasks/begin-check.ts';
import { fileFacts } from '../../src/harness/tasks/file-facts.ts';
import { openJob } from '../../src/harness/tasks/job.ts';
import { decodePhotos } from '../../src/harness/tasks/predict.ts';
import { imageSettingsOf, settingsOf } from '../../src/harness/tasks/settings.ts';
import type { SavedModel } from '../../src/train/model-file/saved-model.ts';
import { saveModel } from '../../src/train/model-file/write.ts';
import { readWeights } from '../../src/train/weights.ts';
import { rejects } from '../gpu/helpers.ts';
import { png } from '../harness/own-files.ts';
import { modelOf, textModelOf } from '../harness/use-models.ts';
import { randomParameters } from '../onnx/parameters.ts';
import { idxFile } from './dataset-scene.ts';
import { runMain } from './run-main.ts';

const test = suite<{ folder: string }>('photos of the user’s own');

test.before.each(async (context) => {
  context.folder = await mkdtemp(join(tmpdir(), 'gradweave-photos-'));
});
test.after.each(({ folder }) => rm(folder, { recursive: true }));

const WANTED = { height: 4, width: 4, channels: 1 };

test('photos of any size are left to the browser, between images that are there already', async ({
  folder,
}) => {
  const [idx, wide, small] = ['idx', 'wide.png', 'small.png'].map((name) => join(folder, name));
  await writeFile(idx, idxFile([2, 4, 4], 1));
  await writeFile(
    wide,
    png(40, 20, () => 7),
  );
  await writeFile(
    small,
    png(4, 4, () => 7),
  );
  const taken = { inverted: true, decoded: true };
  const read = await readImages([wide, idx, small], WANTED, taken);
  assert.is(read.count, 4);
  assert.equal(read.names, [wide, `${idx}[0]`, `${idx}[1]`, small]);
  assert.equal(read.photos, [
    { at: 0, file: wide },
    { at: 3, file: small },
  ]);
  assert.is(read.images.length, 64);
  assert.equal([...read.images.subarray(16, 20)], [1, 2, 3, 4]);
});

test('without a browser, photos that have the size are made as in training, and others are refused', async ({
  folder,
}) => {
  const file = join(folder, 'a.png');
  const read = async (bytes: Uint8Array, channels: number, inverted: boolean) => {
    await writeFile(file, bytes);
    const { images, photos } = await readImages(
      [file],
      { ...WANTED, channels },
      { inverted, decoded: false },
    );
    assert.is(photos, undefined);
    return [...images.subarray(0, 3)];
  };
  const red = png(4, 4, () => [200, 0, 0]);
  assert.equal(await read(red, 3, false), [200, 0, 0]);
  assert.equal(await read(red, 1, false), [60, 60, 60]);
  assert.equal(await read(red, 1, true), [195, 195, 195]);
  await rejects(
    read(
      png(5, 4, () => 1),
      1,
      false,
    ),
    DataError,
    file,
    'Leave --runtime out',
  );
});

test('what cannot be read as a photo is refused by name, and a photo if none was learned from', async ({
  folder,
}) => {
  const file = join(folder, 'a.jpg');
  const refused = async (bytes: Uint8Array, photos: boolean, ...texts: string[]) => {
    await writeFile(file, bytes);
    const taken = photos ? { inverted: false, decoded: true } : undefined;
    await rejects(readImages([file], WANTED, taken), DataError, `'${file}'`, ...texts);
  };
  await refused(
    Uint8Array.of(0xff, 0xd8, 0xff, 0xe0, ...Array(40)),
    true,
    'cannot be read: no PNG',
  );
  await refused(
    png(4, 4, () => 1, [0, 4]),
    true,
    'a PNG of 0 × 4 pixels',
  );
  const takes =
    'the model takes photos of any size (PNG, JPEG, GIF, WebP, BMP), or images of 4×4 as';
  await refused(Buffer.from('size,price\n1,2\n'), true, 'it is damaged, or no photo', takes);
  await refused(Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'), true, takes);
  await refused(new Uint8Array(), true, 'is empty', takes);
  await refused(Uint8Array.of(0, 0, 8, 3, 0), true, 'is neither PNG, IDX nor npy');
  const gif = Uint8Array.of(0x47, 0x49, 0x46, 0x38, 0x39, 0x61, 9, 0, 9, 0, ...Array(30));
  await refused(
    gif,
    false,
    'is a GIF; the model file does not say that it learned from photos, and takes PNG files of 4×4. Scale it first, or give --photos plain',
  );
  await refused(
    png(5, 4, () => 1),
    false,
    'is 4×5; the model takes images of 4×4. Scale it first, or give --photos plain',
  );
});

test('a file that is no photo does not stop the others', async ({ folder }) => {
  const [good, text, cut] = ['a.png', 'b.jpg', 'c.jpg'].map((name) => join(folder, name));
  await writeFile(
    good,
    png(9, 7, () => 7),
  );
  await writeFile(text, 'no photo');
  await writeFile(cut, Uint8Array.of(0xff, 0xd8, 0xff, 0xe0, ...Array(40)));
  const taken = { inverted: false, decoded: true };
  const { names, photos, refused } = await readImages([text, good, cut], WANTED, taken);
  assert.equal([names, photos], [[good], [{ at: 0, file: good }]]);
  assert.is(refused?.length, 2);
  assert.match(refused?.[0] ?? '', `'${text}' cannot be decoded`);
  // Of none there is nothing to predict.
  const none = readImages([text, cut], WANTED, taken);
  await rejects(none, DataError, '2 of 2 files could not be taken:', `- '${text}'`, `- '${cut}'`);
  const many = notTaken(Array(30).fill('x'), 40).message;
  assert.match(many, /^30 of 40 .*(\n- x){20}\n- and 10 more$/);
});

test('photos that the browser cannot decode are told by their places', async () => {
  const fetched = globalThis.fetch;
  globalThis.fetch = async () => new Response('no photo');
  try {
    const photos = [{ at: 1, file: 'a.jpg' }];
    const images = new Uint8Array(32).fill(9);
    const refused = await decodePhotos({ ...WANTED, count: 2, photos }, images);
    assert.equal(refused, [
      { at: 1, why: "'a.jpg' cannot be read: no PNG, JPEG, GIF, WebP or BMP, or cut off" },
    ]);
    assert.ok(images.every((one) => one === 9));
  } finally {
    globalThis.fetch = fetched;
  }
});

test('a model file tells how its photos were made, and info says it', async ({ folder }) => {
  const dataset = imagesData({
    ...{ name: 'pets', side: 28, classes: ['a', 'b'], labels: [0, 1, 0, 1, 0, 1, 0, 1, 0, 1] },
    images: Array.from({ length: 10 }, (_, i) => new Uint8Array(784).fill(i)),
  });
  const settings = imageSettingsOf(new URLSearchParams('data=own&model=2'));
  const own = { data: 'images', dataset, photos: { inverted: true } } as const;
  const job = await openJob(new URLSearchParams('data=own'), settings, () => {}, { own });
  const { metadata } = fileFacts(job, 1);
  assert.equal(photosIn(metadata), { inverted: true });
  assert.is(photosIn({}), undefined);
  for (const photos of ['{', '{}', 'null', '{"inverted":1}']) {
    assert.throws(() => photosIn({ photos }), /"photos" does not say how photos are made/);
  }
  const model = settings.model([28, 28], 2, [784, 2]);
  const file = join(folder, 'model');
  const image = { height: 28, width: 28, channels: 1 };
  const parameters = randomParameters(model);
  const saved: SavedModel = { model, parameters, image, writer: '', metadata };
  await writeFile(file, await saveModel(saved));
  const { text } = await runMain(['info', file]);
  assert.match(
    text.replace(/\s+/g, ' '),
    /Photos +predict takes those of any size: the square in the middle, with light/,
  );
  await writeFile(file, await saveModel({ ...saved, metadata: photoTexts({ inverted: false }) }));
  assert.not.match((await runMain(['info', file])).text, 'exchanged');
});

test('weights of other images are refused in the command’s words', async ({ folder }) => {
  const { bytes } = await modelOf('model=2');
  const grey = join(folder, 'grey');
  await writeFile(grey, bytes);
  const photos = { height: 28, width: 28, photos: true };
  const refused = (images: Parameters<typeof checkSameImages>[1], text: RegExp) =>
    assert.throws(() => checkSameImages(bytes, images, 'the file'), text);
  checkSameImages(bytes, { ...photos, channels: 1 }, 'the file');
  checkSameImages(bytes, photos, 'the file');
  refused(
    { ...photos, channels: 3 },
    /^--from: the file has learned from images that are 28 × 28 and grey; those of this run are 28 × 28 and in colour\. Make them like those: --colour grey; or begin/,
  );
  refused(
    { ...photos, height: 64, width: 64 },
    /are 64 × 64\. Make them like those: --side 28; or/,
  );
  refused({ ...photos, height: 64, width: 64, channels: 3 }, /: --side 28 --colour grey; or/);
  refused({ height: 6, width: 5, channels: 1, photos: false }, /Give images like those, or begin/);
  const settings = settingsOf(new URLSearchParams('data=own'));
  const folderOf = {
    given: 'pets',
    paths: [],
    listing: { kind: 'images', name: 'pets', files: [] },
  } as const satisfies OwnData;
  const from = (...args: readonly string[]) =>
    checkFrom(folderOf, settings, parseOptions(train, ['--from', grey, ...args]).values);
  await from();
  await rejects(
    from('--colour', 'rgb'),
    DataError,
    `--from: '${grey}' has learned`,
    '--colour grey',
  );
  await rejects(from('--side', '32'), DataError, 'Make them like those: --side 28;');
  const text = join(folder, 'text');
  await writeFile(text, (await textModelOf('length=8')).bytes);
  const { values } = parseOptions(train, ['--from', text]);
  await rejects(checkFrom(undefined, settings, values), DataError, 'has learned from a text; this');
});

test('weights of another network are refused with options, not with calls of the library', async () => {
  const { bytes } = await modelOf('model=2');
  for (const query of [
    'model=2&layers=784,64,10',
    'model=cnn',
    'model=2&data=own&layers=2352,128,10',
  ]) {
    const { model, title } = imageSettingsOf(new URLSearchParams(query));
    let said = '';
    try {
      readWeights(bytes, model(query.includes('2352') ? [28, 28, 3] : [28, 28]));
    } catch (error) {
      said = (ofBegin(error, title) as Error).message;
    }
    assert.match(said, /^--from: the file has /, `${query}: ${said}`);
    assert.match(
      said,
      `These are not the weights of ${title}. Give the network as it was (--model`,
    );
    assert.not.match(said, /ignore|missing,|map them|Or use/);
  }
  const other = new DataError('Not a safetensors file');
  assert.is(ofBegin(other, ''), other);
});

test.run();
