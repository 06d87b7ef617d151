/** Tabular regression: the price of a flat from columns of different scales. */
import { adam, type Engine, linear, relu, Sequential, Trainer } from 'gradweave';

/** Area in m², rooms, floor, year, distance to the centre in km → price. */
export function flats(count: number): { rows: number[][]; prices: number[] } {
  const rows = Array.from({ length: count }, () => {
    const area = 20 + 130 * Math.random();
    const rooms = 1 + Math.round(area / 30 + Math.random());
    return [
      area,
      rooms,
      Math.floor(8 * Math.random()),
      1900 + 120 * Math.random(),
      25 * Math.random(),
    ];
  });
  const prices = rows.map(([area, rooms, floor, year, distance]) => {
    const base = area * (9 - 4 * Math.tanh(distance / 8)) + 15 * rooms + 6 * floor;
    return base + (year > 1990 ? 120 : 0) + 20 * (Math.random() - 0.5);
  });
  return { rows, prices };
}

export async function run(engine: Engine): Promise<{ r2: number; mae: number; epochs: number }> {
  const { rows, prices } = flats(1000);
  const trainer = await Trainer.create(engine, {
    model: new Sequential([5], [linear(5, 32), relu(), linear(32, 32), relu(), linear(32, 1)]),
    // In hundreds, so that the targets are near 1.
    dataset: {
      train: { inputs: rows, targets: prices.map((price) => price / 100) },
      validation: 0.2,
    },
    normalize: 'standardise',
    loss: 'mse',
    optimizer: adam({ learningRate: 0.01 }),
    batchSize: 50,
  });
  const history = await trainer.fit({
    epochs: 100,
    stop: { on: 'test.loss', patience: 10, restoreBest: true },
  });
  const { metrics } = await trainer.evaluate('test', { metrics: ['r2', 'mae'] });
  trainer.destroy();
  return { r2: metrics.r2, mae: 100 * metrics.mae, epochs: history.length };
}
