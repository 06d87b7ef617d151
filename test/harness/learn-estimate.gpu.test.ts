import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { builtInGarments } from '../../src/data/garments.ts';
import { DataError } from '../../src/errors.ts';
import type { GivenData } from '../../src/harness/tasks/job.ts';
import { Tutor } from '../../src/harness/worker/tutor.ts';
import { anotherEngine, rejects } from '../gpu/helpers.ts';

/** A tutor of a visitor with these data. */
async function withTutor(given: GivenData, use: (tutor: Tutor) => Promise<void>): Promise<void> {
  const engine = await anotherEngine();
  const open = async () => engine;
  await use(new Tutor({ run: () => undefined, busy: () => false, open, given: () => given }));
  engine.destroy();
}

const OWN = 'model=2&layers=784,6,10&data=own&batch-size=20&epochs=3';

/** Images of 6 × 8 pixels. */
function smallImages() {
  const { train, test: tested, ...rest } = builtInGarments({ train: 70, test: 12 });
  const part = ({ count, images, labels }: typeof train) => ({
    ...{ count, height: 6, width: 8, labels: labels.subarray(0, count) },
    images: images.slice(0, count * 48),
  });
  return { ...rest, name: 'mine', train: part(train), test: part(tested) };
}

test('the welcome shows the visitor’s own images, and times a run on as many as there are', async () => {
  const dataset = smallImages();
  await withTutor({ own: { data: 'images', dataset } }, async (tutor) => {
    const samples = await tutor.samples(OWN);
    assert.is(samples.name, 'mine');
    assert.equal(samples.size, { height: 6, width: 8, channels: 1 });
    assert.equal([...samples.images], [...dataset.test.images]);
    assert.equal(samples.widths, [48, 6, 10]);
    assert.is(samples.labels[0], dataset.classes[dataset.test.labels[0]]);
    assert.is(samples.training, 70);
    const {
      steps = 0,
      epochs,
      seconds = 0,
      timed = 1,
      timedSeconds = 0,
    } = (await tutor.estimate(OWN)) ?? {};
    assert.equal([steps, epochs], [12, 3], '4 batches of 20');
    assert.is(seconds, (12 * timedSeconds) / timed);
    const limited = await tutor.estimate(`${OWN}&train-limit=25`);
    assert.is(limited?.steps, 6);
    // Others than the visitor's.
    const built = await tutor.estimate(`${OWN.replace('own', 'built-in')}&train-limit=90`, 60_000);
    assert.is(built?.steps, 15);
    assert.not.equal((await tutor.samples(OWN.replace('own', 'built-in'))).name, 'mine');
  });
  await withTutor({}, (tutor) => rejects(tutor.samples(OWN), DataError, 'not here'));
});

test.run();
