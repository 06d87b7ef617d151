import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Engine } from '../../src/gpu/engine.ts';
import { lastingly } from '../../src/harness/tasks/lasting-trainer.ts';
import type { Trainer } from '../../src/train/trainer.ts';
import { StubEngine, StubTrainer } from './stub-run.ts';

const newEngine = async (): Promise<Engine> => new StubEngine() as unknown as Engine;

test('what follows training has the network of the last epoch, on another device, if the device was lost before it was copied', async () => {
  for (const isCopied of [true, false]) {
    const engine = new StubEngine();
    const made = new StubTrainer(engine, ({ step }) => {
      // Chunks of the last epoch are not copied any more.
      if (step === 5 && !isCopied) made.copies = false;
    });
    await made.fit({ epochs: 2 });
    engine.isLost = true;
    made.copies = true;
    const work = async (): Promise<number> => (await made.snapshot()).step;
    assert.is(await lastingly(made as unknown as Trainer, work, newEngine), 8, `${isCopied}`);
    assert.is(made.history.length, 2);
    assert.is.not(made.engine, engine);
  }
});

test.run();
