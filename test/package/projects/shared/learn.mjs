/** What every app here does: trains a few steps, and says how far the loss fell. */
import { adam, Engine, linear, relu, Sequential, Trainer } from 'gradweave';
import { builtInGarments } from 'gradweave/data';

/** An engine, and a trainer on it. */
export async function prepare() {
  const engine = await Engine.create({ quick: true });
  const trainer = await Trainer.create(engine, {
    model: new Sequential([784], [linear(784, 16), relu(), linear(16, 10)]),
    dataset: builtInGarments({ train: 200, test: 50 }),
    loss: 'cross_entropy',
    optimizer: adam({ learningRate: 1e-2 }),
    batchSize: 50,
    seed: 1,
  });
  return { engine, trainer };
}

/** @returns the last epoch's loss as a share of the first's */
export async function learn(epochs = 4) {
  const { engine, trainer } = await prepare();
  try {
    const history = await trainer.fit({ epochs });
    return history[epochs - 1].train.loss / history[0].train.loss;
  } finally {
    trainer.destroy();
    engine.destroy();
  }
}
