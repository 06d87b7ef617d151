import { readFileSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { kib } from './chunks.ts';

const FOLDER = new URL('../../dist/harness/', import.meta.url);

/** What the page loads before anybody opens a panel or a dialog: its script, and what that imports at once. */
function startsWith(name: string, found = new Map<string, Buffer>()): Map<string, Buffer> {
  if (found.has(name)) return found;
  const code = readFileSync(new URL(name, FOLDER));
  found.set(name, code);
  for (const [, part] of code.toString().matchAll(/(?:from|import)\s*"\.\/(part-\w+\.js)"/g)) {
    startsWith(part, found);
  }
  return found;
}

test('the page’s script is at most 60 KiB gzipped before a panel is opened', () => {
  const parts = [...startsWith('harness.js')];
  const size = parts.reduce((sum, [, code]) => sum + kib(code), 0);
  assert.ok(size > 20, 'the script was not found');
  assert.ok(size <= 60, `${size.toFixed(2)} KiB in ${parts.map(([name]) => name).join(', ')}`);
});

test('the Spanish texts are loaded by those who read them', () => {
  const code = [...startsWith('harness.js').values()].join('');
  assert.not.match(code, 'Mirar dentro');
});

test.run();
