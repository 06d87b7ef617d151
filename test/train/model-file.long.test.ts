import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { PACKAGE_ROOT } from '../../src/cli/paths.ts';
import { batchNorm2d, conv2d, flatten, linear, relu, Sequential } from '../../src/nn/layers.ts';
import { initialize } from '../../src/nn/model.ts';
import { readModel } from '../../src/train/model-file/read.ts';
import { saveModel } from '../../src/train/model-file/write.ts';

test('PyTorch loads a model file as a state_dict (needs python3 with torch and safetensors)', async () => {
  const model = new Sequential(
    [4, 4, 1],
    [conv2d(1, 2, 3, { padding: 1 }), batchNorm2d(2), relu(), flatten(), linear(32, 3)],
  );
  const parameters = initialize(model, [1, 2]);
  parameters.set('1.running_mean', Float32Array.of(0.5, -0.25));
  parameters.set('1.running_var', Float32Array.of(2, 0.5));
  const bytes = await saveModel({ model, parameters });
  const folder = mkdtempSync(join(tmpdir(), 'gradweave-model-'));
  try {
    const file = join(folder, 'model.safetensors');
    writeFileSync(file, bytes);
    const script = join(PACKAGE_ROOT, 'test/train/model_file.py');
    const found = JSON.parse(execFileSync('python3', [script, file], { encoding: 'utf8' }));
    assert.equal([...found.names].sort(), model.parameters.map(({ name }) => name).sort());
    assert.is(found.description.model.layers.length, 5);
    assert.equal(readModel(bytes).model.kind, model.kind);
    const wanted = byHand(parameters);
    assert.is(found.outputs.length, wanted.length);
    for (const [i, value] of wanted.entries()) {
      assert.ok(Math.abs(found.outputs[i] - value) < 1e-5, `${i}: ${found.outputs[i]}, ${value}`);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});

/** The same in float64: two images of 4 × 4 pixels, i / 32. */
function byHand(parameters: ReadonlyMap<string, Float32Array>): number[] {
  const of = (name: string): number[] => Array.from(parameters.get(name) ?? []);
  const [w, b] = [of('0.weight'), of('0.bias')];
  const [scale, shift] = [of('1.weight'), of('1.bias')];
  const [mean, variance] = [of('1.running_mean'), of('1.running_var')];
  const [weight, bias] = [of('4.weight'), of('4.bias')];
  const at = (n: number, y: number, x: number): number =>
    y < 0 || x < 0 || y > 3 || x > 3 ? 0 : (16 * n + 4 * y + x) / 32;
  return [0, 1].flatMap((n) => {
    const hidden = Array.from({ length: 32 }, (_, i) => {
      const [c, y, x] = [i >> 4, (i >> 2) & 3, i & 3];
      let sum = b[c];
      for (let k = 0; k < 9; k++) {
        sum += w[9 * c + k] * at(n, y + Math.floor(k / 3) - 1, x + (k % 3) - 1);
      }
      const norm = ((sum - mean[c]) / Math.sqrt(variance[c] + 1e-5)) * scale[c] + shift[c];
      return Math.max(0, norm);
    });
    return bias.map((one, o) => hidden.reduce((sum, h, i) => sum + h * weight[32 * o + i], one));
  });
}

test.run();
