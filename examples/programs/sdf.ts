/** A signed-distance field: how far a point is from a ring's edge, negative inside. */
import { adam, type Engine, linear, relu, Sequential, Trainer } from 'gradweave';

/** Distance to a ring of radius 0.5 and width 0.2. */
export const distance = (x: number, y: number): number => Math.abs(Math.hypot(x, y) - 0.5) - 0.1;

export async function run(engine: Engine): Promise<{ error: number; agreeing: number }> {
  // The batch's points are computed on the GPU, so nothing is uploaded.
  const wgsl = `
    fn unit(n: u32) -> f32 {
      var h = n * 747796405u + 2891336453u;
      h = ((h >> ((h >> 28u) + 4u)) ^ h) * 277803737u;
      return f32((h >> 22u) ^ h) / 4294967296.0;
    }
    fn coordinate(sample: u32, column: u32) -> f32 { return 2.0 * unit(2u * sample + column) - 1.0; }`;
  const inputs = {
    wgsl: `${wgsl}
    fn valueAt(sample: u32, column: u32) -> f32 { return coordinate(sample, column); }`,
  };
  const targets = {
    wgsl: `${wgsl}
    fn valueAt(sample: u32, column: u32) -> f32 {
      let p = vec2f(coordinate(sample, 0u), coordinate(sample, 1u));
      return abs(length(p) - 0.5) - 0.1;
    }`,
  };
  const trainer = await Trainer.create(engine, {
    model: new Sequential([2], [linear(2, 48), relu(), linear(48, 48), relu(), linear(48, 1)]),
    dataset: { train: { count: 8192, inputs, targets } },
    loss: 'mse',
    optimizer: adam({ learningRate: 0.005 }),
    batchSize: 256,
  });
  await trainer.fit({ epochs: 40, until: ({ train }) => train.loss < 1e-4 });
  const points = Array.from({ length: 1024 }, (_, i) => [
    (i % 32) / 16 - 0.97,
    Math.floor(i / 32) / 16 - 0.97,
  ]);
  const found = await trainer.predict(points);
  trainer.destroy();
  const off = points.map(([x, y], i) => Math.abs(found[i] - distance(x, y)));
  const agreeing = points.filter(([x, y], i) => found[i] < 0 === distance(x, y) < 0).length;
  return { error: off.reduce((sum, one) => sum + one, 0) / off.length, agreeing: agreeing / 1024 };
}
