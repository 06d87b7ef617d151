import { readFileSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import * as source from '../../src/index.ts';
import { bundled, kib, weightOf } from './chunks.ts';

const BUNDLE = new URL('../../dist/gradweave.js', import.meta.url);

/** A little above what they are: what adds bytes has to be worth them. */
const MOST_KIB = { bundle: 147.6, training: 72.4, inference: 31.5, prediction: 35.2 };

test(`the bundle with everything is at most ${MOST_KIB.bundle} KiB gzipped`, () => {
  const size = kib(readFileSync(BUNDLE));
  assert.ok(size <= MOST_KIB.bundle, `${size.toFixed(2)} KiB`);
});

for (const app of ['training', 'inference', 'prediction'] as const) {
  const most = MOST_KIB[app];
  test(`an app of ${app} downloads at most ${most} KiB gzipped`, async () => {
    const chunks = await bundled(app);
    const size = weightOf(app, chunks);
    assert.ok(size <= most, `${size.toFixed(2)} KiB`);
    // Of the optimizers, only its own.
    const text = chunks.map(({ code }) => code).join('');
    const optimizers = ['adam', 'sgd', 'rmsprop', 'lion', 'adagrad', 'nadam'];
    const shipped = optimizers.filter((name) => text.includes(`optimizer/${name}`));
    assert.equal(shipped, app === 'training' ? ['adam'] : []);
  });
}

test('the bundle loads by itself and exports what the source does', async () => {
  const bundle = await import(BUNDLE.href);
  assert.equal(Object.keys(bundle).sort(), Object.keys(source).sort());
});

test('nothing is in the bundle that training does not need', () => {
  const map = JSON.parse(readFileSync(new URL(`${BUNDLE.href}.map`), 'utf8'));
  const paths: string[] = map.sources.map((path: string) => path.replace(/^(\.\.\/)+/, ''));
  assert.ok(paths.includes('src/ops/scale.ts'), paths.join(' '));
  const foreign = paths.filter(
    (path) => !/^src\/(data|ensemble|fusion|gpu|graph|infer|nn|ops|random|train)\//.test(path),
  );
  assert.equal(foreign.sort(), ['src/check.ts', 'src/errors.ts']);
  // Of the data folder, what checks samples and brings them to the GPU; no file formats, no built-in set.
  const data = paths.filter((path) => path.startsWith('src/data/')).sort();
  assert.equal(
    data,
    [
      'channels',
      'characters',
      'check-numbers',
      'check',
      'given',
      'holdout',
      'host-rows',
      'host',
      'labels',
      'live',
      'pictures',
      'pieces',
      'place',
      'resident-tokens',
      'resident',
      'rows',
      'standardise',
      'statistics',
      'streamed',
      'text',
      'tokens',
    ].map((name) => `src/data/${name}.ts`),
  );
  // The reference's error bounds.
  assert.not.ok(paths.includes('src/ops/rounding.ts'));
});

test.run();
