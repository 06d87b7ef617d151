/** What a page does that has the bundle as one file, and no bundler. */
export async function learn({ adam, Engine, linear, Sequential, Trainer }) {
  const engine = await Engine.create({ quick: true });
  const inputs = Float32Array.from({ length: 64 }, (_, i) => i / 64);
  const trainer = await Trainer.create(engine, {
    model: new Sequential([1], [linear(1, 1)]),
    dataset: { train: { inputs, targets: inputs.map((x) => 2 * x - 1) } },
    loss: 'mse',
    optimizer: adam({ learningRate: 0.1 }),
    batchSize: 64,
  });
  const history = await trainer.fit({ epochs: 30 });
  trainer.destroy();
  engine.destroy();
  return history[29].train.loss / history[0].train.loss;
}
