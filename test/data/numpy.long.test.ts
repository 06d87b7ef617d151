import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { PACKAGE_ROOT } from '../../src/cli/paths.ts';
import { type NpyArray, parseNpy } from '../../src/data/npy.ts';
import { parseNpz } from '../../src/data/npz.ts';

interface Held {
  readonly shape: readonly number[];
  readonly data: readonly (number | boolean)[];
}

test('arrays of all types, orders and versions that numpy writes are read (needs python3 with numpy)', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'gradweave-numpy-'));
  try {
    execFileSync('python3', [join(PACKAGE_ROOT, 'test/data/arrays_of_numpy.py'), folder], {
      stdio: 'inherit',
    });
    const held: Record<string, Held> = JSON.parse(readFileSync(join(folder, 'held.json'), 'utf8'));
    const names = Object.keys(held);
    assert.is(names.length, 12 * 5 * 3);
    const check = (name: string, { shape, data }: NpyArray) => {
      assert.equal([...shape], held[name].shape, name);
      assert.equal(Array.from(data, Number), held[name].data.map(Number), name);
    };
    for (const name of names) check(name, parseNpy(readFileSync(join(folder, `${name}.npy`))));
    for (const kind of ['stored', 'packed']) {
      const arrays = await parseNpz(readFileSync(join(folder, `${kind}.npz`)));
      assert.equal([...arrays.keys()].sort(), [...names].sort());
      for (const [name, array] of arrays) check(name, array);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test.run();
