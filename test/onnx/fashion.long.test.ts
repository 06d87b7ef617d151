import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { cacheDirectory } from '../../src/cli/dataset.ts';
import { PACKAGE_ROOT } from '../../src/cli/paths.ts';
import { loadFashionMnist } from '../../src/data/index.ts';
import { adam, Engine, mlp, Trainer } from '../../src/index.ts';
import { useWorkingDriver } from '../../src/node/index.ts';
import { toOnnx } from '../../src/onnx/index.ts';
import { installRuntimes } from '../run/runtimes.ts';
import { outputsOf } from './runtime.ts';

/** Rows of logits: the class of each, and how far it is ahead of the second one. */
function classesOf(logits: Float32Array, classes: number) {
  return Array.from({ length: logits.length / classes }, (_, row) => {
    const own = logits.subarray(row * classes, (row + 1) * classes);
    const [first, second] = [...own].sort((a, b) => b - a);
    return { best: own.indexOf(first), margin: first - second };
  });
}

test('a trained network has the same classes in ONNX Runtime, for all test images of Fashion-MNIST', async () => {
  // The same folder as `train` uses.
  const directory = process.env.GRADWEAVE_DATA ?? cacheDirectory(process.env);
  const files = readdirSync(directory).map((name) => [name, readFileSync(join(directory, name))]);
  const dataset = await loadFashionMnist(Object.fromEntries(files));
  installRuntimes();
  const driver = join(PACKAGE_ROOT, 'test/runtimes/node_modules/webgpu/index.js');
  await useWorkingDriver({ adapter: 'software', webgpu: driver });
  const { create } = await import(pathToFileURL(driver).href);
  await using engine = await Engine.create({ gpu: create([]) });
  const trainer = await Trainer.create(engine, {
    model: mlp([28, 28], [784, 64, 10], { dropout: 0.2 }),
    dataset,
    loss: 'cross_entropy',
    optimizer: adam({ learningRate: 1e-3 }),
    batchSize: 100,
    normalize: 'standardise',
  });
  await trainer.fit({ epochs: 2 });
  const { images, count, labels } = dataset.test;
  const inference = await trainer.inference({ batch: 100 });
  const logits = await inference.predict(dataset.test);
  const { normalize, model } = trainer.options;
  const file = toOnnx(model, await trainer.parameters(), { bytes: true, normalize });
  const found = await outputsOf(file, images as Uint8Array, [count, 28, 28]);
  const [ours, theirs] = [classesOf(logits, 10), classesOf(found, 10)];
  const differ = ours.flatMap(({ best, margin }, i) => (best === theirs[i].best ? [] : [margin]));
  const margins = ours.map(({ margin }) => margin).sort((a, b) => a - b);
  const off = found.reduce((most, value, i) => Math.max(most, Math.abs(value - logits[i])), 0);
  const right = ours.filter(({ best }, i) => best === labels[i]).length;
  console.log(
    `${differ.length} of ${count} classes differ, ${right} are right; logits by up to ${off.toExponential(1)}; the least margins are ${margins.slice(0, 3).map((one) => one.toExponential(1))}`,
  );
  assert.ok(right > 0.8 * count);
  assert.ok(off < 1e-4, String(off));
  // A near tie may fall to either side.
  assert.ok(
    differ.every((margin) => margin <= 2 * off),
    differ.join(),
  );
});

test.run();
