/** Trains a network on images and shows its progress, epoch by epoch. */
import { adam, dropout, Engine, flatten, linear, relu, Sequential, Trainer } from 'gradweave';
import { builtInGarments } from 'gradweave/data';

const status = document.querySelector('#status') as HTMLElement;

try {
  const engine = await Engine.create();
  const model = new Sequential(
    [28, 28],
    [flatten(), linear(784, 64), relu(), dropout(0.2), linear(64, 10)],
  );
  const trainer = await Trainer.create(engine, {
    model,
    // Images that the package draws. For Fashion-MNIST's files use loadFashionMnist.
    dataset: builtInGarments({ train: 3000, test: 500 }),
    loss: 'cross_entropy',
    optimizer: adam({ learningRate: 1e-3 }),
    seed: 1,
  });
  status.textContent = '';
  await trainer.fit({
    epochs: 8,
    onEpoch: ({ epoch, train, test }) => {
      const accuracy = (100 * (test?.accuracy ?? 0)).toFixed(1);
      status.textContent += `epoch ${epoch}: loss ${train.loss.toFixed(3)}, ${accuracy}% of the test images\n`;
    },
  });
  status.textContent += 'Done.';
  trainer.destroy();
  engine.destroy();
} catch (error) {
  // Every error says what happened and what to do.
  status.textContent = String(error);
}
