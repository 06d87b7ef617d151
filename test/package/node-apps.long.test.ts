import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { jsonOf, project, runIn } from './project.ts';
import { removeFolders } from './stage.ts';

test.after(removeFolders);

test('a CommonJS script trains, on the classes that import gives', async () => {
  const app = await project('commonjs');
  const { learned, ...same } = await jsonOf(app, process.execPath, ['main.cjs']);
  assert.ok(Number(learned) < 0.6, String(learned));
  assert.equal(same, { sameEngine: true, sameTrainer: true, sameError: true });
});

test('Jest takes the package: as it is set up by default, beside jsdom, and with modules', async () => {
  const app = await project('jest');
  const jest = join('node_modules', 'jest', 'bin', 'jest.js');
  assert.match(await runIn(app, process.execPath, [jest]), /Tests: +4 passed, 4 total/);
  const modules = ['--experimental-vm-modules', jest, '-c', 'jest.modules.json'];
  assert.match(await runIn(app, process.execPath, modules), /Tests: +1 passed, 1 total/);
});

test('Vitest takes the package, and trains', async () => {
  const app = await project('vitest');
  const vitest = join('node_modules', 'vitest', 'vitest.mjs');
  const output = await runIn(app, process.execPath, [vitest, 'run'], { NO_COLOR: '1' });
  assert.match(output, /Tests +3 passed \(3\)/);
});

test.run();
