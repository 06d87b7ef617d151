import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { FAMILIES } from '../../src/gpu/family.ts';
import { serve, verdict, visit } from '../package/page.ts';
import { APPS, type App, bundled, filesOf, LOADED } from './chunks.ts';

const test = suite('loaded files');

/** Runs an app on 500 images, and shows what it returns. */
const page = (app: string): string => `<!doctype html><title>waiting</title>
<script type="module">
  import { run } from './${app}';
  const split = (count) => ({
    count,
    height: 28,
    width: 28,
    images: Uint8Array.from({ length: 784 * count }, (_, i) => (i * 7919) % 256),
    labels: Uint8Array.from({ length: count }, (_, i) => i % 10),
  });
  const classes = Array.from({ length: 10 }, (_, i) => String(i));
  const family = new URLSearchParams(location.search).get('family');
  run({ family }, { classes, train: split(500), test: split(200) }).then(
    (numbers) => { document.title = 'done: ' + numbers.join(' '); },
    (error) => { document.title = String(error); },
  );
</script>`;

for (const app of Object.keys(APPS) as App[]) {
  test(`${app} loads the files of its family, and no others`, async () => {
    const folder = await mkdtemp(join(tmpdir(), 'gradweave-app-'));
    const chunks = await bundled(app);
    for (const { fileName, code } of chunks) await writeFile(join(folder, fileName), code);
    const entry = chunks.find(({ isEntry }) => isEntry)?.fileName ?? '';
    await writeFile(join(folder, 'page.html'), page(entry));
    const { origin, close } = await serve([folder]);
    try {
      await visit(`${origin}/${entry}`, async (tab) => {
        for (const family of FAMILIES) {
          const got = new Set<string>();
          const note = (request: { url(): string }): void => {
            const name = new URL(request.url()).pathname.slice(1);
            if (name.endsWith('.js')) got.add(name);
          };
          tab.on('request', note);
          await tab.goto(`${origin}/page.html?family=${family}`);
          const said = await verdict(tab);
          assert.ok(said.startsWith('done: '), said);
          tab.off('request', note);
          assert.equal([...got].sort(), filesOf(chunks, LOADED[app][family]), family);
        }
      });
    } finally {
      close();
      await rm(folder, { recursive: true });
    }
  });
}

test.run();
