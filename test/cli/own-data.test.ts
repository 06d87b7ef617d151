import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { train } from '../../src/cli/commands/train.ts';
import { UsageError } from '../../src/cli/errors.ts';
import { checkFrom } from '../../src/cli/from-checks.ts';
import { modelCard } from '../../src/cli/hub/model-card.ts';
import { parseOptions } from '../../src/cli/options.ts';
import { checkOwn, checkSameData } from '../../src/cli/own-checks.ts';
import { findOwnData, hashOf, servedOwnData } from '../../src/cli/own-data.ts';
import { readRows } from '../../src/cli/row-files.ts';
import { tableOf } from '../../src/cli/table-facts.ts';
import { writeSafetensors } from '../../src/data/safetensors-write.ts';
import { DataError, GradweaveError } from '../../src/errors.ts';
import { readColumns } from '../../src/harness/own/columns.ts';
import { parseTable } from '../../src/harness/own/csv.ts';
import { prepareTable } from '../../src/harness/own/table.ts';
import type { UsedColumn } from '../../src/harness/own/table-text.ts';
import { keepingOf, OPTIONS_NAME } from '../../src/harness/tasks/keeping.ts';
import { settingsOf } from '../../src/harness/tasks/settings.ts';
import { readModel } from '../../src/train/model-file/read.ts';
import { rejects } from '../gpu/helpers.ts';
import { png, zip } from '../harness/own-files.ts';
import { distance, modelOf, TABLE_CSV, tableModelOf } from '../harness/use-models.ts';
import { outputsOf } from '../onnx/runtime.ts';
import { idxFile } from './dataset-scene.ts';
import { runMain } from './run-main.ts';

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
  const none = { ...SET, 'b-images.gz': idxFile([0, 3, 4]), 'b-labels': idxFile([0]) };
  await refused('none', none, 'in which there is nothing: 0 images of 3 × 4');
  await refused('flat', { ...SET, 'a-images': idxFile([9, 0, 4]) }, '9 images of 0 × 4');
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

test('weights of a table’s network begin one that learns the same in the same way', async ({
  folder,
}) => {
  const { bytes } = await tableModelOf('number');
  await write(folder, {
    ...{ 'number.safetensors': bytes, 'image.safetensors': (await modelOf('model=2')).bytes },
    ...{ 'table.csv': TABLE_CSV.replaceAll(/,(kind|old|new),/g, ','), 'houses.csv': CSV },
  });
  const at = (name: string) => join(folder, name);
  const settings = settingsOf(new URLSearchParams('data=own&model=2'));
  const check = async (data: string, from: string, ...args: readonly string[]) => {
    const all = ['--data', at(data), '--from', at(from), '--missing', 'mean', ...args];
    const own = await find(...all);
    if (!own) throw new Error('there is a table');
    await checkOwn(own, settings, parsed(...all).values);
  };
  const price = ['--target', 'price', '--learn'];
  await check('table.csv', 'number.safetensors', ...price, 'number');
  const learned = 'has learned price as a number from age, ';
  const [number, image] = ['number.safetensors', 'image.safetensors'];
  const asClass = 'this run would learn price as one of 8 classes from age';
  await rejects(check('table.csv', number, ...price, 'class'), UsageError, learned, asClass);
  await rejects(check('houses.csv', number, ...price, 'number'), UsageError, learned);
  const images = 'has learned from images; ';
  await rejects(check('houses.csv', image, ...price, 'number'), UsageError, images, 'is a table');
  const { values } = parsed('--from', at(number));
  const other = 'has learned price from a table; Model 2 learns from other data here';
  await rejects(checkFrom(undefined, settings, values), UsageError, other, '--data FILE.csv');
  await checkFrom(undefined, settings, parsed('--from', at(image)).values);
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
  await refused(
    'bad.csv',
    'line 3 has another number of fields than the first line: 1, not 2',
    DataError,
  );
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
  // By another name they are the same.
  await write(folder, { 'homes.csv': CSV });
  await checkSameData(run, await find('--data', join(folder, 'homes.csv'), '--target', 'price'));
  const sets = ['a', 'b'].map((name) => join(folder, name));
  await write(sets[0], SET);
  const renamed = { z: 'a-images', y: 'a-labels', 'x.gz': 'b-images.gz', w: 'b-labels' } as const;
  const entries = Object.entries(renamed).map(([name, set]) => [name, SET[set]]);
  await write(sets[1], Object.fromEntries(entries));
  const hashes = await Promise.all(
    sets.map(async (set) => {
      const idx = await find('--data', set);
      if (!idx) throw new Error('there are IDX files');
      return hashOf(idx);
    }),
  );
  assert.is(hashes[0], hashes[1]);
  // Nobody gave the options of a checkpoint.
  const { text } = await runMain(['train', '--resume', run]);
  assert.match(text.replace(/\s+/g, ' '), '--data is missing: the run of');
  await save({ model: '2' });
  await checkSameData(run, undefined);
  await rejects(checkSameData(run, other), UsageError, 'has other samples');
});

test('info, the model card and ONNX tell of a table, and give its number in its unit', async ({
  folder,
}) => {
  const { bytes, samples, outputs } = await tableModelOf('number');
  const file = join(await write(folder, { 'model.safetensors': bytes }), 'model.safetensors');
  const model = readModel(bytes);
  const target = tableOf(model)?.target;
  if (!target || !('mean' in target)) throw new Error('a number is learned');
  const { text } = await runMain(['info', file]);
  assert.match(text.replace(/\s+/g, ' '), 'the "city" (Madrid, Paris, Rome)');
  assert.match(text, /Learned +the number price \(mean /);
  const training = { dataset: 'prices', last: { test: { loss: 4 } } };
  const card = modelCard({ ...model, training }, 'prices');
  const error = (2 * target.deviation).toLocaleString('en-US', { maximumSignificantDigits: 4 });
  assert.match(card, '- Test loss: 4 (in squared deviations of price)');
  assert.match(card, `- Test error: ${error} (root mean square, in price)`);
  assert.match(card, `output × ${target.deviation} + ${target.mean} is in its unit`);
  const [unit, raw] = [join(folder, 'unit.onnx'), join(folder, 'raw.onnx')];
  const exported = await runMain(['export', file, '--onnx', unit]);
  assert.match(exported.text, 'output: float32 [batch, 1]: price');
  const other = await runMain(['export', file, '--onnx', raw, '--outputs', 'raw']);
  assert.match(other.text, 'output: float32 [batch, 1]: price, standardised');
  const { mean, deviation } = model.normalize as { mean: number[]; deviation: number[] };
  const row = samples.map((value, i) => value * deviation[i] + mean[i]);
  const inUnit = [...(await outputsOf(await readFile(unit), row, [1, row.length]))];
  const standardised = [...(await outputsOf(await readFile(raw), row, [1, row.length]))];
  assert.ok(distance(inUnit, outputs) < 1e-5, `${inUnit}, ${outputs}`);
  const again = standardised.map((one) => one * target.deviation + target.mean);
  assert.ok(distance(again, outputs) < 1e-5, `${again}, ${outputs}`);
});

test('a model file whose table is none, or not the network’s, is refused', async ({ folder }) => {
  const target = { name: 'y', mean: 0, deviation: 1 };
  const told = (text: string) => tableOf({ metadata: { table: text } });
  for (const columns of [
    [5],
    [null],
    [{ name: 'x' }],
    [{ name: 'x', values: [1] }],
    [{ mean: 1 }],
    'x',
  ]) {
    assert.throws(() => told(JSON.stringify({ columns, target })), /"table" describes no table/);
  }
  const a = { name: 'a', mean: 1, deviation: 2 };
  const texts = { name: 'b', values: ['p', 'q'] };
  const says = (columns: readonly object[], learned: object = target) =>
    told(JSON.stringify({ columns, target: learned }));
  // As programs write it, older ones without a range.
  says([{ ...a, range: [0, 5], comma: true }, texts], { name: 'y', classes: ['u', 'v'] });
  says([a, { ...texts, values: ['p'] }]);
  for (const odd of [
    { ...a, deviation: 0 },
    { ...a, deviation: -1 },
    { name: 'a', mean: 1 },
    { ...a, range: [5, -5] },
    { ...a, range: [0] },
    { ...a, comma: 'yes' },
    { ...texts, values: [] },
    { ...texts, values: ['p', 'p'] },
    { ...a, values: 'p' },
  ]) {
    assert.throws(() => says([odd]), /describes no table/, JSON.stringify(odd));
  }
  assert.throws(
    () => told(JSON.stringify({ columns: [a], target }).replace(':1,', ':1e400,')),
    /no table/,
  );
  assert.throws(() => says([a, { ...texts, name: 'a' }]), /no table/, 'two of one name');
  for (const learned of [
    { name: 'y' },
    { name: 'y', mean: 0, deviation: 0 },
    ...['abc', [], ['a'], ['a', 'a'], [1, 2]].map((classes) => ({ name: 'y', classes })),
  ]) {
    assert.throws(() => says([a], learned), /no table/, JSON.stringify(learned));
  }
  for (const text of ['{', '{}', 'null', '[]'])
    assert.throws(() => told(text), /describes no table/);
  const narrow = told(
    JSON.stringify({
      columns: [{ name: 'a', mean: 0, deviation: 1 }],
      target: { name: 'y', classes: ['p', 'q'] },
    }),
  );
  if (!narrow) throw new Error('it is a table');
  const file = join(await write(folder, { 'narrow.csv': 'a\n1\n' }), 'narrow.csv');
  await rejects(readRows([file], narrow, [2]), DataError, 'make are 1; its network takes 2');
});

test('rows are read by the names of their columns', async ({ folder }) => {
  const model = readModel((await tableModelOf('number')).bytes);
  const table = tableOf(model);
  if (!table) throw new Error('it has learned from a table');
  const [age] = table.columns as readonly { mean: number }[];
  const read = async (csv: string) => {
    const file = join(await write(folder, { 'rows.csv': csv }), 'rows.csv');
    return readRows([file], table, model.model.inputShape);
  };
  const csv = '__proto__;"the ""city""";age (2);other;age\n1,5;Rome;2001;x;\n2;?;1999;y;41\n';
  const { numbers, names } = await read(csv);
  const first = [Math.fround(age.mean), 0, 0, 1, 2001, 1.5];
  assert.equal([...numbers], [...first, 41, 0, 0, 0, 1999, 2]);
  assert.equal(
    names,
    [1, 2].map((i) => `${join(folder, 'rows.csv')} row ${i}`),
  );
  // A file of before columns had ranges, and said that they have commas, takes rows in the same way.
  const older = {
    ...table,
    columns: table.columns.map((column) => {
      const { range: _, comma: __, ...rest } = { range: 0, comma: 0, ...column };
      return rest as UsedColumn;
    }),
  };
  const kept = tableOf({ metadata: { table: JSON.stringify(older) } });
  assert.ok(kept);
  const file = join(folder, 'rows.csv');
  const again = await readRows([file], kept, model.model.inputShape);
  assert.equal([...again.numbers], [...numbers]);
  const missing = 'has no column the "city", age (2), __proto__';
  await rejects(read('age;other\n1;2\n'), DataError, missing);
  for (const huge of ['1e400', '-1e39']) {
    const text = `row 2 of '${join(folder, 'rows.csv')}' has "${huge}" as age; it must be a number, between -3.4e38 and 3.4e38, or empty`;
    await rejects(read(csv.replace('41', huge)), DataError, text);
  }
  await read(csv.replace('41', '-3.4e38'));
  await rejects(read(csv.replace('41', 'old')), DataError, 'row 2 of', '"old" as age');
  for (const odd of ['rome', 'Oslo']) {
    const texts = [`has "${odd}" as the "city", which was not learned; learned were Madrid, Paris`];
    await rejects(read(csv.replace('Rome', odd)), DataError, 'row 1 of', ...texts);
  }
});

test('rows have decimal commas if their numbers say so, and otherwise if those that were learned had', async ({
  folder,
}) => {
  const learnedFrom = (text: string) => {
    const table = readColumns(parseTable(text));
    const choice = { target: 2, learn: 'class', from: [0, 1], missing: 'mean' } as const;
    const { columns } = prepareTable('t', table, choice);
    return { columns, target: { name: 'y', classes: ['p', 'q'] } };
  };
  const rows = (b: readonly string[]) =>
    `a;b;y\n${b.map((text, i) => `${i};${text};${'pq'[i % 2]}`).join('\n')}\n`;
  const points = learnedFrom(rows(['1.5', '2.25', '3', '4.125', '5', '6']));
  const commas = learnedFrom(rows(['4.321,5', '1.234', '3', '4,125', '5', '6']));
  const read = async (table: typeof points, b: readonly string[], separator = ';') => {
    const text = rows(b).replaceAll(';', separator);
    const file = join(await write(folder, { 'rows.csv': text }), 'rows.csv');
    const { numbers } = await readRows([file], table, [2]);
    return [...numbers].filter((_, i) => i % 2 === 1);
  };
  // Both ways can be read.
  assert.equal(await read(commas, ['1.234', '']), [1234, Math.fround(meanOf(commas))]);
  assert.equal(await read(points, ['1.234']), [Math.fround(1.234)]);
  // One way only.
  assert.equal(await read(commas, ['1.234', '1.25']), [Math.fround(1.234), 1.25]);
  assert.equal(await read(points, ['1.234', '1.234,5']), [1234, 1234.5]);
  assert.equal(await read(commas, ['1.234'], ','), [Math.fround(1.234)]);
  // Neither.
  await rejects(read(commas, ['1,5', '1.25']), DataError, '"1.25" as b', 'such as 1,5');
  await rejects(read(points, ['1,5', '1.25']), DataError, '"1,5" as b; it must be a number, or');
  // What lies far outside of what was learned from is said, with its row.
  const { remarks } = await readRows(
    [join(await write(folder, { 'far.csv': 'a;b;y\n2;3;p\n3;900;q\n' }), 'far.csv')],
    points,
    [2],
  );
  assert.match(
    remarks?.join('|') ?? '',
    /^row 2 of '.*far\.csv': b 900 is far outside of [\d.]+ to 6, which the network learned from$/,
  );
  // The only column, of which the separator is not known.
  const [, b] = commas.columns;
  const alone = join(await write(folder, { 'alone.csv': 'b\n1.234\n' }), 'alone.csv');
  const { numbers } = await readRows([alone], { ...commas, columns: [b] }, [1]);
  assert.equal([...numbers], [1234]);
});

const meanOf = ({ columns: [, b] }: { readonly columns: readonly UsedColumn[] }): number =>
  'mean' in b ? b.mean : Number.NaN;

test.run();
