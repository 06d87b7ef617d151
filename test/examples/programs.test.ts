import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';

const FOLDER = new URL('../../examples/programs/', import.meta.url);
const names = readdirSync(FOLDER).filter((name) => /\.tsx?$/.test(name));
const textOf = (name: string): string => readFileSync(new URL(name, FOLDER), 'utf8');

test('every program is at most 60 lines and uses what is public alone', () => {
  assert.ok(names.length >= 10, names.join());
  for (const name of names) {
    const text = textOf(name);
    assert.ok(text.trimEnd().split('\n').length <= 60, name);
    for (const [, from] of text.matchAll(/from '([^']+)'/g)) {
      assert.match(
        from,
        /\.tsx$/.test(name) ? /^(gradweave|react)$/ : /^gradweave(\/(data|checkpoint))?$/,
        name,
      );
    }
  }
});

test('every program is run by a test', () => {
  const runs = readFileSync(new URL('programs.gpu.test.ts', import.meta.url), 'utf8');
  for (const name of names) assert.match(runs, `programs/${name}'`);
});

test.run();
