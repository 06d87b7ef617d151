import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { runInNewNode } from './new-node.ts';
import { findPostgres } from './storm/postgres.ts';

const MINUTES = 60_000;

test('hostile workers are refused for long, too: lines that stall, thousands of wrong messages', async () => {
  await runInNewNode('test/sweep/scenes/hostile.ts', { SWEEP_LONG: 'true' }, 10 * MINUTES);
});

test('the store, on PostgreSQL, loses nothing and counts nothing twice', async () => {
  if (findPostgres() === null) return;
  await runInNewNode('test/sweep/scenes/store-on-postgres.ts', {}, 5 * MINUTES);
});

test('a small storm on both databases leaves every trial exactly once', async () => {
  const databases = findPostgres() === null ? 'pglite' : 'both';
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [
      'scripts/sweep-node.mjs',
      'test/sweep/storm/main.ts',
      '--trials',
      '24',
      '--database',
      databases,
    ],
    { timeout: 14 * MINUTES },
  );
  assert.match(stdout, /lost 0, twice 0, digests agree\n$/);
});

test.run();
