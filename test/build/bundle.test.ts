import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import * as source from '../../src/index.ts';

const BUNDLE = new URL('../../dist/gradweave.js', import.meta.url);

/** Above what it is by about a hundredth: what grows the bundle has to be worth it. */
const MOST_KIB = 73;

test(`the engine's bundle is at most ${MOST_KIB} KiB gzipped`, () => {
  const size = gzipSync(readFileSync(BUNDLE), { level: 9 }).length / 1024;
  assert.ok(size <= MOST_KIB, `${size.toFixed(2)} KiB`);
});

test('the bundle loads by itself and exports what the source does', async () => {
  const bundle = await import(BUNDLE.href);
  assert.equal(Object.keys(bundle).sort(), Object.keys(source).sort());
});

test('nothing is in the bundle that training does not need', () => {
  const map = JSON.parse(readFileSync(new URL(`${BUNDLE.href}.map`), 'utf8'));
  const paths: string[] = map.sources.map((path: string) => path.replace(/^(\.\.\/)+/, ''));
  assert.ok(paths.includes('src/ops/scale.ts'), paths.join(' '));
  const foreign = paths.filter(
    (path) => !/^src\/(data|fusion|gpu|graph|infer|nn|ops|random|train)\//.test(path),
  );
  assert.equal(foreign.sort(), ['src/check.ts', 'src/errors.ts']);
  // Of the data folder, what checks samples and brings them to the GPU; no file formats, no built-in set.
  const data = paths.filter((path) => path.startsWith('src/data/')).sort();
  assert.equal(
    data,
    [
      'check',
      'given',
      'holdout',
      'host',
      'labels',
      'live',
      'place',
      'resident',
      'rows',
      'standardise',
      'streamed',
    ].map((name) => `src/data/${name}.ts`),
  );
  // The reference's error bounds.
  assert.not.ok(paths.includes('src/ops/rounding.ts'));
});

test.run();
