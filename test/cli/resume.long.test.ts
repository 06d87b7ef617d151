import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { PACKAGE_ROOT } from '../../src/cli/paths.ts';
import { parseSafetensors } from '../../src/data/safetensors.ts';

const test = suite<{ folder: string }>('resuming by the command');

test.before.each(async (context) => {
  context.folder = await mkdtemp(join(tmpdir(), 'gradweave-resume-'));
});
test.after.each(({ folder }) => rm(folder, { recursive: true }));

const RUN = ['--layers', '784,16,10', '--batch-size', '20', '--epochs', '6', '--seed', '7'];
const PLACE = ['--train-limit', '5000', '--family', 'portable', '--adapter', 'software'];

/** Runs the command; `see` gets what it prints so far. */
async function command(args: readonly string[], see: (text: string, end: () => void) => void) {
  const child = spawn(process.execPath, ['scripts/gradweave.mjs', ...args], { cwd: PACKAGE_ROOT });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (part) => {
      text += part;
      see(text, () => child.kill('SIGINT'));
    });
  }
  const [code] = await once(child, 'exit');
  return { code, text };
}

async function bitsOf(file: string): Promise<Record<string, string>> {
  const { tensors } = parseSafetensors(await readFile(file));
  return Object.fromEntries(
    [...tensors].map(([name, { data }]) => [
      name,
      Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('base64'),
    ]),
  );
}

test('Ctrl-C keeps the run, and the command that it prints ends in the same bits', async ({
  folder,
}) => {
  const file = join(folder, 'run.safetensors');
  const whole = join(folder, 'whole.safetensors');
  const straight = await command(
    ['train', ...RUN, ...PLACE, '--checkpoint', whole, '--every', '9'],
    () => {},
  );
  assert.is(straight.code, 0, straight.text);

  let asked = false;
  const first = await command(
    ['train', ...RUN, ...PLACE, '--checkpoint', file, '--save', `${file}.model`],
    (text, end) => {
      if (asked || !/^2\/6/m.test(text)) return;
      asked = true;
      end();
    },
  );
  assert.is(first.code, 130, first.text);
  assert.match(first.text, /Stopping, to keep the run/);
  const [, line = ''] = /To continue:\n +npx gradweave (.*)\n/.exec(first.text) ?? [];
  assert.match(line, 'train --resume');
  assert.not.equal(await bitsOf(file), await bitsOf(whole));

  const rest = await command(line.split(' '), () => {});
  assert.is(rest.code, 0, rest.text);
  assert.equal(await bitsOf(file), await bitsOf(whole));
});

test.run();
