import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { PACKAGE_ROOT } from '../../src/cli/paths.ts';

const SWEEP = join(PACKAGE_ROOT, 'sweep');
const FILES = readdirSync(join(SWEEP, 'src'), { recursive: true, encoding: 'utf8' })
  .map((name) => name.replaceAll('\\', '/'))
  .filter((name) => name.endsWith('.ts'));

/** What a file imports, as paths from the repository's root; with `import()` too. */
function importsOf(file: string): string[] {
  const path = join(SWEEP, 'src', file);
  const text = readFileSync(path, 'utf8');
  const found = text.matchAll(/(?:from|import|import\() ?'(\.[^']+)'/g);
  return [...found].map(([, name]) =>
    relative(PACKAGE_ROOT, join(dirname(path), name)).replaceAll('\\', '/'),
  );
}

/** The rooms of README.md's table, each with those that it imports here, and of gradweave. */
const ROOMS = new Map(
  [
    ...readFileSync(join(SWEEP, 'README.md'), 'utf8').matchAll(
      /^\| `(\w+)` \| [^|]+ \| ([^|]+) \| ([^|]+) \|$/gm,
    ),
  ].map(([, room, own, others]) => [
    room,
    { own: own.match(/\w+/g) ?? [], others: others.match(/\w+/g) ?? [] },
  ]),
);

const BELOW = ['contract.ts', 'engine.ts'];

test('the table names all rooms', () => {
  const there = new Set(
    FILES.filter((file) => file.includes('/')).map((file) => file.split('/')[0]),
  );
  assert.equal([...ROOMS.keys()].sort(), [...there].sort());
});

for (const [room, { own, others }] of ROOMS) {
  test(`sweep/src/${room} imports only what README.md says, and all of it`, () => {
    const found = { own: new Set<string>(), others: new Set<string>() };
    for (const file of FILES.filter((one) => one.startsWith(`${room}/`))) {
      for (const path of importsOf(file)) {
        const [, inside] = /^sweep\/src\/(.+)/.exec(path) ?? [];
        const [, other] = /^src\/([^/]+)/.exec(path) ?? [];
        if (inside === undefined) {
          if (['errors.ts', 'check.ts', 'version.ts'].includes(other)) continue;
          assert.ok(others.includes(other), `${file} imports ${path}`);
          found.others.add(other);
          continue;
        }
        const [name] = inside.split('/');
        if (name === room || BELOW.includes(name)) continue;
        assert.ok(own.includes(name), `${file} imports ${path}`);
        found.own.add(name);
      }
    }
    assert.equal([...found.own].sort(), [...own].sort());
    assert.equal([...found.others].sort(), [...others].sort());
  });
}

test('what lies below all rooms imports none', () => {
  for (const file of BELOW) {
    assert.equal(
      importsOf(file).filter((path) => path.startsWith('sweep/')),
      [],
      file,
    );
  }
});

test('no room imports one that imports it, even through others', () => {
  const reach = (room: string, path: readonly string[] = []): void => {
    assert.not.ok(path.includes(room), [...path, room].join(' → '));
    for (const other of ROOMS.get(room)?.own ?? []) reach(other, [...path, room]);
  };
  for (const room of ROOMS.keys()) reach(room);
});

test('no file imports itself through others', () => {
  const done = new Set<string>();
  const visit = (file: string, path: readonly string[]): void => {
    assert.not.ok(path.includes(file), [...path, file].join(' → '));
    if (done.has(file)) return;
    for (const other of importsOf(file)) {
      const [, inside] = /^sweep\/src\/(.+)/.exec(other) ?? [];
      if (inside !== undefined) visit(inside, [...path, file]);
    }
    done.add(file);
  };
  for (const file of FILES) visit(file, []);
});

test.run();
