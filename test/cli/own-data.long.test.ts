/** The command with data of the user's own, from the files to what it prints. */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { parseSafetensors } from '../../src/data/safetensors.ts';
import { png } from '../harness/own-files.ts';
import { outputsOf } from '../onnx/runtime.ts';
import { idxFile } from './dataset-scene.ts';
import { runMain } from './run-main.ts';

const test = suite<{ folder: string }>('the command with data of the user’s own');

test.before.each(async (context) => {
  context.folder = await mkdtemp(join(tmpdir(), 'gradweave-own-'));
});
test.after.each(({ folder }) => rm(folder, { recursive: true }));

const PLACE = ['--adapter', 'software', '--family', 'portable'];

/** Trains, and gives what is printed and the result. */
async function trained(folder: string, ...args: readonly string[]) {
  const json = join(folder, 'result.json');
  const { code, text } = await runMain(['train', ...args, '--json', json, ...PLACE]);
  assert.is(code, 0, text);
  return { text, result: JSON.parse(await readFile(json, 'utf8')) };
}

async function write(folder: string, files: Readonly<Record<string, string | Uint8Array>>) {
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), content);
  }
}

/** IDX images of 6 × 5 whose label is the column that is light. */
function bars(count: number): { readonly images: Uint8Array; readonly labels: Uint8Array } {
  const [images, labels] = [idxFile([count, 6, 5]), idxFile([count])];
  for (let i = 0; i < count; i++) {
    labels[8 + i] = i % 3;
    for (let at = 0; at < 30; at++) {
      images[16 + 30 * i + at] = at % 5 === i % 3 ? 250 : (7 * i + at) % 30;
    }
  }
  return { images, labels };
}

test('IDX files of another size: the widths follow, a run resumes, and its network predicts', async ({
  folder,
}) => {
  const [train, other] = [bars(60), bars(21)];
  await write(folder, {
    ...{
      'set/a': train.images,
      'set/b': train.labels,
      'set/c': other.images,
      'set/d': other.labels,
    },
    'more/a': bars(66).images,
    ...{ 'more/b': bars(66).labels, 'more/c': other.images, 'more/d': other.labels },
  });
  const set = join(folder, 'set');
  const run = join(folder, 'run.safetensors');
  const model = join(folder, 'model.safetensors');
  const given = ['--data', set, '--layers', '784,12,10', '--lr', '0.01'];
  const { text, result } = await trained(folder, ...given, '--epochs', '4', '--save', model);
  assert.match(text, 'own data, 60 images to train, 21 to test');
  assert.match(text, 'batches of 8, not');
  assert.match(text, '30–12–3: test loss');
  assert.match(text, 'these data are not Fashion-MNIST');
  await trained(folder, ...given, '--epochs', '2', '--checkpoint', run);
  const again = join(folder, 'again.safetensors');
  const more = ['--resume', run, '--epochs', '4', '--save', again];
  await trained(folder, ...more, '--data', set);
  const [whole, resumed] = await Promise.all(
    [model, again].map(async (file) => parseSafetensors(await readFile(file)).tensors),
  );
  assert.equal(resumed, whole);
  for (const [args, said] of [
    [[], '--data is missing'],
    [['--data', join(folder, 'more')], 'has other samples'],
  ] as const) {
    const refused = await runMain(['train', ...more, ...args]);
    assert.is(refused.code, 2);
    assert.match(refused.text, said);
  }
  const samples = ['predict', model, join(set, 'c'), '--format', 'json', '--adapter', 'software'];
  const lines = (await runMain(samples)).text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  const right = lines.filter(({ class: found }, i) => found === i % 3).length;
  assert.is(right / 21, result.test.accuracy);
});

/** Rows of a price that is nearly 2,000 for each square metre, and more in Rome. */
const TABLE = ['area;town;rooms;price;kind'];
for (let i = 0; i < 80; i++) {
  const area = 30 + ((i * 37) % 120);
  const price = 2000 * area + (i % 2) * 40_000 + 500 * (i % 4);
  const kind = area > 80 ? 'large' : 'small';
  TABLE.push(`${area},5;${i % 2 ? 'Rome' : 'Madrid'};${i % 9 ? i % 4 : ''};${price};${kind}`);
}

test('a number of a table: errors and predictions are in its unit, as in ONNX', async ({
  folder,
}) => {
  await write(folder, {
    'houses.csv': TABLE.join('\n'),
    'rows.csv': 'town,rooms,area,kind\nRome,,90,large\n,2,40,small\n',
  });
  const [model, onnx] = ['model.safetensors', 'model.onnx'].map((name) => join(folder, name));
  const data = ['--data', join(folder, 'houses.csv'), '--target', 'price', '--missing', 'mean'];
  const { text, result } = await trained(
    folder,
    ...data,
    ...['--layers', '2,8,2', '--lr', '0.01', '--epochs', '3', '--save', model],
  );
  assert.match(text, '6–8–1, errors: root mean squares, in price');
  assert.match(text, 'test error (price)');
  const { number, test: end } = result;
  const error = Math.sqrt(end.loss) * number.deviation;
  const shown = error.toLocaleString('en-US', { maximumSignificantDigits: 4 });
  assert.match(text, `6–8–1: test error ${shown} (root mean square, in price)`);
  const predicted = ['predict', model, join(folder, 'rows.csv'), '--adapter', 'software'];
  const lines = (await runMain([...predicted, '--format', 'json'])).text.trim().split('\n');
  const values = lines.map((line) => JSON.parse(line).value);
  assert.match((await runMain(predicted)).text, '(price)');
  assert.is((await runMain(['export', model, '--onnx', onnx])).code, 0);
  const { metadata } = parseSafetensors(await readFile(model));
  const { columns } = JSON.parse(metadata.table);
  const { mean } = columns.find(({ name }: { name: string }) => name === 'rooms');
  // In the table's order: area, town, rooms, kind. A town that is missing is none of them.
  const rows = Float32Array.of(...[90, 0, 1, mean, 1, 0], ...[40, 0, 0, 2, 0, 1]);
  const outputs = [...(await outputsOf(await readFile(onnx), rows, [2, 6]))];
  for (const [i, output] of outputs.entries()) {
    assert.ok(Math.abs(output - values[i]) < 1e-6 * Math.abs(output), `${output}, ${values[i]}`);
  }
  const many = await trained(folder, ...data, '--seeds', '1,2', '--epochs', '1');
  assert.match(many.text, /^2 +[\d,.]+ ± [\d,.]+$/m);
  assert.match(
    many.text,
    'means and standard deviations of 2 networks (root mean squares, in price; always the mean: ',
  );
});

test('a class of a table, and images by class', async ({ folder }) => {
  await write(folder, { 'houses.csv': TABLE.join('\r\n') });
  const table = await trained(
    folder,
    ...['--data', join(folder, 'houses.csv'), '--target', 'kind', '--epochs', '2'],
  );
  assert.match(table.text, 'rows are left out: they lack a value');
  assert.match(table.text, /–2: test loss [\d.]+ \(mse\), test accuracy/);
  assert.not.match(table.text, 'Table I');
  const photos: Record<string, Uint8Array> = { 'train/cat/notes.txt': Uint8Array.of(1, 2) };
  for (let i = 0; i < 8; i++) {
    const part = i < 6 ? 'train' : 'test';
    photos[`${part}/cat/${i}.png`] = png(40, 32, (x) => (x < 20 ? 10 : 200 + i));
    photos[`${part}/dog/${i}.png`] = png(32, 40, (_, y) => (y < 20 ? 10 : 200 + i));
  }
  await write(join(folder, 'photos'), photos);
  const model = join(folder, 'model.safetensors');
  const images = await trained(
    folder,
    ...['--data', join(folder, 'photos'), '--side', '32', '--epochs', '1', '--save', model],
  );
  assert.match(images.text, 'made 32 × 32 and grey');
  assert.match(images.text, 'The folders say which ones are tested');
  assert.match(images.text, 'A file is not read: train/cat/notes.txt');
  assert.match(images.text, 'photos (own data), 12 images to train, 4 to test');
  const { text } = await runMain(['info', model]);
  assert.match(text, 'images of 32×32×1');
  assert.match(text, /Classes +cat, dog/);
});

test('photos of any size: its model predicts them as training made them, and goes on with like ones', async ({
  folder,
}) => {
  // Dark on light, so that light and dark are exchanged. No two photos have one size.
  const photos: Record<string, Uint8Array> = {};
  for (let i = 0; i < 16; i++) {
    const part = i < 10 ? 'train' : 'test';
    const [width, height] = [30 + 3 * i, 52 - 2 * i];
    photos[`${part}/cat/${i}.png`] = png(width, height, (x) =>
      Math.abs(x - width / 2) < 5 ? 40 + i : 230,
    );
    photos[`${part}/dog/${i}.png`] = png(width, height, (_, y) =>
      Math.abs(y - height / 2) < 5 ? 40 + i : 230,
    );
  }
  await write(join(folder, 'photos'), photos);
  const [model, data] = ['model.safetensors', 'photos'].map((name) => join(folder, name));
  const { text, result } = await trained(
    folder,
    ...['--data', data, '--epochs', '6', '--lr', '0.01', '--save', model],
  );
  assert.match(text, 'Light and dark are exchanged');
  const tested = Object.keys(photos).filter((path) => path.startsWith('test'));
  const predicted = await runMain([
    ...['predict', model, ...tested.map((path) => join(data, path))],
    ...['--format', 'json', '--adapter', 'software'],
  ]);
  assert.is(predicted.code, 0, predicted.text);
  const lines = predicted.text.trim().split('\n');
  const names = lines.map((line) => JSON.parse(line).name);
  const right = names.filter((name, i) => tested[i].includes(`/${name}/`)).length;
  assert.is(right / tested.length, result.test.accuracy);
  // Of photos that are not exchanged, the network says something else.
  assert.ok(result.test.accuracy > 0.9, String(result.test.accuracy));
  // A file of before it said how photos are made: the option that its message names does the same.
  const bytes = await readFile(model);
  const silent = bytes.indexOf('"photos":');
  assert.ok(silent > 0);
  const older = join(folder, 'older.safetensors');
  await writeFile(
    older,
    Buffer.concat([
      bytes.subarray(0, silent),
      Buffer.from('"phones":'),
      bytes.subarray(silent + 9),
    ]),
  );
  const again = (...more: string[]) =>
    runMain([
      ...['predict', older, ...tested.map((path) => join(data, path)), ...more],
      ...['--format', 'json', '--adapter', 'software'],
    ]);
  const asks = await again();
  assert.is(asks.code, 1);
  assert.match(
    asks.text.replace(/\s+/g, ' '),
    'with --photos inverted, light and dark are exchanged',
  );
  const same = await again('--photos', 'inverted');
  assert.is(same.text, predicted.text);
  // What cannot be read is named, and does not stop the others.
  const [first] = Object.values(photos);
  await write(folder, { 'text.jpg': 'no photo', 'cut.png': first.subarray(0, 60) });
  const odd = ['text.jpg', 'cut.png'].map((name) => join(folder, name));
  const some = await runMain([
    ...['predict', model, ...odd, join(data, tested[0])],
    ...['--adapter', 'software'],
  ]);
  assert.is(some.code, 1);
  const said = some.text.replace(/\s+/g, ' ');
  assert.match(said, `${join(data, tested[0])} ${names[0]} `);
  assert.match(said, '2 of 3 files could not be taken: - ');
  assert.match(said, `'${odd[1]}' cannot be read: damaged`);
  assert.is(said.split(tested[0]).length, 2, 'one result');
  await write(join(folder, 'red'), {
    ...{ 'cat/1.png': png(20, 30, () => [220, 10, 10]), 'cat/2.png': png(9, 9, () => [220, 9, 9]) },
    ...{ 'dog/1.png': png(20, 30, () => [10, 10, 220]), 'dog/2.png': png(9, 9, () => [9, 9, 220]) },
    'dog/3.png': png(9, 9, () => [9, 30, 220]),
  });
  const from = ['--data', join(folder, 'red'), '--from', model, '--epochs', '1'];
  const refused = await runMain(['train', ...from, ...PLACE]);
  assert.is(refused.code, 1, refused.text);
  assert.match(refused.text, 'Make them like those: --colour grey; or begin without it');
  await trained(folder, ...from, '--colour', 'grey');
  const other = await runMain([
    'train',
    ...from,
    '--colour',
    'grey',
    '--layers',
    '784,9,2',
    ...PLACE,
  ]);
  assert.match(other.text, 'These are not the weights of 784–9–2');
});

test('columns that are left out are not needed to predict', async ({ folder }) => {
  await write(folder, { 'houses.csv': TABLE.join('\n'), 'rows.csv': 'area,kind\n90,large\n' });
  const [model, run] = ['model.safetensors', 'run.safetensors'].map((name) => join(folder, name));
  const data = ['--data', join(folder, 'houses.csv')];
  const given = [...data, '--target', 'price', '--leave-out', 'town,rooms'];
  const { text } = await trained(folder, ...given, '--epochs', '1', '--checkpoint', run);
  assert.match(text, 'Learns price, a number, from area (a number), kind (2 texts)');
  await trained(folder, ...data, '--resume', run, '--epochs', '2', '--save', model);
  const rows = await runMain(['predict', model, join(folder, 'rows.csv'), '--adapter', 'software']);
  assert.is(rows.code, 0, rows.text);
  assert.match(rows.text, '(price)');
});

test.run();
