/** A GAN: a generator learns to place points on an arc, from a judge that distinguishes them from real ones. */
import { adam, type Engine, Inference, linear, relu, Sequential, Trainer } from 'gradweave';

/** Samples in a round, and in a step. */
const COUNT = 256;
const BATCH = 64;
const random = (): number => 2 * Math.random() - 1;
const list = <T>(one: () => T): T[] => Array.from({ length: COUNT }, one);
/** The generator's random input. */
const noise = (): number[] => [random(), random()];
/** A real point, near the right half of the circle of radius 1. */
export const real = (): number[] => {
  const [angle, radius] = [(Math.PI / 2) * random(), 1 + 0.1 * random()];
  return [radius * Math.cos(angle), radius * Math.sin(angle)];
};
const [REAL, FAKE] = [list(() => 1), list(() => 0)];

export async function run(engine: Engine, rounds: number): Promise<number[][]> {
  const common = {
    loss: 'cross_entropy',
    optimizer: adam({ learningRate: 0.005, betas: [0.5, 0.9] }),
  } as const;
  const judging = [linear(2, 32), relu(), linear(32, 32), relu(), linear(32, 2)];
  const judge = await Trainer.create(engine, {
    ...common,
    model: new Sequential([2], judging),
    dataset: { train: { inputs: [...list(real), ...list(noise)], labels: [...REAL, ...FAKE] } },
    batchSize: 2 * BATCH,
  });
  const making = [linear(2, 32), relu(), linear(32, 32), relu(), linear(32, 2)];
  // Layers 5, 7 and 9 are the judge's 0, 2 and 4.
  const names = Object.fromEntries(
    [...judge.shapes.keys()].map((name) => [name.replace(/\d+/, (i) => `${+i + 5}`), name]),
  );
  const maker = await Trainer.create(engine, {
    ...common,
    model: new Sequential([2], [...making, ...judging]),
    dataset: { train: { inputs: list(noise), labels: REAL } },
    batchSize: BATCH,
    share: { from: judge, names },
    frozen: (name) => name in names,
  });
  const model = new Sequential([2], making);
  const generator = await Inference.create(engine, { model, batch: COUNT });
  const points = async (): Promise<number[][]> => {
    await generator.copyFrom(maker);
    const flat = await generator.predict(list(noise));
    return list(() => []).map((_, i) => [flat[2 * i], flat[2 * i + 1]]);
  };
  for (let round = 0; round < rounds; round++) {
    const inputs = [...list(real), ...(await points())];
    await judge.setData({ train: { inputs, labels: [...REAL, ...FAKE] } });
    await judge.steps(COUNT / BATCH);
    await maker.setData({ train: { inputs: list(noise), labels: REAL } });
    await maker.steps(COUNT / BATCH);
  }
  const made = await points();
  for (const one of [generator, maker, judge]) one.destroy();
  return made;
}
