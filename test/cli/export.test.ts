import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { flatten, linear, Sequential } from '../../src/nn/layers.ts';
import type { State } from '../../src/nn/state.ts';
import { readModel } from '../../src/train/model-file/read.ts';
import { type ModelParts, saveModel } from '../../src/train/model-file/write.ts';
import { outputsOf } from '../onnx/runtime.ts';
import { runMain } from './run-main.ts';

const test = suite<{ folder: string; file: string }>('export');

test.before.each(async (context) => {
  context.folder = await mkdtemp(join(tmpdir(), 'gradweave-export-'));
  context.file = join(context.folder, 'a.safetensors');
});
test.after.each(({ folder }) => rm(folder, { recursive: true }));

const run = (...args: readonly string[]) => runMain(args);

const PARTS: ModelParts = {
  model: new Sequential([1, 2], [flatten(), linear(2, 2, { bias: false })]),
  parameters: new Map([
    ['1.weight', { shape: [2, 2], data: Float32Array.of(2, 0, 0, 5) }],
  ]) as State,
  image: { height: 1, width: 2, channels: 1 },
  loss: 'cross_entropy',
  classes: ['left', 'right'],
  training: { dataset: 'Fashion-MNIST', epochs: 3, last: { test: { loss: 0.5, accuracy: 0.875 } } },
};

test('the ONNX file takes bytes and gives probabilities, or what the model computes', async ({
  folder,
  file,
}) => {
  await writeFile(file, await saveModel(PARTS));
  const onnx = join(folder, 'a.onnx');
  const outputs = async (...more: readonly string[]): Promise<number[]> => {
    const { code, text } = await run('export', file, '--onnx', onnx, ...more);
    assert.is(code, 0, text);
    const bytes = Uint8Array.of(255, 0, 0, 51);
    return [...(await outputsOf(await readFile(onnx), bytes, [2, 1, 2]))];
  };
  const close = (got: readonly number[], wanted: readonly number[]): void => {
    wanted.forEach((value, i) => {
      assert.ok(Math.abs(got[i] - value) < 1e-6, `${got} instead of ${wanted}`);
    });
  };
  close(await outputs('--outputs', 'raw'), [2, 0, 0, 1]);
  const yes = (x: number): number => 1 / (1 + Math.exp(-x));
  close(await outputs(), [yes(2), yes(-2), yes(-1), yes(1)]);
});

test('a folder for the Hub has the model, its description and a card', async ({ folder, file }) => {
  await writeFile(file, await saveModel(PARTS));
  const hub = await mkdtemp(join(folder, 'net-'));
  const { code, text } = await run('export', file, '--hf', hub);
  assert.is(code, 0, text);
  assert.equal((await readdir(hub)).sort(), ['README.md', 'config.json', 'model.safetensors']);
  assert.equal(readModel(await readFile(join(hub, 'model.safetensors'))).classes, [
    'left',
    'right',
  ]);
  const config = JSON.parse(await readFile(join(hub, 'config.json'), 'utf8'));
  assert.equal(config.id2label, { 0: 'left', 1: 'right' });
  assert.is(config.gradweave.version, 1);
  const card = await readFile(join(hub, 'README.md'), 'utf8');
  assert.match(card, /^---\nlibrary_name: gradweave\npipeline_tag: image-classification\n/);
  assert.match(card, '    - type: accuracy\n      name: Test accuracy\n      value: 0.875\n');
  assert.match(card, 'datasets:\n- zalando-datasets/fashion_mnist');
  assert.match(card, '| 1 | linear 2→2 | 2 | 4 |');
});

test('a stranger’s texts cannot change the card', async ({ folder, file }) => {
  const evil = 'x"\n---\ninjected: | yes';
  const parts = { ...PARTS, classes: [evil, 'b'], training: { ...PARTS.training, dataset: evil } };
  await writeFile(file, await saveModel(parts));
  const { code, text } = await run('export', file, '--hf', folder);
  assert.is(code, 0, text);
  const card = await readFile(join(folder, 'README.md'), 'utf8');
  assert.not.match(card, /^injected/m);
  assert.is(card.match(/^---$/gm)?.length, 2);
});

test('what cannot be written is refused before anything is', async ({ folder, file }) => {
  const refused = async (said: string, ...args: readonly string[]) => {
    const { code, text } = await run('export', file, ...args);
    assert.is(code, 2, text);
    assert.match(text, said);
  };
  await writeFile(file, await saveModel({ ...PARTS, loss: 'mse' }));
  const onnx = join(folder, 'a.onnx');
  await refused('nothing to write was given');
  await refused('--outputs was given without --onnx', '--hf', folder, '--outputs', 'raw');
  await refused('are not logits', '--onnx', onnx, '--outputs', 'probabilities');
  await refused('does not exist', '--hf', join(folder, 'no'));
  const parts = { ...PARTS, image: { height: 3, width: 2, channels: 1, crop: [1, 2] } as const };
  await writeFile(file, await saveModel(parts));
  await refused('the model sees 1×2 pixels', '--onnx', onnx);
});

test('no file of something else is replaced', async ({ folder, file }) => {
  const bytes = await saveModel(PARTS);
  await writeFile(file, bytes);
  const refused = async (text: string, ...args: readonly string[]) => {
    const got = await run('export', file, ...args);
    assert.is(got.code, 2, got.text);
    assert.match(got.text, text);
  };
  await refused('--onnx and MODEL are both', '--onnx', join(folder, '.', 'a.safetensors'));
  assert.equal(new Uint8Array(await readFile(file)), bytes);
  const readme = join(folder, 'README.md');
  await writeFile(readme, 'Of a project');
  await refused('has README.md of something else', '--hf', folder);
  assert.is(await readFile(readme, 'utf8'), 'Of a project');
  await writeFile(join(folder, 'config.json'), '{}');
  await refused('config.json and README.md', '--hf', folder);
  await rm(readme);
  await rm(join(folder, 'config.json'));
  for (let again = 0; again < 2; again++) {
    const { code, text } = await run('export', file, '--hf', folder);
    assert.is(code, 0, text);
  }
  // The model file may be that of the folder.
  const own = await run('export', join(folder, 'model.safetensors'), '--hf', folder);
  assert.is(own.code, 0, own.text);
});

test.run();
