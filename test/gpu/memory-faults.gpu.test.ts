import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { GradweaveError, MemoryError, ShaderError } from '../../src/errors.ts';
import { Engine } from '../../src/gpu/engine.ts';
import { Trainer, type TrainerOptions } from '../../src/train/trainer.ts';
import { THOROUGH, thoroughly } from '../run/thorough.ts';
import { assertSame, type Outcome, outcomeOf, small } from '../train/helpers.ts';
import { type Fault, failAt } from './faults.ts';
import { reportOf, settled, withEngine } from './helpers.ts';

/** Calls everything that makes buffers or pipelines. */
async function wholeRun(engine: Engine, options: TrainerOptions): Promise<Outcome> {
  const trainer = await Trainer.create(engine, options);
  try {
    // Without the trainer's snapshots, which may fail without an error.
    await trainer.fit({ epochs: 1, watch: true, onProgress: () => {}, keep: false });
    await trainer.snapshot();
    await trainer.predict(small().dataset.test);
    const inference = await trainer.inference({ batch: 3 });
    try {
      await inference.predict(new Float32Array(3 * 784));
    } finally {
      inference.destroy();
    }
    return await outcomeOf(trainer);
  } finally {
    trainer.destroy();
  }
}

const KINDS = { buffer: MemoryError, pipeline: ShaderError } as const;

/** @returns whether a creation failed; checks that the error is named, and that no buffers and no later errors are left */
async function failsWell(
  engine: Engine,
  fault: Fault,
  at: number,
  options: TrainerOptions,
): Promise<boolean> {
  const injected = failAt(engine.device, fault, at);
  const error = await wholeRun(engine, options).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  await settled(engine.device);
  injected.undo();
  if (injected.calls <= at) {
    assert.is(error, undefined, String(error));
    return false;
  }
  const what = `${fault} ${at}: ${error instanceof GradweaveError ? error.message : error}`;
  assert.instance(error, KINDS[fault], what);
  assert.equal(reportOf(engine.buffers), [], what);
  // A later error of WebGPU would be thrown here.
  engine.assertAlive();
  return true;
}

const PORTABLE = { family: 'portable', quick: true } as const;
const RUNS: readonly (readonly [string, TrainerOptions])[] = [
  ['images on the GPU', small()],
  ['images that are streamed', small({ data: 'streamed', streamBytes: 60_000 })],
];

for (const [name, options] of thoroughly(RUNS, ([name]) => name === 'images on the GPU')) {
  test(`whichever buffer has no memory, the error is named, all buffers are freed, and the engine still works: ${name}`, () =>
    withEngine(async (engine) => {
      const expected = await wholeRun(engine, options);
      let at = 0;
      const every = THOROUGH ? 1 : 3;
      while (await failsWell(engine, 'buffer', at, options)) at += every;
      assert.ok(at > 30, `${at} buffers were made`);
      assertSame(await wholeRun(engine, options), expected);
    }, PORTABLE));
}

// A new engine for each, since an engine compiles a kernel only once.
const pipelines = async (): Promise<void> => {
  let failed = 0;
  for (let at = 0; ; at++) {
    const engine = await Engine.create(PORTABLE);
    try {
      if (!(await failsWell(engine, 'pipeline', at, small()))) break;
      failed++;
      if (at === 0) await wholeRun(engine, small());
    } finally {
      engine.destroy();
    }
  }
  assert.ok(failed > 10, `${failed} pipelines failed`);
};

if (THOROUGH) {
  test(
    'wherever the memory for a pipeline ends, the error is named, all is released, the engine goes on',
    pipelines,
  );
}

test.run();
