import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { runInNewNode } from './new-node.ts';

const MINUTES = 60_000;
const run = promisify(execFile);

test('hostile workers are refused for long, too: lines that stall, thousands of wrong messages', async () => {
  await runInNewNode('test/sweep/scenes/hostile.ts', { SWEEP_LONG: 'true' }, 10 * MINUTES);
});

test('the store, on PostgreSQL, loses nothing and counts nothing twice (needs PostgreSQL)', async () => {
  await runInNewNode('test/sweep/scenes/store-on-postgres.ts', {}, 5 * MINUTES);
});

test('a small storm on both databases leaves every trial exactly once (needs PostgreSQL)', async () => {
  const storm = ['scripts/sweep-node.mjs', 'test/sweep/storm/main.ts', '--trials', '24'];
  const all = [...storm, '--database', 'both'];
  const { stdout } = await run(process.execPath, all, { timeout: 14 * MINUTES }).catch((error) => {
    throw new Error(`${error.message}\n${error.stdout}`);
  });
  assert.match(stdout, /lost 0, twice 0, digests agree\n$/);
});

test.run();
