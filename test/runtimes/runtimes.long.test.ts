import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { PACKAGE_ROOT } from '../../src/cli/paths.ts';
import { installRuntimes } from '../run/runtimes.ts';

function command(...given: readonly string[]): { output: string; status: number | null } {
  const program = join(PACKAGE_ROOT, 'scripts/gradweave.mjs');
  const { stdout, stderr, status } = spawnSync(process.execPath, [program, ...given], {
    encoding: 'utf8',
    timeout: 600_000,
  });
  return { output: stdout + stderr, status };
}

for (const runtime of ['node', 'deno']) {
  test(`${runtime}: every op is within its bounds`, () => {
    installRuntimes();
    const { output, status } = command('verify', '--runtime', runtime);
    assert.is(status, 0, output);
    assert.match(output, /\n\d+ ok, 0 not ok/);
  });

  test(`${runtime}: a run learns, and comes back whole`, () => {
    installRuntimes();
    const folder = mkdtempSync(join(tmpdir(), 'gradweave-runtime-'));
    const file = join(folder, 'run.json');
    const small = ['--train-limit', '2000', '--epochs', '3'];
    const { output, status } = command('train', '--runtime', runtime, '--json', file, ...small);
    assert.is(status, 0, output);
    const { history } = JSON.parse(readFileSync(file, 'utf8'));
    rmSync(folder, { recursive: true });
    assert.is(history.length, 3);
    assert.ok(history[2].test.accuracy > 0.6, JSON.stringify(history));
  });
}

test.run();
