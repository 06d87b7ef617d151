import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { fileFacts } from '../../src/harness/tasks/file-facts.ts';
import { imagesOf, openJob } from '../../src/harness/tasks/job.ts';
import { createTrainer } from '../../src/harness/tasks/run-trainer.ts';
import { settingsOf } from '../../src/harness/tasks/settings.ts';
import { saveModel } from '../../src/train/model-file/write.ts';
import type { Trainer } from '../../src/train/trainer.ts';
import { anotherEngine } from '../gpu/helpers.ts';
import { inLongRun } from '../run/thorough.ts';
import { tableJob } from './use-models.ts';
// Those of the dialog; use.test.ts holds them against it.
import programs from './use-programs.md';

const SMALL = '&batch-size=20&epochs=1&plan=plain&family=portable';
const IMAGE = Uint8Array.from({ length: 28 * 28 }, (_, i) => (i * i * 7) % 256);

/** A page's model, as it exports it, and what is asked of its trainer. */
async function exported<T>(query: string, ask: (trainer: Trainer) => Promise<T>) {
  const engine = await anotherEngine();
  const options = new URLSearchParams(query + SMALL);
  const job = await openJob(options, settingsOf(options), () => {});
  const trainer = await createTrainer(engine, job);
  const more = job.data === 'text' ? { vocabulary: job.text.vocabulary } : {};
  const bytes = await saveModel(trainer, more);
  const classes = job.data === 'text' ? [] : imagesOf(job).classes;
  const own = await ask(trainer);
  engine.destroy();
  return { bytes, classes, own };
}

/** {@link IMAGE} as a file, between stripes that are no part of the square in the middle. */
function photo(): Promise<Blob> {
  const canvas = new OffscreenCanvas(38, 28);
  const context = canvas.getContext('2d');
  const rgba = Uint8ClampedArray.from({ length: 4 * IMAGE.length }, (_, i) =>
    i % 4 === 3 ? 255 : IMAGE[i >> 2],
  );
  context?.fillRect(0, 0, 38, 28);
  context?.putImageData(new ImageData(rgba, 28, 28), 5, 0);
  return canvas.convertToBlob({ type: 'image/png' });
}

/** Runs a program of the dialog, which fetches the model. */
async function run(title: string, bytes: Uint8Array) {
  const engine = await anotherEngine();
  const { fetch } = globalThis;
  globalThis.fetch = async (file) => {
    if (file === 'photo.jpg') return new Response(await photo());
    assert.is(file, 'model.safetensors');
    return new Response(bytes as Uint8Array<ArrayBuffer>);
  };
  try {
    return await programs[title](engine, {});
  } finally {
    globalThis.fetch = fetch;
    engine.destroy();
  }
}

const answer = (trainer: Trainer) =>
  trainer.predict({ images: IMAGE, count: 1, height: 28, width: 28 });

test('the program for a page gives the run’s own answers, bit for bit', async () => {
  const images = '&data=built-in&train-limit=60';
  for (const [title, query] of [
    ['Classes', `model=2&layers=784,8,10&normalize=0.3,0.4${images}`],
    ['Reconstruction', `model=autoencoder&layers=784,8,784${images}`],
  ]) {
    const { bytes, own } = await exported(query, answer);
    const { outputs, best } = await run(title, bytes);
    assert.equal([...(outputs as Float32Array)], [...own], title);
    if (title === 'Classes') assert.is(best, own.indexOf(Math.max(...own)));
  }
});

test('the programs for a table give the run’s own answers for rows as they are, bit for bit', async () => {
  for (const learn of ['class', 'number'] as const) {
    const job = await tableJob(learn);
    if (job.data !== 'table') throw new Error('the job is on a table');
    const engine = await anotherEngine();
    const trainer = await createTrainer(engine, job);
    const bytes = await saveModel(trainer, fileFacts(job, 0));
    const { columns, classes, scale } = job.table;
    // The programs' row: means, rounded, and the first texts; standardised as the page does.
    const { inputs, outputs, best, row } = await run(
      learn === 'class' ? 'Class of a row' : 'Number of a row',
      bytes,
    );
    assert.is((inputs as number[]).length, 6);
    const [age, , year, last] = columns as readonly { mean: number; deviation: number }[];
    const given = new Map(Object.entries(row as object));
    const of = (column: typeof age, value: number) => (value - column.mean) / column.deviation;
    const own = await trainer.predict(
      Float32Array.of(
        ...[of(age, given.get('age')), 1, 0, 0],
        ...[of(year, given.get('age (2)')), of(last, given.get('__proto__'))],
      ),
    );
    engine.destroy();
    assert.equal([...(outputs as Float32Array)], [...own], learn);
    if (classes) assert.is(best, own.indexOf(Math.max(...own)));
    else assert.ok(scale && scale.deviation > 1);
  }
});

inLongRun(test)('the program for a text writes on', async () => {
  const { bytes } = await exported('model=transformer&length=8', async () => 0);
  const { text } = await run('Text', bytes);
  assert.is([...String(text)].length, 201);
});

test.run();
