/** A teachable machine: examples and classes are added while the network trains. */
import { adam, type Engine, linear, liveSet, relu, Sequential, Trainer } from 'gradweave';

/** The most classes. */
const CLASSES = 4;
/** Numbers in a frame: a camera's picture would be reduced to this. */
const FEATURES = 8;

/** A new random frame of a class. */
export const frame = (label: number): number[] =>
  Array.from(
    { length: FEATURES },
    (_, i) => Math.sin(label * 2 + i * (label + 1)) + Math.random() - 0.5,
  );

export async function run(engine: Engine): Promise<{ shares: number[] }> {
  const examples = liveSet({ capacity: 400, inputs: FEATURES, classes: CLASSES });
  const trainer = await Trainer.create(engine, {
    model: new Sequential([FEATURES], [linear(FEATURES, 32), relu(), linear(32, CLASSES)]),
    dataset: { train: examples },
    loss: 'cross_entropy',
    optimizer: adam({ learningRate: 0.02 }),
    batchSize: 20,
  });
  /** Accuracy on new frames of the classes so far. */
  const known = async (classes: number): Promise<number> => {
    const labels = Array.from({ length: 40 * classes }, (_, i) => i % classes);
    const found = await trainer.predict(labels.map(frame), { as: 'class' });
    return labels.filter((label, i) => found[i] === label).length / labels.length;
  };
  const shares: number[] = [];
  for (let classes = 1; classes <= CLASSES; classes++) {
    const show = (): void => {
      for (let i = 0; i < 5; i++) examples.push(frame(classes - 1), classes - 1);
    };
    // Someone holds down the button of a new class during training.
    show();
    await trainer.fit({ epochs: 15, onEpoch: show });
    await trainer.fit({ epochs: 15 });
    shares.push(await known(classes));
  }
  trainer.destroy();
  return { shares };
}
