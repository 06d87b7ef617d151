import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import * as source from '../../src/index.ts';

const BUNDLE = new URL('../../dist/gradweave.js', import.meta.url);

/** A little above what they are: what adds bytes has to be worth them. */
const MOST_KIB = { bundle: 96.9, app: 78.8 };

const kib = (bytes: Uint8Array): number => gzipSync(bytes, { level: 9 }).length / 1024;

test(`the bundle with everything is at most ${MOST_KIB.bundle} KiB gzipped`, () => {
  const size = kib(readFileSync(BUNDLE));
  assert.ok(size <= MOST_KIB.bundle, `${size.toFixed(2)} KiB`);
});

/** Trains the paper's Model 2. */
const APP = `
  import { adam, dropout, Engine, flatten, linear, relu, Sequential, Trainer } from './src/index.ts';
  export async function run(dataset, epochs) {
    const hidden = (i, o) => [linear(i, o), relu(), dropout(0.2)];
    const trainer = await Trainer.create(await Engine.create(), {
      model: new Sequential([28, 28], [flatten(), ...hidden(784, 128), ...hidden(128, 64), linear(64, 10)]),
      dataset,
      loss: 'cross_entropy',
      optimizer: adam(),
    });
    await trainer.fit({ epochs });
    return trainer.parameters();
  }`;

test(`an app that trains Model 2 is at most ${MOST_KIB.app} KiB gzipped`, async () => {
  const { outputFiles } = await build({
    stdin: { contents: APP, resolveDir: fileURLToPath(new URL('../..', import.meta.url)) },
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    target: 'es2022',
  });
  const [{ contents, text }] = outputFiles;
  const size = kib(contents);
  assert.ok(size <= MOST_KIB.app, `${size.toFixed(2)} KiB`);
  // Of the optimizers, only its own.
  const optimizers = ['adam', 'sgd', 'rmsprop', 'lion', 'adagrad', 'nadam'];
  const shipped = optimizers.filter((name) => text.includes(`"optimizer/${name}"`));
  assert.equal(shipped, ['adam']);
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
  assert.equal(foreign.sort(), ['src/check.ts', 'src/errors.ts', 'src/index.ts']);
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
