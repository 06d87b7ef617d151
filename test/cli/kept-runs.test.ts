import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { KeptRuns } from '../../src/cli/kept-runs.ts';
import { GradweaveError } from '../../src/errors.ts';

const kept = suite<{ folder: string; file: string }>('kept runs');

kept.before.each(async (context) => {
  context.folder = await mkdtemp(join(tmpdir(), 'gradweave-'));
  context.file = join(context.folder, 'unfinished.json');
});
kept.after.each(({ folder }) => rm(folder, { recursive: true }));

kept(
  'what was kept is there at the next start, until it is forgotten',
  async ({ folder, file }) => {
    const first = await KeptRuns.open(file);
    assert.is(first.count, 0);
    assert.is(await first.host({ kind: 'kept', run: 'a' }), null);
    await first.host({ kind: 'keep', run: 'a', value: { loss: [0.1, 2] } });
    await first.host({ kind: 'keep', run: 'b', value: 7 });
    const second = await KeptRuns.open(file);
    assert.is(second.count, 2);
    assert.equal(await second.host({ kind: 'kept', run: 'a' }), { loss: [0.1, 2] });
    assert.is(await second.host({ kind: 'kept', run: 'b' }), 7);
    await second.forget();
    assert.equal(await readdir(folder), []);
    assert.is((await KeptRuns.open(file)).count, 0);
  },
);

kept('a file that is none of these is refused, and stays', async ({ file }) => {
  for (const text of ['', '{"a": ', '[1]', 'null']) {
    await writeFile(file, text);
    try {
      await KeptRuns.open(file);
      assert.unreachable(text);
    } catch (error) {
      assert.instance(error, GradweaveError);
      assert.match((error as Error).message, 'Delete it to start over');
    }
  }
});

kept.run();
