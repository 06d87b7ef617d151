import { mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { savedFile } from './saved-file.ts';

const test = suite('a saved file');

test('the empty file that Chromium makes at a name first is not taken for the download', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'gradweave-saved-'));
  try {
    await writeFile(join(folder, 'earlier.csv'), 'of before');
    const place = join(folder, 'run.csv');
    const bytes = await savedFile(folder, '.csv', async () => {
      await writeFile(place, '');
      setTimeout(async () => {
        await writeFile(`${place}.crdownload`, 'epoch\n1');
        await rename(`${place}.crdownload`, place);
      }, 120);
    });
    assert.is(bytes.toString(), 'epoch\n1');
    assert.equal(await readdir(folder), ['earlier.csv']);
  } finally {
    await rm(folder, { recursive: true });
  }
});

test.run();
