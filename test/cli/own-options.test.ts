/** Options beside data of the user's own, and what is said if they do not fit. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { train } from '../../src/cli/commands/train.ts';
import { UsageError } from '../../src/cli/errors.ts';
import { readModelFile } from '../../src/cli/model-file.ts';
import { parseOptions } from '../../src/cli/options.ts';
import { checkOwn } from '../../src/cli/own-checks.ts';
import { findOwnData } from '../../src/cli/own-data.ts';
import { preparedTable } from '../../src/cli/own-table.ts';
import { withOptionsOf } from '../../src/cli/resumed.ts';
import { readRows } from '../../src/cli/row-files.ts';
import { writeSafetensors } from '../../src/data/safetensors-write.ts';
import { DataError, GradweaveError, OptionError } from '../../src/errors.ts';
import { chosen, targetsText, withNumbers } from '../../src/harness/own/chosen-table.ts';
import { readColumns } from '../../src/harness/own/columns.ts';
import { parseTable } from '../../src/harness/own/csv.ts';
import { prepareTable } from '../../src/harness/own/table.ts';
import { tableTexts } from '../../src/harness/own/table-text.ts';
import { passedOver, slipTexts, takenText } from '../../src/harness/own/taken-columns.ts';
import { OPTIONS_NAME } from '../../src/harness/tasks/keeping.ts';
import { notReadText } from '../../src/harness/tasks/own-words.ts';
import { settingsOf } from '../../src/harness/tasks/settings.ts';
import { rejects } from '../gpu/helpers.ts';
import { png } from '../harness/own-files.ts';
import { tableModelOf } from '../harness/use-models.ts';
import { idxFile } from './dataset-scene.ts';
import { runMain } from './run-main.ts';

const test = suite<{ folder: string }>('options of data of the user’s own');

test.before.each(async (context) => {
  context.folder = await mkdtemp(join(tmpdir(), 'gradweave-own-'));
});
test.after.each(({ folder }) => rm(folder, { recursive: true }));

async function write(folder: string, files: Readonly<Record<string, string | Uint8Array>>) {
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), content);
  }
  return folder;
}

const parsed = (...args: readonly string[]) => parseOptions(train, args);
const find = (...args: readonly string[]) => findOwnData(parsed(...args), 'images');

/** What `train` checks of its data before it starts anything. */
async function check(query: string, ...args: readonly string[]): Promise<void> {
  const own = await find(...args);
  if (!own) throw new Error('there are data');
  const { values } = parsed(...args);
  const batch = values.get('batch-size');
  const more = batch === undefined ? '' : `&batch-size=${batch}`;
  await checkOwn(own, settingsOf(new URLSearchParams(`data=own&${query}${more}`)), values);
}

const CSV =
  'size,town,"price, in EUR",price\n10,Rome,1,1000\n20,Paris,2,2000\n30,Rome,3,3000\n40,Rome,4,4500\n50,Paris,5,5200\n60,Rome,6,6100\n';

test('columns are left out by their names, of which one may have a comma', () => {
  const table = readColumns(parseTable(CSV));
  const from = (leaveOut?: string) => {
    const choice = chosen(table, { target: 'price', leaveOut });
    return prepareTable('t', table, choice).columns.map(({ name }) => name);
  };
  assert.equal(from(), ['size', 'town', 'price, in EUR']);
  assert.equal(from('town'), ['size', 'price, in EUR']);
  assert.equal(from('town, size'), ['price, in EUR']);
  assert.equal(from('price, in EUR'), ['size', 'town']);
  assert.equal(from('size,"price, in EUR"'), ['town']);
  const refused = (leaveOut: string, text: RegExp) =>
    assert.throws(
      () => chosen(table, { target: 'price', leaveOut }, '--'),
      (error: Error) => error instanceof OptionError && text.test(error.message),
      leaveOut,
    );
  refused(
    'town,Size',
    /^--leave-out Size was given; there is no such column\. Those to learn from are size, town, "price, in EUR"; put commas/,
  );
  refused('size,', /^--leave-out "" was given; there is no such column/);
  refused('town,price', /^--leave-out price was given; that is the column to learn\. Those to/);
  refused('size\ntown', /has several lines\. Put commas between names/);
  refused('"town', /its quotes do not fit/);
  refused('size,town,"price, in EUR"', /no column is left to learn price from\. Leave fewer out/);
});

test('a column of numbers with some texts is taken as numbers if an option names it', async ({
  folder,
}) => {
  const rows = Array.from(
    { length: 12 },
    (_, i) => `${i},${i === 4 ? 'oops' : i},${i % 2 ? 'a' : 'b'},${i}.5`,
  );
  const csv = `size,"rooms, all",kind,price\n${rows.join('\n')}\n`;
  const table = readColumns(parseTable(csv));
  const [texts] = slipTexts(table);
  const said =
    /^"rooms, all" is taken as texts, not as a number: 11 of 12 values are numbers, but row 5 has "oops"\. To take it as numbers, and such values as missing: --numbers COLUMN$/;
  assert.match(texts, said);
  const read = withNumbers(table, 'size,"rooms, all"', '--');
  assert.equal(
    read.columns.map(({ kind }) => kind),
    ['number', 'number', 'category', 'number'],
  );
  assert.equal([read.rows.length, read.rows[4]], [12, ['4', '', 'b', '4.5']]);
  assert.match(
    slipTexts(read)[0],
    /taken as numbers: 1 of 12 values is none and counts as missing/,
  );
  assert.is(withNumbers(table, undefined), table);
  const refused = (text: string, why: RegExp) =>
    assert.throws(() => withNumbers(table, text, '--'), why);
  refused(
    'room',
    /^--numbers room was given; there is no such column\. Those that .* "rooms, all"$/,
  );
  refused('kind', /^--numbers kind was given; no more than half of its values are numbers/);
  // As the command takes it, and only for tables.
  const file = join(await write(folder, { 'a.csv': csv }), 'a.csv');
  const { table: whole } = (await find('--data', file, '--target', 'price')) ?? {};
  if (!whole) throw new Error('there is a table');
  const settings = settingsOf(new URLSearchParams('data=own'));
  const args = ['--target', 'price', '--numbers', 'rooms, all'];
  const { values } = parsed(...args);
  const { columns, leftOut } = preparedTable(whole, file, settings, values);
  assert.equal([columns[1].name, 'mean' in columns[1], leftOut], ['rooms, all', true, 1]);
  await rejects(find(...args.slice(2)), UsageError, '--numbers was given, which is for a table');
});

test('a message about columns can be told apart, and is short', async ({ folder }) => {
  const rows = Array.from({ length: 60 }, (_, i) => `${i},s${i},${i % 7},${i}.5`);
  const csv = `size,"street, no",b,price\n${rows.join('\n')}\n`;
  const table = readColumns(parseTable(csv));
  const known = (leaveOut: string) => {
    const choice = chosen(table, { target: 'price', leaveOut });
    return writeSafetensors(new Map(), tableTexts(prepareTable('t', table, choice)));
  };
  assert.match(targetsText(table), 'size, "street, no", b, price;');
  const learned = takenText(prepareTable('t', table, chosen(table, { target: 'price' })));
  assert.match(learned, 'size (a number), "street, no" (60 texts), b');
  await write(folder, { 'a.csv': csv, one: known('street, no'), two: known('size') });
  const at = (name: string) => join(folder, name);
  const from = (name: string, ...args: readonly string[]) =>
    check('', '--data', at('a.csv'), '--target', 'price', '--from', at(name), ...args);
  const all =
    /from size, "street, no" \(s0, s1, .*s19 and 40 more\), b\. Leave out what it has not seen: --leave-out '"street, no"', or/;
  const said = await from('one').catch((error: Error) => error.message);
  assert.match(String(said), all);
  const advice = `Learn from b, too: --leave-out '"street, no"', or begin`;
  await rejects(from('one', '--leave-out', 'b, "street, no"'), UsageError, advice);
  await rejects(from('two', '--leave-out', 'b'), UsageError, 'Learn from b, too: --leave-out size');
});

test('what a table’s columns are taken as is said, and which are not learned from', () => {
  const rows = Array.from(
    { length: 120 },
    (_, i) => `${i},t${i},ES,,${i % 2 ? 'a' : 'b'},${i * 7}`,
  );
  const table = readColumns(parseTable(`size,id,land,note,kind,price\n${rows.join('\n')}`));
  const choice = chosen(table, { target: 'price' });
  assert.is(
    passedOver(table, choice),
    'id (120 different texts), land (always "ES"), note (empty)',
  );
  const learned = 'price, a number, from size (a number), kind (2 texts)';
  assert.is(takenText(prepareTable('t', table, choice)), learned);
  const fewer = chosen(table, { target: 'kind', leaveOut: 'id,land' });
  assert.is(passedOver(table, fewer), 'note (empty)');
  assert.match(takenText(prepareTable('t', table, fewer)), /^kind, one of 2 classes, from size/);
});

test('a run that resumes leaves the same columns out, and one from weights is told which to', async ({
  folder,
}) => {
  const table = readColumns(parseTable(CSV));
  const learned = prepareTable('t', table, chosen(table, { target: 'price', leaveOut: 'size' }));
  const [file, weights, run] = ['a.csv', 'weights', 'run'].map((name) => join(folder, name));
  const options = JSON.stringify({ own: 'served', target: 'price', 'leave-out': 'size' });
  await write(folder, {
    'a.csv': CSV,
    weights: writeSafetensors(new Map(), tableTexts(learned)),
    run: writeSafetensors(new Map(), { [OPTIONS_NAME]: options }),
  });
  const from = ['--data', file, '--target', 'price', '--from', weights];
  await check('', ...from, '--leave-out', 'size');
  const advice = '. Leave out what it has not seen: --leave-out size, or begin';
  await rejects(check('', ...from), UsageError, advice);
  await rejects(
    check('', ...from, '--leave-out', 'town'),
    UsageError,
    'Learn from town, too: --leave-out size, or',
  );
  const resumed = await runMain(['train', '--resume', run, '--data', file, '--leave-out', 'town']);
  assert.is(resumed.code, 2);
  assert.match(resumed.text, '--leave-out town was given; the run of');
  assert.match(resumed.text, 'has size');
  const options2 = JSON.stringify({ 'leave-out': 'town,"price, in EUR"', numbers: 'a,b' });
  await write(folder, { two: writeSafetensors(new Map(), { [OPTIONS_NAME]: options2 }) });
  const [two, same] = [join(folder, 'two'), ['--leave-out', '"price, in EUR", town']];
  const merged = await withOptionsOf(two, train, parsed(...same, '--numbers', 'b,a'));
  assert.is(merged.values.get('numbers'), 'b,a');
  const odd = withOptionsOf(two, train, parsed('--numbers', 'b'));
  await rejects(odd, UsageError, '--numbers b was given; the run of', 'has a,b');
  const twice = await runMain(['train', '--leave-out', 'a', '--leave-out', 'b']);
  assert.match(twice.text, '--leave-out is given more than once. Give it once, with commas');
  const images = await write(join(folder, 'set'), { 'a/1.png': png(4, 4, () => 1), 'b/1.png': '' });
  const zip = join(await write(folder, { 'a.zip': Uint8Array.of(0x50, 0x4b, 3, 4) }), 'a.zip');
  await rejects(find('--data', zip, '--target', 'a'), UsageError, 'is a zip archive, as of images');
  const stray = find('--data', images, '--leave-out', 'a');
  await rejects(stray, UsageError, '--leave-out was given, which is for a table');
});

test('what is wrong with a table is said of its file, with the options that help', async ({
  folder,
}) => {
  const refused = async (csv: string, args: string, ...texts: string[]) => {
    const file = join(await write(folder, { 'a.csv': csv }), 'a.csv');
    const work = check('', '--data', file, ...args.split(' '));
    await rejects(work, DataError, `--data: '${file}': `, ...texts);
  };
  const rows = (make: (i: number) => string, count = 12) =>
    `x,y\n${Array.from({ length: count }, (_, i) => make(i)).join('\n')}\n`;
  const few = 'too few rows can be used: 1; at least 5';
  await refused('x,y\n1,a\n', '--target y', few);
  const gaps = rows((i) => `${i < 9 ? '' : i},${i}.5`);
  await refused(gaps, '--target y', 'Fill them with the mean (--missing mean)');
  await refused(
    rows((i) => `${i},7`),
    '--target y',
    'different values (--target COLUMN)',
  );
  await refused(
    rows((i) => `${i},7`),
    '--target y --learn class',
    'two classes or more (--target',
  );
  await refused(
    rows((i) => `${i},${i % 2 ? 'a' : 3}`),
    '--target y --learn number',
    '(--learn class)',
  );
  const many = rows((i) => `${i},${i}`, 120);
  await refused(
    many,
    '--target y --learn class',
    'as a number (--learn number), or choose another column (--target',
  );
  const none = 'The table has x (always "ES")';
  await refused('y\n1\n2\n3\n4\n5\n', '--target y', 'no column to learn y', 'has no other');
  await refused(
    rows((i) => `ES,${i}`),
    '--target y',
    'no column to learn y from',
    none,
  );
  const wide = `${Array.from({ length: 60 }, (_, i) => `c${i}`).join()},y`;
  const texts = Array.from({ length: 100 }, (_, i) => `${Array(60).fill(`t${i}`).join()},${i}.5`);
  const out = 'Leave columns with many categories out (--leave-out COLUMN)';
  await refused(`${wide}\n${texts.join('\n')}`, '--target y', 'make 6000 inputs', out);
  // The mean fills no target.
  const file = join(
    await write(folder, { 'b.csv': rows((i) => `${i},${i < 9 ? '' : i}`) }),
    'b.csv',
  );
  const own = await find('--data', file, '--target', 'y', '--missing', 'mean');
  if (!own?.table) throw new Error('there is a table');
  const { values } = parsed('--target', 'y', '--missing', 'mean');
  const settings = settingsOf(new URLSearchParams('data=own'));
  const { table } = own;
  assert.throws(
    () => preparedTable(table, file, settings, values),
    (error: Error) => !error.message.includes('Fill them'),
  );
});

test('files of images that are not read are all named, each with its reason', () => {
  const one = ['notes.txt', 'lies in no folder of a class'] as const;
  assert.is(notReadText([one]), 'A file is not read: notes.txt (lies in no folder of a class)');
  const two = notReadText([one, ['cat/broken.jpg', 'damaged']]);
  assert.match(two, /^2 files are not read: notes\.txt \(.*\), cat\/broken\.jpg \(damaged\)$/);
  assert.match(notReadText(Array(25).fill(one)), /^25 files .* and 5 more$/);
});

test('a batch larger than the data is refused before anything starts, by its option', async ({
  folder,
}) => {
  const file = join(await write(folder, { 'a.csv': CSV }), 'a.csv');
  const table = ['--data', file, '--target', 'price', '--batch-size'];
  const least = '--batch-size 6 was given; there are 5 samples to train on. Give at most 5';
  await check('', ...table, '5');
  await rejects(check('', ...table, '6'), OptionError, least);
  await rejects(check('', ...table, '2', '--train-limit', '1'), OptionError, 'there is 1 sample');
  const set = { a: idxFile([9, 3, 4]), b: idxFile([9]), c: idxFile([5, 3, 4]), d: idxFile([5]) };
  const data = ['--data', await write(join(folder, 'set'), set)];
  await rejects(check('', ...data, '--batch-size', '10'), OptionError, 'there are 9 samples');
  const { code, text } = await runMain(['train', '--train-limit', '20']);
  assert.is(code, 2);
  assert.match(
    text,
    'batches of this network have 100 samples; there are 20 samples to train on. Give a smaller --batch-size, at most 20',
  );
});

test('images that are too small for a network are refused before anything starts', async ({
  folder,
}) => {
  const of = (height: number, width: number) => ({
    ...{ a: idxFile([9, height, width]), b: idxFile([9]) },
    ...{ c: idxFile([5, height, width]), d: idxFile([5]) },
  });
  const refused = async (query: string, sizes: readonly [number, number], ...texts: string[]) => {
    const data = ['--data', await write(join(folder, sizes.join()), of(...sizes))];
    await rejects(check(query, ...data), OptionError, ...texts);
  };
  const shift =
    'ResNet shifts training images by up to 2 pixels; these have 1 × 9. Use --augment none';
  await refused('model=resnet', [1, 9], shift);
  await check('model=resnet&augment=none', '--data', await write(join(folder, '1,9'), of(1, 9)));
  await refused(
    'model=cnn',
    [3, 9],
    'CNN cannot learn from images of 3 × 9',
    'Give larger ones, or use --model 2',
  );
});

test('IDX files beside images in folders are used, and that is said', async ({ folder }) => {
  const set = { a: idxFile([9, 3, 4]), b: idxFile([9]), c: idxFile([5, 3, 4]), d: idxFile([5]) };
  const photos = { 'cat/1.png': png(4, 4, () => 1), 'dog/1.png': png(4, 4, () => 1) };
  assert.is((await find('--data', await write(join(folder, 'idx'), set)))?.note, undefined);
  const both = await find('--data', await write(join(folder, 'both'), { ...set, ...photos }));
  assert.is(both?.listing.kind, 'idx');
  assert.match(
    both?.note ?? '',
    /has IDX files, which are used, and images in folders\. To learn from these/,
  );
  const { a } = set;
  const three = await write(join(folder, 'three'), { a, ...photos });
  await rejects(find('--data', three), UsageError, 'There are images in folders, too');
  const same = { a: idxFile([9, 3, 4]), b: idxFile([9]), c: idxFile([9, 3, 4]), d: idxFile([9]) };
  const twin = 'has 9 images in each of two files: which are to train on cannot be told';
  await rejects(find('--data', await write(join(folder, 'same'), same)), UsageError, twin);
  const cut = { ...set, a: idxFile([9, 3, 4]).subarray(0, 50) };
  const whole = 'has a, which is not whole: 9 images of 3 × 4, but 50 bytes instead of 124. Get';
  await rejects(find('--data', await write(join(folder, 'cut'), cut)), UsageError, whole);
  const other = { ...set, c: idxFile([5, 4, 4]) };
  const sizes = 'has images of 3 × 4 to train on, and of 4 × 4 to test on';
  await rejects(find('--data', await write(join(folder, 'other'), other)), UsageError, sizes);
});

test('a table’s model says which rows it takes of a file that is none', async ({ folder }) => {
  const model = await readModelFile(
    join(await write(folder, { model: (await tableModelOf('number')).bytes }), 'model'),
    'MODEL',
  );
  await write(folder, {
    ...{ 'boot.png': png(20, 20, () => 1), 'sheet.xlsx': Uint8Array.of(0x50, 0x4b, 3, 4, 0, 0) },
    ...{ idx: idxFile([2, 3, 4]), 'boot.jpg': Uint8Array.of(0xff, 0xd8, 0xff, 0xe0, ...Array(40)) },
    'bin.csv': Uint8Array.of(65, 0, 66),
  });
  const table = {
    columns: [{ name: 'a', mean: 0, deviation: 1 }],
    target: { name: 'y', classes: ['p', 'q'] },
  };
  const refused = (name: string, ...texts: string[]) =>
    rejects(
      readRows([join(folder, name)], table, [1]),
      DataError,
      `'${join(folder, name)}'`,
      ...texts,
    );
  await refused('boot.png', 'is one image, a PNG; the model takes rows of a table: a. Give a CSV');
  await refused('boot.jpg', 'is one image, a JPEG; the model takes rows');
  await refused('sheet.xlsx', 'is a zip archive, as spreadsheets are; the model takes rows');
  await refused('idx', 'is one IDX file, 2 images of 3 × 4; the model takes rows');
  await refused('bin.csv', 'the file is no text. Save the table as CSV');
  await rejects(find('--data', join(folder, 'boot.jpg')), UsageError, 'is one image, a JPEG');
  await rejects(
    find('--data', join(folder, 'bin.csv')),
    DataError,
    "bin.csv': the file is no text",
  );
  const { text } = await runMain(['predict', join(folder, 'model'), join(folder, 'boot.png')]);
  assert.not.match(text, 'the page');
  assert.ok(model.metadata?.table);
});

test('files that are no model are named, and a checkpoint with the command that writes its model', async ({
  folder,
}) => {
  const [run, bare, odd] = ['run', 'bare', 'odd'].map((name) => join(folder, name));
  await write(folder, {
    run: writeSafetensors(new Map(), { format: 'gradweave checkpoint 1' }),
    bare: writeSafetensors(new Map()),
    odd: 'no tensors',
  });
  for (const [args, what] of [
    [['predict'], 'MODEL'],
    [['export', '--onnx', join(folder, 'x.onnx')], 'MODEL'],
  ] as const) {
    const refused = async (file: string, text: string) => {
      const answer = await runMain([...args, file]);
      assert.is(answer.code, 1, answer.text);
      assert.match(answer.text, `${what}: '${file}' ${text}`);
    };
    await refused(
      run,
      `is a checkpoint, not a model file. Write the network of its run: gradweave train --resume ${run} --save FILE`,
    );
    await refused(bare, 'has tensors, but does not say which network');
    await refused(odd, 'is not safetensors. ');
  }
  for (const option of ['--from', '--resume']) {
    const { text } = await runMain(['train', option, odd]);
    assert.match(text, `${option}: '${odd}' is not safetensors. `);
  }
  await rejects(readModelFile(join(folder, 'gone'), 'MODEL'), GradweaveError, 'MODEL: ');
});

test.run();
