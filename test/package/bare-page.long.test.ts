import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { PACKAGE_ROOT as ROOT } from '../../src/cli/paths.ts';
import { serve, verdict, visit } from './page.ts';
import { removeFolders, type Stage, stage } from './stage.ts';

const test = suite<Stage>('bare page');

test.before(async (context) => {
  Object.assign(context, await stage('module'));
});
test.after(removeFolders);

const FOLDER = join(ROOT, 'test/package/projects/bare');

test('the bundle trains in a page and a classic worker, under the strictest policies', async ({
  installed,
}) => {
  const { origin, close } = await serve([FOLDER, join(installed, 'dist')], {
    // No eval, nothing inline, nothing of other hosts.
    'Content-Security-Policy': "default-src 'none'; script-src 'self'; worker-src 'self'",
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Embedder-Policy': 'require-corp',
  });
  try {
    await visit(`${origin}/page.html`, async (page, troubles) => {
      assert.is(await verdict(page), 'learned, isolated');
      assert.equal(troubles, []);
    });
  } finally {
    close();
  }
});

test('a page of file:// trains by a classic script that a bundler made', async ({ app }) => {
  const { build } = await import('esbuild');
  const contents = `import * as gradweave from 'gradweave';
    import { learn } from ${JSON.stringify(join(FOLDER, 'learn.js'))};
    learn(gradweave).then(
      (learned) => { document.title = learned < 0.6 ? 'learned' : String(learned); },
      (error) => { document.title = String(error); },
    );`;
  const outfile = join(app, 'classic.js');
  await build({ stdin: { contents, resolveDir: app }, bundle: true, format: 'iife', outfile });
  const page = join(app, 'page.html');
  await writeFile(page, '<!doctype html><title>waiting</title><script src="classic.js"></script>');
  const { origin, close } = await serve([FOLDER]);
  try {
    await visit(`${origin}/learn.js`, async (tab) => {
      await tab.goto(pathToFileURL(page).href);
      assert.is(await verdict(tab), 'learned');
    });
  } finally {
    close();
  }
});

test.run();
