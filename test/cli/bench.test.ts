import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { findWebgpu } from '../../src/cli/child-runtime.ts';
import { UsageError } from '../../src/cli/errors.ts';
import { main } from '../../src/cli/main.ts';
import { preparePeers } from '../../src/cli/peers.ts';
import { findPyTorch } from '../../src/cli/pytorch.ts';
import { fetchFrom } from '../../src/runtime/files.ts';

async function failureOf(...argv: string[]): Promise<{ code: number; err: string }> {
  let err = '';
  const terminal = {
    out: () => {},
    err: (text: string) => {
      err += text;
    },
    live: false,
    colours: false,
    columns: () => 80,
  };
  return { code: await main(argv, { terminal, env: {} }), err };
}

test('a part of the bench that does not exist is told before a browser is started', async () => {
  const { code, err } = await failureOf('bench', '--only', 'everything', '--chrome', '/nowhere');
  assert.is(code, 2);
  assert.match(err, /--only is 'everything'; it must be one or more of steps, cnn, transformer/);
});

test('an installed package says that the libraries need a checkout', async () => {
  const log: string[] = [];
  try {
    await preparePeers('browser', (line) => log.push(line), '/nowhere/bench');
  } catch (error) {
    assert.instance(error, UsageError);
    assert.match((error as Error).message, /needs the folder bench\/ of a checkout/);
    assert.equal(log, []);
    return;
  }
  assert.unreachable();
});

test('without the package webgpu, the runtime says how to install it', () => {
  assert.throws(
    () => findWebgpu(['/nowhere']),
    (error: Error) =>
      error.name === 'RuntimeMissingError' && /npm install webgpu/.test(error.message),
  );
});

test('a Python without PyTorch, or none at all, is no PyTorch', () => {
  assert.is(findPyTorch(['/nowhere/python3', process.execPath]), null);
});

test('files are fetched from their table, and from nowhere else', async () => {
  const beyond: string[] = [];
  const otherwise: typeof fetch = async (input) => {
    beyond.push(String(input));
    return new Response('beyond');
  };
  const fetched = fetchFrom(new Map([['/data/here', fileURLToPath(import.meta.url)]]), otherwise);
  assert.match(await (await fetched('data/here')).text(), 'fetched from their table');
  assert.is((await fetched('data/there')).status, 404);
  assert.is((await fetched('/etc/passwd')).status, 404);
  assert.is(await (await fetched('https://example.org/')).text(), 'beyond');
  assert.equal(beyond, ['https://example.org/']);
});

test.run();
