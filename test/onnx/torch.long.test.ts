import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { PACKAGE_ROOT } from '../../src/cli/paths.ts';
import { builtInGarments } from '../../src/data/index.ts';
import { adam, Engine, Trainer } from '../../src/index.ts';
import { useWorkingDriver } from '../../src/node/index.ts';
import { fromOnnx } from '../../src/onnx/index.ts';
import { installRuntimes } from '../run/runtimes.ts';
import { compared } from './torch-files.ts';

const FOLDER = mkdtempSync(join(tmpdir(), 'gradweave-torch-'));
const SCRIPT = join(PACKAGE_ROOT, 'test/onnx/torch_files.py');

test.before(() => {
  execFileSync('python3', [SCRIPT, FOLDER], { stdio: 'pipe' });
});
test.after(() => rmSync(FOLDER, { recursive: true }));

test('networks of both exporters of PyTorch’s compute the same here (needs python3 with torch, onnx, onnxscript and safetensors)', () => {
  const all = compared(FOLDER);
  assert.is(all.length, 14);
  for (const { file, off } of all) assert.ok(off < 1e-6, `${file}: ${off}`);
  const names = (file: string) => all.find((one) => one.file === file)?.names.slice(0, 2);
  assert.equal(names('perceptron.dynamo.onnx'), ['1.weight', '1.bias']);
  assert.equal(names('residual.script.onnx'), ['stem.weight', 'stem.bias']);
});

test('a network of PyTorch’s is trained further: an epoch lowers its loss', async () => {
  installRuntimes();
  const driver = join(PACKAGE_ROOT, 'test/runtimes/node_modules/webgpu/index.js');
  await useWorkingDriver({ adapter: 'software', webgpu: driver });
  const { create } = await import(pathToFileURL(driver).href);
  const { model, parameters } = fromOnnx(readFileSync(join(FOLDER, 'perceptron.dynamo.onnx')));
  await using engine = await Engine.create({ gpu: create([]) });
  const trainer = await Trainer.create(engine, {
    model,
    dataset: builtInGarments({ train: 4000, test: 500 }),
    loss: 'cross_entropy',
    optimizer: adam({ learningRate: 1e-3 }),
    batchSize: 50,
  });
  trainer.load(parameters);
  const before = await trainer.evaluate();
  await trainer.fit({ epochs: 1 });
  const after = await trainer.evaluate();
  assert.ok(after.loss < before.loss / 2, `${before.loss} → ${after.loss}`);
});

test.run();
