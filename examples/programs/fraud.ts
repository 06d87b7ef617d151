/** Fraud detection: one payment in twenty is a fraud. Weights make both classes count equally. */
import { adam, type Engine, linear, relu, Sequential, Trainer } from 'gradweave';

/** Amount, hour, payments in the last day, whether the country is new → whether it is a fraud. */
function payments(count: number): { rows: number[][]; labels: number[] } {
  const labels = Array.from({ length: count }, (_, i) => Number(i % 20 === 0));
  const noise = (): number => Math.random() + Math.random() + Math.random() - 1.5;
  const rows = labels.map((fraud) => [
    Math.exp(3 + noise() + fraud * 0.8),
    (14 + 4 * noise() - 6 * fraud + 24) % 24,
    Math.max(0, 3 + 3 * noise() + 2 * fraud),
    Number(Math.random() < 0.05 + 0.5 * fraud),
  ]);
  return { rows, labels };
}

export async function run(engine: Engine) {
  const { rows, labels } = payments(2000);
  const share = labels.filter((fraud) => fraud === 1).length / labels.length;
  const trainer = await Trainer.create(engine, {
    model: new Sequential([4], [linear(4, 24), relu(), linear(24, 2)]),
    dataset: {
      classes: ['fair', 'fraud'],
      train: {
        inputs: rows,
        labels,
        weights: labels.map((fraud) => 0.5 / (fraud ? share : 1 - share)),
      },
      validation: 0.3,
    },
    normalize: 'standardise',
    loss: 'cross_entropy',
    optimizer: adam({ learningRate: 0.01 }),
    batchSize: 100,
  });
  await trainer.fit({
    epochs: 60,
    metrics: ['auc'],
    stop: { on: 'test.auc', patience: 10, restoreBest: true },
  });
  const { accuracy, each, metrics } = await trainer.evaluate('test', {
    metrics: ['precision', 'recall', 'auc'],
  });
  trainer.destroy();
  const [precision, recall] = [each.precision[1], each.recall[1]];
  return { accuracy, precision, recall, auc: metrics.auc };
}
