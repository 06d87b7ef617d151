import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { PACKAGE_ROOT } from '../../src/cli/paths.ts';
import { MUTATIONS } from './mutations.mjs';

test('every mistake that the tests have to notice has its one place', () => {
  for (const { what, file, from, to } of MUTATIONS) {
    const places = readFileSync(join(PACKAGE_ROOT, file), 'utf8').split(from).length - 1;
    assert.is(places, 1, `${what}: ${file}`);
    assert.is.not(from, to, what);
  }
});

test.run();
