import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { train } from '../../src/cli/commands/train.ts';
import {
  asPrepared,
  openFiles,
  resumeCommand,
  stoppedLines,
} from '../../src/cli/commands/train-files.ts';
import { UsageError } from '../../src/cli/errors.ts';
import { parseOptions } from '../../src/cli/options.ts';
import { checkEpochs, withOptionsOf } from '../../src/cli/resumed.ts';
import { StoredFiles } from '../../src/cli/stored-files.ts';
import { writeSafetensors } from '../../src/data/safetensors-write.ts';
import { DataError, GradweaveError } from '../../src/errors.ts';
import { keepingOf, OPTIONS_NAME } from '../../src/harness/tasks/keeping.ts';
import { Query } from '../../src/harness/tasks/query.ts';
import { rateCourseOf } from '../../src/harness/tasks/rate-course.ts';
import { flatten, linear, Sequential } from '../../src/nn/layers.ts';
import { saveModel } from '../../src/train/model-file/write.ts';
import { rejects } from '../gpu/helpers.ts';

const test = suite<{ folder: string }>('files of train');

test.before.each(async (context) => {
  context.folder = await mkdtemp(join(tmpdir(), 'gradweave-files-'));
});
test.after.each(({ folder }) => rm(folder, { recursive: true }));

const parsed = (...args: readonly string[]) => parseOptions(train, args);

/** A file that has the options of a run. */
async function checkpoint(folder: string, options: unknown): Promise<string> {
  const file = join(folder, 'run.safetensors');
  const text = typeof options === 'string' ? options : JSON.stringify(options);
  await writeFile(file, writeSafetensors(new Map(), { [OPTIONS_NAME]: text }));
  return file;
}

test('a run resumes with its own options, and with those that are given now', async ({
  folder,
}) => {
  const file = await checkpoint(folder, { model: '1', lr: '0.01', nesterov: 'true' });
  const { values } = await withOptionsOf(file, train, parsed('--epochs', '9', '--lr', '0.01'));
  assert.is(values.get('model'), '1', 'the default is not given');
  assert.is(values.get('nesterov'), 'true');
  assert.is(values.get('epochs'), '9');
  assert.is(values.get('lr'), '0.01');
  for (const [option, value, said] of [
    ['--lr', '0.5', "--lr 0.5 was given; the run of '"],
    ['--momentum', '0.9', 'began without it'],
  ] as const) {
    const other = withOptionsOf(file, train, parsed(option, value));
    await rejects(other, UsageError, said, 'Leave it out', '--from');
  }
});

test('what is not a checkpoint of this command is refused by name', async ({ folder }) => {
  const refused = async (options: unknown, text: string): Promise<void> => {
    const file = await checkpoint(folder, options);
    await rejects(withOptionsOf(file, train, parsed()), GradweaveError, text);
  };
  await refused('[1', 'not an object in JSON');
  await refused([1], 'not an object in JSON');
  await refused({ flavour: 'sour' }, '"flavour", which this version does not know');
  await refused({ save: '/etc/passwd' }, '"save", which this version does not know');
  await refused({ lr: 3 }, '"lr", which this version does not know');
  await refused({ lr: 'fast' }, "--lr is 'fast'");
  const bare = join(folder, 'bare.safetensors');
  await writeFile(bare, writeSafetensors(new Map(), { format: 'pt' }));
  await rejects(withOptionsOf(bare, train, parsed()), DataError, 'use --from');
  await rejects(withOptionsOf(join(folder, 'no'), train, parsed()), UsageError, '(ENOENT)');
  await rejects(withOptionsOf(folder, train, parsed()), UsageError, 'is a folder');
});

test('options that contradict each other, and places that are not there, are refused', async ({
  folder,
}) => {
  const file = await checkpoint(folder, {});
  const refused = (text: string, networks: number, ...args: readonly string[]) =>
    rejects(openFiles(parsed(...args), networks), UsageError, text);
  await refused('--save was given with 3 networks', 3, '--save', file);
  await refused('--resume and --from', 1, '--resume', file, '--from', file);
  await refused('--every was given without --checkpoint', 1, '--every', '2');
  await refused("the folder '", 1, '--checkpoint', join(folder, 'a', 'b'));
  await refused('is a folder', 1, '--save', folder);
  await refused('(ENOENT)', 1, '--from', join(folder, 'no'));
});

test('a place at which no file can be written is refused before the run', async ({ folder }) => {
  const refused = (text: string, ...args: readonly string[]) =>
    rejects(openFiles(parsed(...args), 1), UsageError, text);
  const at = (name: string): string => join(folder, name);
  await refused('is a folder', '--save', `${at('models')}/`);
  await refused('(ENAMETOOLONG)', '--save', at('a'.repeat(300)));
  await refused('(ENAMETOOLONG)', '--checkpoint', at('a'.repeat(253)));
  if (process.platform !== 'win32') await refused('device or a pipe', '--save', '/dev/null');
  await mkdir(at('run.new'));
  await refused('(EISDIR)', '--checkpoint', at('run'));
  assert.equal(await readdir(folder), ['run.new']);
});

test('a file that is written must not be another one of the command', async ({ folder }) => {
  const file = await checkpoint(folder, {});
  const same = join(folder, '.', 'x', '..', 'run.safetensors');
  const refused = (text: string, ...args: readonly string[]) =>
    rejects(openFiles(parsed(...args), 1), UsageError, text);
  await refused('--checkpoint and --save are both', '--checkpoint', file, '--save', same);
  await refused('--checkpoint and --from are both', '--checkpoint', file, '--from', file);
  await refused('--save and --resume are both', '--save', file, '--resume', same);
  await refused('--save and --json are both', '--save', file, '--json', same);
  await refused('--checkpoint and --text are both', '--checkpoint', file, '--text', same);
  await openFiles(parsed('--checkpoint', file, '--resume', file), 1);
  await openFiles(parsed('--save', file, '--from', file), 1);
});

const CONSTANT = rateCourseOf(new Query(new URLSearchParams(), ''), 'constant');
const COSINE = { ...CONSTANT, name: 'cosine' } as const;

test('a run that has no epochs left is not resumed', async ({ folder }) => {
  const file = join(folder, 'run.safetensors');
  await writeFile(file, writeSafetensors(new Map(), { history: '[{}, {}, {}]' }));
  await checkEpochs(file, { epochs: 4, schedule: CONSTANT });
  // Its network can still be written.
  await checkEpochs(file, { epochs: 3, schedule: CONSTANT }, true);
  await rejects(
    checkEpochs(file, { epochs: 3, schedule: CONSTANT }),
    UsageError,
    'has done 3 epochs, which are all',
  );
  await rejects(checkEpochs(file, { epochs: 3, schedule: CONSTANT }), UsageError, '--epochs 6');
  await rejects(
    checkEpochs(file, { epochs: 1, schedule: CONSTANT }),
    UsageError,
    '--epochs 1: the run of',
  );
  await rejects(checkEpochs(file, { epochs: 3, schedule: COSINE }), UsageError, '--from');
  await writeFile(file, writeSafetensors(new Map(), { history: '{}' }));
  await rejects(
    checkEpochs(file, { epochs: 4, schedule: CONSTANT }),
    DataError,
    'not a list of epochs',
  );
});

test('the page is told what to keep and what to begin with', async ({ folder }) => {
  const file = await checkpoint(folder, {});
  const { stored, extras } = await openFiles(
    parsed('--resume', file, '--checkpoint', file, '--every', '3', '--save', `${file}.model`),
    1,
  );
  assert.is(stored.size, 2);
  assert.equal(extras.options, { 'keep-every': '3', 'keep-model': '', begin: 'resume' });
  assert.equal([...extras.files], [['/data/begin.safetensors', file]]);
  assert.equal((await openFiles(parsed(), 5)).extras.options, {});
});

test('the command that resumes repeats what is about files and places', () => {
  const given = parsed(
    ...['--model', '1', '--data', 'my data', '--checkpoint', 'run.safetensors'],
    ...['--runtime', 'node', '--adapter', 'auto', '--quiet'],
  );
  const command =
    "npx gradweave train --resume run.safetensors --data 'my data' --checkpoint run.safetensors --runtime node";
  assert.is(resumeCommand(given, 'run.safetensors'), command);
  const where = { epoch: 1, step: 28, steps: 600 };
  assert.equal(stoppedLines(where, given), [
    '',
    'Stopped after 1 epoch and 28 of 600 steps. To continue:',
    `  ${command}`,
  ]);
});

test('the command that resumes keeps files with the names of defaults, quotes and dashes', () => {
  const given = parsed(
    '--save',
    'auto',
    '--checkpoint',
    "it's $x",
    '--text=-t',
    '--data',
    'browser',
  );
  assert.is(
    resumeCommand(given, '-c'),
    "npx gradweave train --resume=-c --data browser --text=-t --checkpoint 'it'\\''s $x' --save auto",
  );
});

test('a file that cannot be written is named, and nothing is left of it', async ({ folder }) => {
  const file = join(folder, 'run.safetensors');
  const stored = await StoredFiles.open([['checkpoint', file, '--checkpoint']]);
  await mkdir(join(file, 'full'), { recursive: true });
  const request = { kind: 'store', what: 'checkpoint', base64: btoa('after') } as const;
  await rejects(stored.host(request), GradweaveError, `--checkpoint: '${file}' could not be`);
  assert.is(stored.written('checkpoint'), undefined);
  assert.match(stored.failure?.message ?? '', /EISDIR.*Free space/s);
  assert.equal(await readdir(folder), ['run.safetensors']);
});

test('a file that comes in parts is in its place after the last one', async ({ folder }) => {
  const file = join(folder, 'run.safetensors');
  await writeFile(file, 'before');
  const stored = await StoredFiles.open([['checkpoint', file, '--checkpoint']]);
  const send = (text: string, more = false) =>
    stored.host({
      kind: 'store',
      what: 'checkpoint',
      base64: btoa(text),
      ...(more ? { more } : {}),
    });
  for (const name of ['one', 'two']) {
    await send(`${name},`, true);
    await send('and ', true);
    assert.not.match(await readFile(file, 'utf8'), name);
    await send(name);
    assert.is(await readFile(file, 'utf8'), `${name},and ${name}`);
    assert.equal(await readdir(folder), ['run.safetensors']);
  }
});

test('a link to a file stays one', async ({ folder }) => {
  const file = join(folder, 'run.safetensors');
  await writeFile(file, 'before');
  await symlink('run.safetensors', join(folder, 'last'));
  const stored = await StoredFiles.open([['model', join(folder, 'last'), '--save']]);
  await stored.host({ kind: 'store', what: 'model', base64: btoa('after') });
  assert.is(await readFile(file, 'utf8'), 'after');
});

test('a file is replaced only by a whole one', async ({ folder }) => {
  const file = join(folder, 'run.safetensors');
  await writeFile(file, 'before');
  const stored = await StoredFiles.open([
    ['checkpoint', file, '--checkpoint'],
    ['model', undefined, '--save'],
  ]);
  assert.is(stored.size, 1);
  assert.is(stored.written('checkpoint'), undefined);
  await stored.host({ kind: 'store', what: 'checkpoint', base64: btoa('after') });
  assert.is(await readFile(file, 'utf8'), 'after');
  assert.equal(await readdir(folder), ['run.safetensors']);
  assert.is(stored.written('checkpoint'), file);
  const other = stored.host({ kind: 'store', what: 'model', base64: '' });
  await rejects(other, GradweaveError, 'store is not answered here');
});

test('a checkpoint has no options that the command adds by itself, with a text, too', () => {
  const address = 'lr=1&keep-every=1&text=served&text-name=a.txt&at-end=&data=files&data-files=a';
  assert.equal(keepingOf(new URLSearchParams(address)).options, { lr: '1' });
});

test('a run that begins with a model file has its pixels', async ({ folder }) => {
  const file = join(folder, 'a.safetensors');
  const bytes = await saveModel({
    model: new Sequential([1, 2], [flatten(), linear(2, 2, { bias: false })]),
    parameters: new Map([['1.weight', { shape: [2, 2], data: new Float32Array(4) }]]),
    image: { height: 1, width: 2, channels: 1 },
    normalize: [0.25, 0.5],
  });
  await writeFile(file, bytes);
  const of = async (...args: readonly string[]) =>
    (await asPrepared(parsed('--from', file, ...args))).values.get('normalize');
  assert.is(await of(), '0.25,0.5');
  assert.is(await of('--normalize', '0.25,0.5'), '0.25,0.5');
  await rejects(of('--normalize', '0,1'), UsageError, 'was trained with 0.25,0.5');
  await writeFile(file, writeSafetensors(new Map(), { format: 'pt' }));
  assert.is(await of(), undefined);
});

test.run();
