import { test } from 'uvu';
import { runInNewNode } from './new-node.ts';

// The packages of the queue need a newer Node than these tests; each file is a process with all its tests.
// Hostile workers are met in the long run.

test('the store, on PGlite, loses nothing and counts nothing twice', async () => {
  await runInNewNode('test/sweep/scenes/store.ts');
});

test.run();
