import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { PACKAGE_ROOT } from '../../src/cli/paths.ts';

const SRC = join(PACKAGE_ROOT, 'src');

/** The rooms of CONTRIBUTING.md's table, each with those that it imports. */
function table(): Map<string, readonly string[]> {
  const rows = readFileSync(join(PACKAGE_ROOT, 'CONTRIBUTING.md'), 'utf8').matchAll(
    /^\| `(\w+)` \| [^|]+ \| ([^|]+) \|$/gm,
  );
  const rooms = new Map<string, readonly string[]>();
  for (const [, room, imports] of rows) {
    const all = imports.trim() === 'all of the above';
    rooms.set(room, all ? [...rooms.keys()] : (imports.match(/\w+/g) ?? []));
  }
  return rooms;
}

/** The rooms that the files of a room import, each with a file that does. */
function importsOf(room: string): Map<string, string> {
  const found = new Map<string, string>();
  const names = readdirSync(join(SRC, room), { recursive: true }).map(String);
  for (const name of names.filter((one) => one.endsWith('.ts'))) {
    const file = join(SRC, room, name);
    const text = readFileSync(file, 'utf8');
    for (const [, path] of text.matchAll(/(?:from|import\() ?'(\.[^']+)'/g)) {
      const [other] = relative(SRC, join(dirname(file), path)).split(/[\\/]/);
      if (other !== room && !other.endsWith('.ts')) found.set(other, `${room}/${name}`);
    }
  }
  return found;
}

const rooms = table();

test('the table names the rooms of the engine', () => {
  assert.is(rooms.size, 11);
  assert.equal(rooms.get('gpu'), []);
});

for (const [room, allowed] of rooms) {
  test(`src/${room} imports only what CONTRIBUTING.md says, and all of it`, () => {
    const found = importsOf(room);
    for (const [other, file] of found) {
      assert.ok(allowed.includes(other), `${file} imports ${other}`);
    }
    if (room === 'verify') return;
    for (const other of allowed) assert.ok(found.has(other), `${room} does not import ${other}`);
  });
}

test('no room imports one that imports it, even through others', () => {
  const reach = (room: string, path: readonly string[] = []): void => {
    assert.not.ok(path.includes(room), [...path, room].join(' → '));
    for (const other of rooms.get(room) ?? []) reach(other, [...path, room]);
  };
  for (const room of rooms.keys()) reach(room);
});

test.run();
