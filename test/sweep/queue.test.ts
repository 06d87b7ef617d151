import { test } from 'uvu';
import { runInNewNode } from './new-node.ts';

// The packages of the queue need a newer Node than these tests; each file is a process with all its tests.

test('the store, on PGlite, loses nothing and counts nothing twice', async () => {
  await runInNewNode('test/sweep/scenes/store.ts');
});

test('hostile workers are refused, and harm nobody', async () => {
  await runInNewNode('test/sweep/scenes/hostile.ts');
});

test.run();
