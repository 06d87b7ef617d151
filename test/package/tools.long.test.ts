import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { project, runIn } from './project.ts';
import { pack, removeFolders } from './stage.ts';

test.after(removeFolders);

test('publint and Are The Types Wrong find nothing in what is published', async () => {
  const app = await project('tools');
  const { tarball } = await pack();
  const publint = join('node_modules', 'publint', 'src', 'cli.js');
  assert.match(
    await runIn(app, process.execPath, [publint, 'run', tarball, '--strict']),
    /All good/,
  );
  const attw = join('node_modules', '@arethetypeswrong', 'cli', 'dist', 'index.js');
  // The bundle is one module, for pages; it is not for `require`.
  const given = [attw, tarball, '--exclude-entrypoints', './bundle', '--format', 'ascii'];
  assert.match(await runIn(app, process.execPath, given), /No problems found/);
});

test.run();
