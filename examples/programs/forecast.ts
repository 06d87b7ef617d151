/** Forecasting: the next value of a series with two seasons and noise, from the last 16. */
import { adam, type Engine, linear, relu, Sequential, Trainer } from 'gradweave';

const WINDOW = 16;

function series(length: number): Float32Array {
  return Float32Array.from({ length }, (_, t) => {
    const noise = 0.1 * (Math.random() - 0.5);
    return Math.sin(t / 3) + 0.5 * Math.sin(t / 11) + noise;
  });
}

/** Samples are windows of one array: nothing is copied until a batch needs it. */
function windows(values: Float32Array) {
  const count = values.length - WINDOW;
  return {
    count,
    targets: values.subarray(WINDOW),
    gather: (indices: Uint32Array, into: Float32Array) => {
      indices.forEach((index, i) => {
        into.set(values.subarray(index, index + WINDOW), i * WINDOW);
      });
    },
  };
}

export async function run(engine: Engine): Promise<{ mae: number; persistence: number }> {
  const past = series(1200);
  const future = series(300);
  const trainer = await Trainer.create(engine, {
    model: new Sequential([WINDOW], [linear(WINDOW, 32), relu(), linear(32, 1)]),
    dataset: { train: windows(past), test: windows(future) },
    loss: 'mse',
    optimizer: adam({ learningRate: 0.005 }),
    batchSize: 64,
  });
  await trainer.fit({ epochs: 30 });
  const { metrics } = await trainer.evaluate('test', { metrics: ['mae'] });
  trainer.destroy();
  // The baseline: the next value equals the last one.
  const steps = [...future.subarray(WINDOW)].map((value, i) =>
    Math.abs(value - future[i + WINDOW - 1]),
  );
  return { mae: metrics.mae, persistence: steps.reduce((sum, one) => sum + one, 0) / steps.length };
}
