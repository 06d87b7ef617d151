import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { LastingEngine } from '../../src/harness/tasks/lasting-engine.ts';
import { type SeedRun, trainSeeds } from '../../src/harness/tasks/paper-runs.ts';
import { imageSettingsOf } from '../../src/harness/tasks/settings.ts';
import { smallGarments } from '../train/helpers.ts';

/** What does not depend on the clock on the wall. */
const timeless = (runs: readonly SeedRun[]) =>
  runs.map(({ seed, history, test }) => ({
    seed,
    test,
    history: history.map(({ seconds: _, ...record }) => record),
  }));

test('the records of seeds that are trained at once are those of their runs alone', async () => {
  const dataset = smallGarments();
  const settings = [1, 2, 3].map((seed) =>
    imageSettingsOf(
      new URLSearchParams(
        `model=2&layers=784,16,10&epochs=2&batch-size=25&seed=${seed}&family=portable`,
      ),
    ),
  );
  const lasting = await LastingEngine.open(() => {});
  try {
    const samples = { ...dataset.test, count: 2, images: dataset.test.images.subarray(0, 2 * 784) };
    const train = (which: typeof settings) =>
      trainSeeds(
        lasting,
        dataset,
        which,
        () => {},
        async (network) => ({
          outputs: [...(await network.predict(samples))],
          confusion: (await network.evaluate()).confusion,
        }),
      );
    const all = await train(settings);
    assert.equal(
      all.runs.map(({ together }) => together),
      [3, 3, 3],
    );
    for (const [i, own] of settings.entries()) {
      const alone = await train([own]);
      assert.equal(timeless([all.runs[i]]), timeless(alone.runs));
      assert.is(alone.runs[0].together, undefined);
      if (i === 0) assert.equal(all.shown, alone.shown);
      else assert.not.equal(all.shown, alone.shown);
    }
  } finally {
    lasting.destroy();
  }
});

test.run();
