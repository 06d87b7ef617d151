import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { FolderPlace } from '../../src/cli/places/folder-place.ts';
import { KeptTrial } from '../../src/cli/trial/kept-trial.ts';
import { DataError } from '../../src/errors.ts';
import { checkSpec } from '../../src/trial/check.ts';
import { trialId } from '../../src/trial/id.ts';
import type { TrialResult } from '../../src/trial/result.ts';
import type { TrialSpec } from '../../src/trial/spec.ts';
import { PACKAGE_VERSION } from '../../src/version.ts';
import { runMain } from './run-main.ts';

const test = suite<{ folder: string }>('gradweave trial');

test.before.each(async (context) => {
  context.folder = await mkdtemp(join(tmpdir(), 'gradweave-trial-test-'));
});
test.after.each(({ folder }) => rm(folder, { recursive: true }));

const SPEC: TrialSpec = {
  format: 'gradweave-trial-1',
  engine: PACKAGE_VERSION,
  model: '2',
  data: { kind: 'built-in', sha256: 'a'.repeat(64) },
  options: { 'train-limit': 20 },
  seed: 1,
  epochs: 1,
};
const JSON_SPEC = JSON.stringify(SPEC);

const RESULT: TrialResult = {
  id: await trialId(SPEC),
  digest: 'b'.repeat(64),
  test: { loss: 0.5, accuracy: 0.8 },
  history: [],
  seconds: 1,
  place: {
    adapter: {
      ...{ vendor: 'v', architecture: 'a', device: 'd' },
      ...{ description: '', software: true },
    },
    runtime: 'Chrome 156',
    family: 'quad',
  },
  resumed: 0,
};

/** What is refused before anything is started: arguments, and a part of the message. */
const REFUSED: readonly (readonly [args: readonly string[], message: string])[] = [
  [[], 'SPEC is missing'],
  [[JSON_SPEC], '--checkpoint is missing'],
  [['{"model":', '--checkpoint', 'DIR'], 'SPEC is not valid JSON'],
  [['{"seed":1,"seed":2}', '--checkpoint', 'DIR'], 'the key "seed" twice'],
  [['{}', '--checkpoint', 'DIR'], 'a trial lacks format, engine'],
  [['none.json', '--checkpoint', 'DIR'], "'none.json' cannot be read (ENOENT)"],
  [['DIR', '--checkpoint', 'DIR'], 'is a folder'],
  [['DIR/two.jsonl', '--checkpoint', 'DIR'], 'has 2 trials, one a line'],
  [['DIR/two.jsonl', '--line', '3', '--checkpoint', 'DIR'], 'it has 2. Lines count from 1'],
  [['DIR/two.jsonl', '--line', '0', '--checkpoint', 'DIR'], '--line is'],
  [['DIR/empty.jsonl', '--checkpoint', 'DIR'], 'is empty'],
  [[JSON_SPEC, '--checkpoint', 'DIR/none'], 'does not exist. Make it first'],
  [[JSON_SPEC, '--checkpoint', 's3://bucket'], 'AWS_ACCESS_KEY_ID'],
  [[JSON_SPEC.replace('"2"', '"9"'), '--checkpoint', 'DIR'], 'model=9 was given'],
  [[JSON_SPEC.replace(PACKAGE_VERSION, '9.9.9'), '--checkpoint', 'DIR'], 'npx gradweave@9.9.9'],
  [[JSON_SPEC, '--checkpoint', 'DIR', '--data', 'DIR'], "data.kind is 'built-in'"],
  [[JSON_SPEC, '--checkpoint', 'DIR', '--text', 'DIR/t'], '--text was given'],
];

test('what is wrong with a command line or a trial is said before anything starts', async ({
  folder,
}) => {
  await writeFile(join(folder, 'two.jsonl'), `${JSON_SPEC}\n${JSON_SPEC}\n`);
  await writeFile(join(folder, 'empty.jsonl'), '\n');
  delete process.env.AWS_ACCESS_KEY_ID;
  for (const [args, message] of REFUSED) {
    const own = args.map((arg) => arg.replace('DIR', folder));
    const { code, text } = await runMain(['trial', ...own]);
    assert.is(code, 2, text);
    assert.ok(text.includes(message), `${message}: ${text}`);
  }
  assert.equal((await readdir(folder)).sort(), ['empty.jsonl', 'two.jsonl']);
});

test('a trial of a text with another hash is refused with both hashes', async ({ folder }) => {
  const file = join(folder, 'book.txt');
  await writeFile(file, 'a'.repeat(2000));
  const data = { kind: 'text', sha256: 'c'.repeat(64) };
  const spec = JSON.stringify({ ...SPEC, model: 'transformer', data, options: {} });
  const { code, text } = await runMain(['trial', spec, '--checkpoint', folder, '--text', file]);
  assert.is(code, 1);
  assert.match(text, data.sha256);
  assert.match(text, /the data \(book\.txt\) have the hash [0-9a-f]{64}; the trial is of/);
});

test('a draft is completed with the version and the hash of the data, line by line', async ({
  folder,
}) => {
  const file = join(folder, 'draft.jsonl');
  const data = { kind: 'built-in' };
  const drafts = [
    { model: '1', data, options: { 'train-limit': 20, lr: 0.1, plan: 'fused' } },
    { model: '2', data, options: { 'train-limit': 20 }, seed: 3, epochs: 7 },
    { model: 'transformer', options: { length: 16 } },
  ];
  await writeFile(file, `\ufeff${drafts.map((draft) => JSON.stringify(draft)).join('\r\n')}\n`);
  const { code, text } = await runMain(['trial', file, '--complete']);
  assert.is(code, 0, text);
  const specs = text
    .trim()
    .split('\n')
    .map((line) => checkSpec(JSON.parse(line)));
  assert.is(specs.length, 3);
  const [first, second, third] = specs;
  assert.equal(first.options, { 'train-limit': 20, lr: 0.1 });
  assert.is(first.engine, PACKAGE_VERSION);
  assert.is(first.epochs, 30);
  assert.is(first.data.sha256, second.data.sha256);
  assert.equal([second.seed, second.epochs], [3, 7]);
  assert.is(third.data.kind, 'text');

  const again = await runMain(['trial', file, '--line', '2', '--complete']);
  assert.is(again.text, `${text.split('\n')[1]}\n`);
  const wrong = JSON.stringify({ ...second, data: { ...second.data, sha256: 'f'.repeat(64) } });
  const refused = await runMain(['trial', wrong, '--complete']);
  assert.is(refused.code, 1);
  assert.match(refused.text, 'the trial is of data with ffff');
  const unknown = await runMain(['trial', '{"model":"7"}', '--complete']);
  assert.match(unknown.text, 'gradweave trial: SPEC: model=7 was given');
});

const kept = async (folder: string): Promise<KeptTrial> =>
  new KeptTrial(await FolderPlace.open(folder), RESULT.id);

test('a trial that has a result prints it, and nothing is trained', async ({ folder }) => {
  const { at } = await (await kept(folder)).keep(RESULT);
  const { code, text } = await runMain(['trial', JSON_SPEC, '--checkpoint', folder, '--quiet']);
  assert.is(code, 0, text);
  assert.equal(JSON.parse(text), { event: 'result', ...RESULT });
  for (const broken of ['{', '[]', '{"id":1}', JSON.stringify({ ...RESULT, id: 'd'.repeat(64) })]) {
    await writeFile(at, broken);
    const refused = await runMain(['trial', JSON_SPEC, '--checkpoint', folder]);
    assert.is(refused.code, 1, refused.text);
    assert.match(refused.text, 'is no result of the trial');
  }
});

test('a checkpoint that is damaged is named, with what to do', async ({ folder }) => {
  const file = join(folder, `${RESULT.id}.safetensors`);
  await writeFile(file, 'half');
  const { code, text } = await runMain(['trial', JSON_SPEC, '--checkpoint', folder]);
  assert.is(code, 1, text);
  assert.match(text, `${file}: the checkpoint of the trial ${RESULT.id} is damaged`);
  assert.match(text, 'Delete it');
  await (await kept(folder)).checkpoint('none');
});

test('the first result stays; one with another digest is kept beside it, and is an alarm', async ({
  folder,
}) => {
  const trial = await kept(folder);
  assert.is((await trial.keep(RESULT)).alarm, undefined);
  assert.is((await trial.keep({ ...RESULT, seconds: 9 })).alarm, undefined);
  assert.equal(await trial.result(), RESULT);
  assert.equal(await readdir(folder), [`${RESULT.id}.result.json`]);

  const broken = { ...RESULT, digest: 'c'.repeat(64) };
  const { alarm, at } = await trial.keep(broken);
  assert.is(alarm?.name, 'DigestAlarm');
  assert.equal(alarm?.digests, [RESULT.digest, broken.digest]);
  assert.is(at, join(folder, `${RESULT.id}.result-cccccccc.json`));
  assert.equal(await trial.result(), RESULT);

  const place = { ...RESULT.place, family: 'tiled' };
  const elsewhere = await trial.keep({ ...broken, digest: 'd'.repeat(64), place });
  assert.is(elsewhere.alarm, undefined, 'bits of another kind may differ');
  assert.is((await readdir(folder)).length, 3);
});

test('a result that is not of this trial is a named error', async ({ folder }) => {
  const trial = await kept(folder);
  await trial.keep(RESULT);
  const other = new KeptTrial(await FolderPlace.open(folder), 'e'.repeat(64));
  assert.is(await other.result(), undefined);
  await writeFile(join(folder, `${'e'.repeat(64)}.result.json`), JSON.stringify(RESULT));
  const error = await other.result().catch((thrown: unknown) => thrown);
  assert.instance(error, DataError);
});

test.run();
