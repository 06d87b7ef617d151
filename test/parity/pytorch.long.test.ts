import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { cacheDirectory } from '../../src/cli/dataset.ts';
import { PACKAGE_ROOT } from '../../src/cli/paths.ts';

const TEXT = join(PACKAGE_ROOT, 'docs/guide/training.md');

test('PyTorch’s runs of seven networks of modules are repeated (needs python3 with torch and safetensors)', () => {
  // The same folder as `train` uses.
  const directory = process.env.GRADWEAVE_DATA ?? cacheDirectory(process.env);
  const folder = mkdtempSync(join(tmpdir(), 'gradweave-traces-'));
  try {
    const script = join(PACKAGE_ROOT, 'test/pytorch/traces.py');
    execFileSync('python3', [script, directory, TEXT, folder], { stdio: 'inherit' });
    const command = join(PACKAGE_ROOT, 'scripts/gradweave.mjs');
    const given = ['parity', folder, '--data', directory, '--text', TEXT];
    const output = execFileSync(process.execPath, [command, ...given], { encoding: 'utf8' });
    assert.match(output, /7 ok, 0 not ok/);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test.run();
