import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { PACKAGE_ROOT } from '../../src/cli/paths.ts';

/** A file's own exports with whether they have a docstring, and what it re-exports. */
interface Source {
  readonly declared: ReadonlyMap<string, boolean>;
  readonly from: readonly { readonly file: string; readonly names: readonly string[] | 'all' }[];
}

const DECLARATION =
  /^export (?:declare )?(?:default )?(?:abstract )?(?:async )?(?:class|function\*?|const|let|interface|type|enum) (\w+)/gm;
const RE_EXPORT = /^export (?:type )?(\*|\{[^}]*\}) from '(\.[^']+)';/gm;

function read(file: string): Source {
  const text = readFileSync(file, 'utf8');
  const declared = new Map<string, boolean>();
  for (const { 1: name, index } of text.matchAll(DECLARATION)) {
    const before = text.slice(0, index).trimEnd();
    // An overload has the docstring of the one before it or its own.
    declared.set(name, declared.get(name) || /\/\*\*(?:(?!\*\/)[\s\S])*\*\/$/.test(before));
  }
  const from = [...text.matchAll(RE_EXPORT)].map(([, what, path]) => ({
    file: join(dirname(file), path),
    names:
      what === '*'
        ? ('all' as const)
        : (what.match(/[\w ]+/g) ?? []).map((one) => one.replace(/^\s*type /, '').trim()),
  }));
  return { declared, from };
}

/** Names that a file exports without a docstring, with the file of the declaration. */
function undocumented(file: string, wanted: readonly string[] | 'all' = 'all'): string[] {
  const { declared, from } = read(file);
  const own = [...declared].filter(([name]) => wanted === 'all' || wanted.includes(name));
  const bare = own.filter(([, documented]) => !documented).map(([name]) => `${name} (${file})`);
  const others = from.flatMap(({ file: next, names }) => {
    const asked = (name: string): boolean =>
      name !== '' && (wanted === 'all' || wanted.includes(name));
    if (names === 'all') return undocumented(next, wanted);
    // `a as b` is declared as a.
    const passed = names.filter((name) => asked(name.split(' as ').at(-1) ?? ''));
    return undocumented(
      next,
      passed.map((name) => name.split(' as ')[0]),
    );
  });
  return [...bare, ...others];
}

/** How many names a file's exports were traced to. */
function count(file: string): number {
  const { declared, from } = read(file);
  return from.reduce(
    (sum, { file: next, names }) => sum + (names === 'all' ? count(next) : names.length),
    declared.size,
  );
}

const ENTRY_POINTS = [
  'index',
  'data/index',
  'checkpoint',
  'ops/index',
  'reference/index',
  'verify/index',
  'onnx/index',
  'node/index',
  'log/index',
];

for (const name of ENTRY_POINTS) {
  test(`everything that src/${name}.ts exports has a docstring`, () => {
    const file = join(PACKAGE_ROOT, 'src', `${name}.ts`);
    assert.ok(count(file) > 3, 'nothing was found: the scan does not know how it exports');
    assert.equal(undocumented(file), []);
  });
}

test('the entry points are those of package.json', () => {
  const { exports } = JSON.parse(readFileSync(join(PACKAGE_ROOT, 'package.json'), 'utf8'));
  const modules = Object.values<{ module?: string }>(exports).flatMap(({ module }) =>
    module ? [module.replace(/^\.\/dist\/lib\/(.*)\.js$/, '$1')] : [],
  );
  assert.equal(modules.sort(), [...ENTRY_POINTS].sort());
});

test.run();
