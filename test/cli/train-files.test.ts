import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { train } from '../../src/cli/commands/train.ts';
import { openFiles, resumeCommand, stoppedLines } from '../../src/cli/commands/train-files.ts';
import { UsageError } from '../../src/cli/errors.ts';
import { parseOptions } from '../../src/cli/options.ts';
import { withOptionsOf } from '../../src/cli/resumed.ts';
import { StoredFiles } from '../../src/cli/stored-files.ts';
import { writeSafetensors } from '../../src/data/safetensors-write.ts';
import { DataError, GradweaveError } from '../../src/errors.ts';
import { OPTIONS_NAME } from '../../src/harness/tasks/keeping.ts';
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
  const { values } = await withOptionsOf(file, train, parsed('--epochs', '9', '--lr', '0.5'));
  assert.is(values.get('model'), '1', 'the default is not given');
  assert.is(values.get('nesterov'), 'true');
  assert.is(values.get('epochs'), '9');
  assert.is(values.get('lr'), '0.5');
});

test('what is not a checkpoint of this command is refused by name', async ({ folder }) => {
  const refused = async (options: unknown, text: string): Promise<void> => {
    const file = await checkpoint(folder, options);
    await rejects(withOptionsOf(file, train, parsed()), GradweaveError, text);
  };
  await refused('[1', 'not an object in JSON');
  await refused([1], 'not an object in JSON');
  await refused({ colour: 'red' }, '"colour", which this version does not know');
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

test.run();
