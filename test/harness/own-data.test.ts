import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { DataError, OptionError } from '../../src/errors.ts';
import { isSame } from '../../src/harness/page/data/camera-answers.ts';
import { freeName } from '../../src/harness/page/data/free-name.ts';
import { givenOf } from '../../src/harness/page/data/given-kind.ts';
import { inTurn } from '../../src/harness/page/data/in-turn.ts';
import { learningOf, openJob } from '../../src/harness/tasks/job.ts';
import { settingsOf } from '../../src/harness/tasks/settings.ts';
import { hashOf } from '../../src/harness/worker/job-hash.ts';
import { OwnData } from '../../src/harness/worker/own-data.ts';

const test = suite('data of one’s own, in the worker');

const TABLE = [
  'x,y,z',
  ...Array.from({ length: 50 }, (_, i) => `${i},${i % 7},${'abc'[i % 3]}`),
].join('\n');
const blob = (text: string): Blob => new Blob([text]);

async function refused(act: Promise<unknown>, kind: typeof DataError, text: RegExp): Promise<void> {
  const error = await act.then(
    () => undefined,
    (caught: unknown) => caught,
  );
  assert.instance(error, kind);
  assert.match((error as Error).message, text);
}

async function withTable(learn: 'class' | 'number' = 'class'): Promise<OwnData> {
  const own = new OwnData();
  const { id } = await own.lookAtTable('t.csv', blob(TABLE));
  const target = learn === 'class' ? 2 : 0;
  await own.useTable(id, { target, learn, from: [0, 1, 2], missing: 'leave-out' });
  return own;
}

const open = (own: OwnData, query: string) => {
  const options = new URLSearchParams(`data=own&${query}`);
  const said: unknown[] = [];
  const job = openJob(options, settingsOf(options), (event) => said.push(event), own.given);
  return { job, said };
};

test('a table is looked at before it is used', async () => {
  const own = new OwnData();
  const preview = await own.lookAtTable('t.csv', blob(TABLE));
  assert.equal(preview.rows[1], ['1', '1', 'b']);
  // A column that is called y is likely to be learned.
  assert.equal([preview.count, preview.target, preview.named], [50, 1, true]);
  assert.is(own.given.own, undefined);
  assert.is((await own.lookAtTable('t.csv', blob(TABLE), false)).count, 51);
});

test('what is said of a table is what a run learns from', async () => {
  const own = new OwnData();
  const { id } = await own.lookAtTable('t.csv', blob(TABLE));
  const choice = { target: 2, learn: 'class', from: [0, 1], missing: 'mean' } as const;
  const facts = await own.useTable(id, choice);
  assert.is(facts.name, 't.csv (own data)');
  assert.equal(facts.classes, [
    { name: 'a', count: 17 },
    { name: 'b', count: 17 },
    { name: 'c', count: 16 },
  ]);
  const { job, said } = open(own, 'model=2&loss=cross_entropy');
  const { model, dataset, target } = learningOf(await job);
  assert.equal(model.inputShape, [2]);
  assert.is(target, 'label');
  assert.equal(said, [
    {
      type: 'dataset',
      name: facts.name,
      synthetic: false,
      of: 'rows',
      train: facts.train,
      test: facts.test,
    },
  ]);
  assert.is(dataset && 'name' in dataset && dataset.name, facts.name);
  assert.is((await job).settings.title, '2–128–64–3');
});

test('of two tables that are looked at, each is learned from as its own', async () => {
  const own = new OwnData();
  const [one, other] = await Promise.all([
    own.lookAtTable('one.csv', blob(TABLE)),
    own.lookAtTable('other.csv', blob(TABLE.replace('x,y,z', 'p,q,r'))),
  ]);
  const choice = { target: 2, learn: 'class', from: [0, 1], missing: 'mean' } as const;
  const facts = await own.useTable(one.id, choice);
  assert.equal([facts.name, facts.table?.target], ['one.csv (own data)', 'z']);
  assert.is((await own.useTable(other.id, choice)).table?.target, 'r');
  own.forgetTable(one.id);
  await refused(
    own.useTable(one.id, choice),
    OptionError,
    /not here any more; give its file again/,
  );
});

test('files are told of by any names', async () => {
  const files = Object.fromEntries(
    ['__proto__', 'constructor'].map((name) => [name, blob('what is this?')]),
  );
  const { odd } = await new OwnData().takeFiles(files);
  assert.equal(
    odd.map(([name]) => name),
    ['__proto__', 'constructor'],
  );
});

test('files that come while others are read wait for them, and for none that fail', async () => {
  const wait = inTurn();
  const done: string[] = [];
  const read = (name: string, ticks: number, fails = false): Promise<void> =>
    wait(async () => {
      done.push(`${name} begins`);
      for (let i = 0; i < ticks; i++) await undefined;
      if (fails) throw new DataError(name);
      done.push(`${name} ends`);
    });
  const first = read('one', 20);
  const second = read('two', 1, true);
  const third = read('three', 1);
  await refused(second, DataError, /two/);
  await Promise.all([first, third]);
  assert.equal(done, ['one begins', 'one ends', 'two begins', 'three begins', 'three ends']);
});

test('names tell what files are that come together: one table or zip, images if most are, or IDX files', () => {
  const given = (...names: string[]): unknown => {
    const found = givenOf(names.map((name) => ({ name, file: new File([], name) })));
    return 'rest' in found
      ? [found.kind, found.file.name, ...found.rest.map(({ name }) => name)]
      : found.kind;
  };
  assert.equal(given('a.zip', 'b.TSV', 'c.csv'), ['table', 'b.TSV', 'a.zip', 'c.csv']);
  assert.equal(given('a/1.png', 'b.zip'), ['zip', 'b.zip', 'a/1.png']);
  assert.is(given('a/1.png', 'a/2.jpeg', 'read.me'), 'images');
  assert.is(given('a/1.png', 'read.me'), 'idx');
  assert.is(given('t10k-labels-idx1-ubyte.gz'), 'idx');
});

test('a class that is added has a name of its own, and only its network answers', () => {
  const nameOf = (number: number): string => `Class ${number}`;
  assert.is(freeName([], nameOf), 'Class 1');
  assert.is(freeName(['Class 2'], nameOf), 'Class 1');
  assert.is(freeName(['Class 1', 'hand', 'Class 2'], nameOf), 'Class 3');
  const learned = { name: 'camera (own data)', classes: ['a', 'b'], channels: 3 };
  assert.ok(isSame({ ...learned }, learned));
  assert.not.ok(isSame({ ...learned, classes: ['a', 'c'] }, learned));
  assert.not.ok(isSame({ ...learned, name: 'set.zip (own data)' }, learned));
  assert.not.ok(isSame({ ...learned, channels: 1 }, learned));
});

test('a table has a hash of what is learned from it', async () => {
  const first = await hashOf(await open(await withTable(), 'model=2').job);
  assert.match(first, /^[0-9a-f]{64}$/);
  assert.is(await hashOf(await open(await withTable(), 'model=1&lr=0.1').job), first);
  assert.is.not(await hashOf(await open(await withTable('number'), 'model=2').job), first);
  assert.is.not(await hashOf(await open(await withTable(), 'model=2&train-limit=20').job), first);
});

test('settings that a table cannot have are refused, with what to do', async () => {
  const own = await withTable('number');
  await refused(
    open(own, 'model=cnn').job,
    OptionError,
    /CNN learns from images; choose Model 1, 2 or 3/,
  );
  await refused(open(own, 'model=autoencoder').job, OptionError, /Autoencoder learns from images/);
  await refused(
    open(own, 'model=2&loss=cross_entropy').job,
    OptionError,
    /x is learned as a number, so use mse/,
  );
  await refused(
    open(own, 'model=2&augment=flip-shift').job,
    OptionError,
    /it is for images, so use none/,
  );
  const { train } = learningOf(await open(own, 'model=2&train-limit=7').job).dataset ?? {};
  assert.is(train && 'count' in train && train.count, 7);
  await refused(
    open(new OwnData(), 'model=2').job,
    DataError,
    /not here: they are kept in memory only/,
  );
});

test('a file that is too large is refused before it is read', async () => {
  const own = new OwnData();
  const huge = {
    size: 2 ** 30,
    arrayBuffer: () => assert.unreachable('it was read'),
  } as unknown as Blob;
  await refused(
    own.lookAtTable('all.csv', huge),
    DataError,
    /all\.csv has 1024 MiB; at most 100 are read/,
  );
  const archive = { ...huge, size: 2 ** 31 };
  await refused(
    own.readImages('x', { side: 28, colour: '' }, { 'all.zip': archive }),
    DataError,
    /all\.zip has 2\.0 GiB; at most 1 GiB/,
  );
  // And nothing of it is used.
  assert.is(own.given.own, undefined);
});

test('own data are never called as a known set is', async () => {
  const own = new OwnData();
  const frames = Array.from({ length: 6 }, (_, i) => new Uint8Array(3 * 784).fill(i));
  const facts = await own.useFrames('Fashion-MNIST', { side: 28, colour: '' }, [
    { name: 'a', frames },
    { name: 'b', frames },
  ]);
  assert.is(facts.name, 'Fashion-MNIST (own data)');
  assert.equal([facts.train, facts.test], [10, 2]);
  assert.is(own.given.images, undefined);
  const job = await open(own, 'model=2&layers=784,16,2').job;
  assert.is(job.settings.title, '784–16–2');
  const cnn = learningOf(await open(own, 'model=cnn').job).model;
  assert.is(cnn.inputShape.join(), '28,28');
});

test('frames are in colour if they have any, and networks are of their channels', async () => {
  const own = new OwnData();
  const red = Uint8Array.from({ length: 3 * 784 }, (_, i) => [200, 40, 40][i % 3]);
  const blue = Uint8Array.from({ length: 3 * 784 }, (_, i) => [20, 60, 220][i % 3]);
  const classes = [red, blue].map((frame, i) => ({
    name: 'ab'[i],
    frames: Array.from({ length: 6 }, () => frame),
  }));
  const learnedAs = async (colour: '' | 'grey' | 'rgb') => {
    const facts = await own.useFrames('camera', { side: 28, colour }, classes);
    assert.equal([facts.size, facts.examples?.length], [[28, 28, colour === 'grey' ? 1 : 3], 2]);
    return facts;
  };
  assert.equal((await learnedAs('')).examples, [red, blue]);
  const queries = {
    '2': ['2352–16–2', '28,28,3'],
    cnn: ['CNN', '28,28,3'],
    resnet: ['ResNet', '28,28,3'],
    autoencoder: ['2352–128–2352', '28,28,3'],
  };
  for (const [model, [title, shape]] of Object.entries(queries)) {
    const layers = model === '2' ? '&layers=784,16,2' : '';
    const job = await open(own, `model=${model}${layers}`).job;
    assert.is(job.settings.title, title);
    assert.is(learningOf(job).model.inputShape.join(), shape);
  }
  // The first images alone, with all their bytes.
  const job = await open(own, 'model=cnn&train-limit=3').job;
  if (job.data !== 'images') throw new Error('the job is on images');
  assert.is(job.dataset.train.images.length, 3 * 2352);
  const colour = await hashOf(await open(own, 'model=cnn').job);
  // The address asks for others than there are.
  await refused(
    open(own, 'model=cnn&colour=grey').job,
    OptionError,
    /colour=grey.* left out or rgb/,
  );
  const { examples } = await learnedAs('grey');
  assert.equal(
    examples?.map((one) => one[0]),
    [88, 66],
  );
  assert.is.not(await hashOf(await open(own, 'model=cnn&colour=grey').job), colour);
  await refused(
    open(own, 'model=cnn&colour=rgb').job,
    OptionError,
    /colour=rgb.* left out or grey/,
  );
});

test.run();
