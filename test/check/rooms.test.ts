import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { PACKAGE_ROOT } from '../../src/cli/paths.ts';

const SRC = join(PACKAGE_ROOT, 'src');
const FILES = readdirSync(SRC, { recursive: true })
  .map((name) => String(name).replaceAll('\\', '/'))
  .filter((name) => name.endsWith('.ts'));

/** The room of a file; files that lie in none are rooms of their own. */
const roomOf = (file: string): string => file.split('/')[0];

/** What a file imports from src, types too; with `import()` only if it is asked for. */
function importsOf(file: string, { later }: { readonly later: boolean }): string[] {
  const text = readFileSync(join(SRC, file), 'utf8');
  const pattern = later
    ? /(?:from|import) '(\.[^']+)'|import\(\s*'(\.[^']+)'/g
    : /(?:from|import) '(\.[^']+)'/g;
  return [...text.matchAll(pattern)].flatMap(([, path, dynamic]) => {
    const other = relative(SRC, join(dirname(join(SRC, file)), path ?? dynamic));
    return FILES.includes(other.replaceAll('\\', '/')) ? [other.replaceAll('\\', '/')] : [];
  });
}

/** The rooms of CONTRIBUTING.md's tables, each with those that it imports. */
function table(): Map<string, readonly string[]> {
  const rows = readFileSync(join(PACKAGE_ROOT, 'CONTRIBUTING.md'), 'utf8').matchAll(
    /^\| `(\w+)` \| [^|]+ \| ([^|]+) \|$/gm,
  );
  const rooms = new Map<string, readonly string[]>();
  for (const [, room, imports] of rows) {
    const all = imports.trim() === 'all of the above';
    const engine = imports.includes('the engine') ? ENGINE : [];
    const named = imports.replace('the engine', '').match(/\w+/g) ?? [];
    rooms.set(room, all ? [...rooms.keys()] : [...engine, ...named]);
  }
  return rooms;
}

const ENGINE = 'gpu random graph ops fusion nn data infer train reference'.split(' ');
const rooms = table();

test('the tables name all rooms', () => {
  const there = new Set(FILES.filter((file) => file.includes('/')).map(roomOf));
  assert.equal([...rooms.keys()].sort(), [...there].sort());
  assert.equal([...rooms.keys()].slice(0, ENGINE.length), ENGINE);
  assert.equal(rooms.get('gpu'), []);
});

for (const [room, allowed] of rooms) {
  test(`src/${room} imports only what CONTRIBUTING.md says, and all of it`, () => {
    const found = new Set<string>();
    for (const file of FILES.filter((one) => roomOf(one) === room)) {
      for (const other of importsOf(file, { later: true }).map(roomOf)) {
        // These two lie below all rooms.
        if ([room, 'check.ts', 'errors.ts', 'version.ts'].includes(other)) continue;
        assert.ok(allowed.includes(other), `${file} imports ${other}`);
        found.add(other);
      }
    }
    const isApplication = ENGINE.every((one) => allowed.includes(one));
    for (const other of allowed) {
      if (isApplication && ENGINE.includes(other)) continue;
      assert.ok(found.has(other), `${room} does not import ${other}`);
    }
  });
}

test('what lies below all rooms imports none', () => {
  assert.equal(importsOf('errors.ts', { later: true }), []);
  assert.equal(importsOf('version.ts', { later: true }), []);
  assert.equal(importsOf('check.ts', { later: true }), ['errors.ts']);
});

test('no room imports one that imports it, even through others', () => {
  const reach = (room: string, path: readonly string[] = []): void => {
    assert.not.ok(path.includes(room), [...path, room].join(' → '));
    for (const other of rooms.get(room) ?? []) reach(other, [...path, room]);
  };
  for (const room of rooms.keys()) reach(room);
});

test('no file imports itself through others, for types either', () => {
  const done = new Set<string>();
  const visit = (file: string, path: readonly string[]): void => {
    assert.not.ok(path.includes(file), [...path.slice(path.indexOf(file)), file].join(' → '));
    if (done.has(file)) return;
    for (const other of importsOf(file, { later: false })) visit(other, [...path, file]);
    done.add(file);
  };
  for (const file of FILES) visit(file, []);
});

test.run();
