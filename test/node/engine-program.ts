import { adam, Engine, linear, relu, Sequential, Trainer } from '../../src/index.ts';
import { useWorkingDriver } from '../../src/node/index.ts';

// Trains in Node while the collector takes all that nobody holds. Run by engine.long.test.ts.

declare const gc: () => void;

async function collect(): Promise<void> {
  for (let i = 0; i < 10; i++) {
    gc();
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** The package, which bundlers do not know. */
const PACKAGE: string = 'webgpu';

async function engineOf(way: string | undefined): Promise<Engine> {
  if (way !== 'given') return Engine.create();
  const { create } = await import(PACKAGE);
  return Engine.create({ gpu: create([]) });
}

try {
  const [, , way] = process.argv;
  if (way !== 'missing') await useWorkingDriver({ adapter: 'software' });
  if ('GPUBufferUsage' in globalThis) throw new Error('the constants of WebGPU are globals here');
  const engine = await engineOf(way);
  await collect();
  const trainer = await Trainer.create(engine, {
    model: new Sequential([2], [linear(2, 8), relu(), linear(8, 2)]),
    dataset: {
      train: {
        inputs: Float32Array.from({ length: 200 }, (_, i) => Math.sin(i)),
        labels: Uint8Array.from({ length: 100 }, (_, i) => Number(Math.sin(2 * i) > 0)),
      },
    },
    loss: 'cross_entropy',
    optimizer: adam({ learningRate: 0.01 }),
    batchSize: 10,
  });
  for (let epoch = 0; epoch < 10; epoch++) {
    await trainer.fit({ epochs: 1 });
    gc();
  }
  const loss = trainer.history.at(-1)?.train.loss ?? NaN;
  trainer.destroy();
  engine.destroy();
  await collect();
  console.log(loss < 0.3 ? 'it has learnt' : `the loss is ${loss}`);
} catch (error) {
  console.log(String(error));
}
