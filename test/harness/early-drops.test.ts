import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { keepEarlyDrops, takeEarlyDrops } from '../../src/harness/page/data/early-drops.ts';
import { withGlobals } from './part-page.ts';

/** A drag of one file; null for a drag of text. @returns whether the browser would leave the page */
function drag(kind: 'dragover' | 'drop', name: string | null, taken = false): boolean {
  const files = name === null ? [] : [new File(['x,y'], name)];
  const dataTransfer = { types: name === null ? ['text/plain'] : ['Files'], files, items: [] };
  const event = Object.assign(new Event(kind, { cancelable: true }), { dataTransfer });
  if (taken) event.preventDefault();
  return window.dispatchEvent(event);
}

withGlobals(test, { window: new EventTarget() });

test('files that are dropped before the page is ready are kept for it, and never shown in its place', async () => {
  keepEarlyDrops();
  assert.is(drag('drop', null), true, 'a text');
  assert.is(drag('dragover', 'table.csv'), false);
  assert.is(drag('drop', 'table.csv'), false);
  drag('drop', 'letter.txt', true);
  drag('drop', 'more.csv');
  const early = await Promise.all(takeEarlyDrops());
  assert.equal(
    early.map((files) => files.map(({ name }) => name)),
    [['table.csv'], ['more.csv']],
  );
  // The page takes them itself now.
  assert.is(drag('drop', 'late.csv'), false);
  assert.equal(takeEarlyDrops(), []);
});

test.run();
