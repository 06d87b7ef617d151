import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { PACKAGE_ROOT } from '../../src/cli/paths.ts';
import { toOnnx } from '../../src/onnx/index.ts';
import { LAYERS, NETWORKS, ODD } from './networks.ts';
import { randomParameters } from './parameters.ts';

test('ONNX’s checker accepts the file of each layer and network (needs python3 with onnx)', () => {
  const folder = mkdtempSync(join(tmpdir(), 'gradweave-onnx-'));
  try {
    const models = [...Object.values(LAYERS).flat(), ...Object.values(NETWORKS), ODD];
    for (const [i, model] of models.entries()) {
      writeFileSync(join(folder, `${i}.onnx`), toOnnx(model, randomParameters(model)));
    }
    const script = join(PACKAGE_ROOT, 'test/onnx/check.py');
    const output = execFileSync('python3', [script, folder], { encoding: 'utf8' });
    assert.match(output, new RegExp(`^${models.length} files are valid`));
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test.run();
