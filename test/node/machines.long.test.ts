import { chmodSync, mkdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { MACHINES, onMachine } from '../../scripts/machines.mjs';
import { PACKAGE_ROOT } from '../../src/cli/paths.ts';
import { installRuntimes } from '../run/runtimes.ts';

const test = suite<{ folder: string }>('machines');

test.before(async (context) => {
  installRuntimes();
  context.folder = await mkdtemp(join(tmpdir(), 'gradweave-machines-'));
});
test.after(async ({ folder }) => {
  await rm(folder, { recursive: true, force: true });
});

/** Namespaces of mounts are Linux's, and root's. */
const here = process.platform === 'linux' && process.getuid?.() === 0;
const VERIFY = ['verify', '--filter', 'relu'];

/** Runs the command on a machine where nothing is remembered. */
function gradweave(kind: string, folder: string, ...args: readonly string[]) {
  const cache = join(folder, `${kind}-${args.join('-')}`);
  mkdirSync(cache);
  chmodSync(folder, 0o777);
  chmodSync(cache, 0o777);
  const { status, stdout, stderr } = onMachine(
    kind,
    [process.execPath, join(PACKAGE_ROOT, 'scripts/gradweave.mjs'), ...args],
    {
      cwd: PACKAGE_ROOT,
      encoding: 'utf8',
      timeout: 240_000,
      killSignal: 'SIGKILL',
      env: { ...process.env, HOME: cache, XDG_CACHE_HOME: cache },
    },
  );
  // The command wraps its messages.
  return { status, text: `${stdout}${stderr}`.replace(/\s+/g, ' ') };
}

// Packages come from Debian; the cache of the user keeps them.
for (const kind of here ? Object.keys(MACHINES).filter((name) => name !== 'no-sandbox') : []) {
  for (const runtime of ['browser', 'node', 'deno']) {
    test(`${kind}: the first command computes in ${runtime}`, ({ folder }) => {
      const { status, text } = gradweave(kind, folder, ...VERIFY, '--runtime', runtime);
      assert.is(status, 0, text);
    });
  }
}

if (here) {
  test('a driver that hangs is given up within its limit, and it is said', ({ folder }) => {
    const { status, text } = gradweave('mesa-22', folder, ...VERIFY, '--adapter', 'hardware');
    assert.is(status, 1, text);
    assert.match(text, 'Trying Vulkan … no answer within 15 s, trying Vulkan for WebGPU alone.');
  });

  test('an ordinary user without a sandbox is told of --no-sandbox, which helps', ({ folder }) => {
    const { status, text } = gradweave('no-sandbox', folder, ...VERIFY);
    assert.is(status, 1, text);
    assert.match(text, 'run this command again with --no-sandbox');
    const without = gradweave('no-sandbox', folder, ...VERIFY, '--no-sandbox');
    assert.is(without.status, 0, without.text);
  });
}

test('every kind of machine says what it is', () => {
  for (const { says } of Object.values(MACHINES)) assert.ok(says.length > 10);
});

test.run();
