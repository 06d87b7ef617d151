import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { reports } from '../../scripts/reports.mjs';
import { PACKAGE_ROOT } from '../../src/cli/paths.ts';

test('the reports in docs are what the code makes of the results in the repository', async () => {
  const made = Object.entries(await reports());
  assert.ok(made.length > 10);
  for (const [path, text] of made) {
    const kept = readFileSync(join(PACKAGE_ROOT, path), 'utf8');
    assert.ok(kept === text, `${path} is out of date. Run: node scripts/reports.mjs`);
  }
});

test.run();
