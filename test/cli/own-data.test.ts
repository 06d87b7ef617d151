import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { train } from '../../src/cli/commands/train.ts';
import { UsageError } from '../../src/cli/errors.ts';
import { parseOptions } from '../../src/cli/options.ts';
import { checkOwn, checkSameData } from '../../src/cli/own-checks.ts';
import { findOwnData, hashOf, servedOwnData } from '../../src/cli/own-data.ts';
import { writeSafetensors } from '../../src/data/safetensors-write.ts';
import { DataError, GradweaveError } from '../../src/errors.ts';
import { keepingOf, OPTIONS_NAME } from '../../src/harness/tasks/keeping.ts';
import { settingsOf } from '../../src/harness/tasks/settings.ts';
import { rejects } from '../gpu/helpers.ts';
import { png, zip } from '../harness/own-files.ts';
import { idxFile } from './dataset-scene.ts';

const test = suite<{ folder: string }>('data of the user’s own');

test.before.each(async (context) => {
  context.folder = await mkdtemp(join(tmpdir(), 'gradweave-own-'));
});
test.after.each(({ folder }) => rm(folder, { recursive: true }));

const parsed = (...args: readonly string[]) => parseOptions(train, args);
const find = (...args: readonly string[]) => findOwnData(parsed(...args), 'images');

/** Writes files into a folder, with the folders that they lie in. */
async function write(folder: string, files: Readonly<Record<string, string | Uint8Array>>) {
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), content);
  }
  return folder;
}

const SET = {
  'a-images': idxFile([9, 3, 4]),
  'a-labels': idxFile([9]),
  'b-images.gz': gzipSync(idxFile([5, 3, 4])),
  'b-labels': idxFile([5]),
};

const CSV =
  'size,town,price\n10,Rome,1000\n20,Paris,2000\n30,Rome,3000\n40,Rome,4500\n50,Paris,5200\n60,Rome,6100\n';

const pictures = (): Record<string, Uint8Array> =>
  Object.fromEntries(
    ['cat/1.png', 'cat/2.png', 'dog/1.png'].map((name) => [name, png(4, 4, (x) => 9 * x)]),
  );

test('four IDX files of any sizes and names are found, in one folder or with a folder each', async ({
  folder,
}) => {
  await write(folder, { ...SET, 'b-images': idxFile([5, 3, 4]), 'notes.txt': 'mine' });
  const own = await find('--data', folder);
  assert.is(own?.listing.kind, 'idx');
  // Of a file that is there twice, the packed one.
  assert.equal(own?.listing.files.map(({ path }) => path).sort(), Object.keys(SET).sort());
  const deep = await write(join(folder, 'deep'), {});
  for (const [name, bytes] of Object.entries(SET)) await write(join(deep, name), { [name]: bytes });
  const each = await find('--data', deep);
  assert.equal(
    each?.listing.files.map(({ path }) => path.replace(/^.*[\\/]/, '')).sort(),
    Object.keys(SET).sort(),
  );
});

test('IDX files that are no data set are refused, with what is missing', async ({ folder }) => {
  const refused = async (name: string, files: Record<string, Uint8Array>, ...texts: string[]) =>
    rejects(find('--data', await write(join(folder, name), files)), UsageError, ...texts);
  const { 'b-labels': _, ...three } = SET;
  await refused('three', three, 'a-images (9 × 3 × 4)', 'Missing: the 5 labels of b-images.gz');
  await refused(
    'two',
    { x: SET['a-images'], y: SET['a-labels'] },
    'Missing: images and labels to test on',
  );
  const more = { ...SET, 'c-images': idxFile([4, 3, 4]), 'c-labels': idxFile([4]) };
  await refused('six', more, 'has 6 IDX files', 'Give a folder with those of one data set');
});

test('a table names its columns if no target is given, and refuses what does not go with it', async ({
  folder,
}) => {
  const file = join(await write(folder, { 'houses.csv': CSV }), 'houses.csv');
  const check = async (query: string, ...args: readonly string[]) => {
    const own = await find('--data', file, ...args);
    if (!own) throw new Error('there is a table');
    const { values } = parsed('--data', file, ...args);
    await checkOwn(own, settingsOf(new URLSearchParams(`data=own&${query}`)), values);
    return own;
  };
  const refused = (text: string, query: string, args: string) =>
    rejects(check(query, ...args.split(' ').filter((one) => one !== '')), GradweaveError, text);
  assert.is((await check('model=2', '--target', 'price')).listing.kind, 'table');
  await refused('Its columns are size, town, price; probably price. Use --target COLUMN', '', '');
  await refused('--target cost was given; there is no such column. Its', '', '--target cost');
  await refused('learns from images. Use --model 1, 2 or 3', 'model=cnn', '--target price');
  const mse = 'Use --loss mse, or --learn class';
  await refused(mse, 'loss=cross_entropy', '--target price --learn number');
  const images = '--augment was given, which is for images';
  await refused(images, '', '--target town --augment flip-shift');
  await refused('town does not hold numbers alone', '', '--target town --learn number');
  await refused('--side was given, which is for a folder of', '', '--target town --side 32');
  await refused('--text was given beside --data', '', `--target town --text ${file}`);
});

test('what is none of these is refused, with what may be given', async ({ folder }) => {
  await write(folder, {
    ...{ one: idxFile([9, 3, 4]), 'sheet.xlsx': zip({}), 'bad.csv': 'a,b\n1,2\n3\n' },
    ...{ 'image.png': png(4, 4, () => 0), 'text.gz': gzipSync('a,b') },
    'tables/a.csv': CSV,
    'empty/.hidden': '',
    'flat/1.png': png(4, 4, () => 0),
  });
  const refused = (name: string, text: string, error: typeof GradweaveError = UsageError) =>
    rejects(find('--data', join(folder, name)), error, text);
  await refused('nowhere', 'does not exist or cannot be read. Give a folder of four IDX files');
  await refused('one', 'is one IDX file, 9 images of 3 × 4');
  await refused('sheet.xlsx', 'Save a table as CSV');
  await refused('bad.csv', 'line 3 has 1 fields', DataError);
  await refused('image.png', 'is one image, a PNG');
  await refused('text.gz', 'is packed by gzip');
  await refused(
    'tables',
    `Give the file, and the column to learn: --data ${join(folder, 'tables', 'a.csv')} --target COLUMN`,
  );
  await refused('empty', 'it has no files');
  await refused('flat', 'no image lies in a folder');
  await rejects(find('--target', 'price'), UsageError, 'the data are Fashion-MNIST');
  const text = findOwnData(parsed('--target', 'price'), 'text');
  await rejects(text, UsageError, 'a transformer learns from a text');
});

test('images by class are listed by their paths, and served by their places', async ({
  folder,
}) => {
  await write(folder, { ...pictures(), 'cat/.DS_Store': '' });
  const own = await find('--data', folder);
  if (!own) throw new Error('there are images');
  assert.equal(
    own.listing.files.map(({ path }) => path),
    ['cat/1.png', 'cat/2.png', 'dog/1.png'],
  );
  const { options, files } = await servedOwnData(own, false);
  assert.equal(options, { data: 'own', own: 'served' });
  assert.equal([...files.keys()], ['/data/own.json', '/data/own/0', '/data/own/1', '/data/own/2']);
  assert.equal(JSON.parse(await readFile(files.get('/data/own.json') ?? '', 'utf8')), own.listing);
  const settings = settingsOf(new URLSearchParams('data=own'));
  const node = checkOwn(own, settings, parsed('--runtime', 'node').values);
  await rejects(node, UsageError, 'are decoded by a browser');
  await write(folder, { 'all.zip': zip(pictures()) });
  const packed = await find('--data', join(folder, 'all.zip'));
  assert.is(packed?.listing.kind, 'images');
});

test('a run resumes with the data that it learned from, and with no others', async ({ folder }) => {
  const file = join(await write(folder, { 'houses.csv': CSV }), 'houses.csv');
  const own = await find('--data', file, '--target', 'price');
  if (!own) throw new Error('there is a table');
  const { options } = await servedOwnData(own, true);
  assert.is(options.own, await hashOf(own));
  const kept = keepingOf(new URLSearchParams({ ...options, target: 'price' })).options;
  assert.equal(kept, { own: options.own, target: 'price' });
  const run = join(folder, 'run.safetensors');
  const save = (all: object) =>
    writeFile(run, writeSafetensors(new Map(), { [OPTIONS_NAME]: JSON.stringify(all) }));
  await save(kept);
  await checkSameData(run, own);
  await rejects(checkSameData(run, undefined), UsageError, '--data is missing', 'Give them again');
  await writeFile(file, CSV.replace('1000', '1001'));
  const other = await find('--data', file, '--target', 'price');
  await rejects(checkSameData(run, other), UsageError, 'has other samples than those that the run');
  await save({ model: '2' });
  await checkSameData(run, undefined);
  await rejects(checkSameData(run, other), UsageError, 'has other samples');
});

test.run();
