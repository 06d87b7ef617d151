/** A generative adversarial network: noise becomes points on a ring, like those that it never sees. */
import {
  adam,
  type Engine,
  Inference,
  linear,
  relu,
  Sequential,
  sigmoid,
  Trainer,
} from 'gradweave';

const POINTS = 2048;
const many = (make: () => number[]): number[][] => Array.from({ length: POINTS }, make);
const uniform = (): number => 2 * Math.random() - 1;
const noise = (): number[][] => many(() => [uniform(), uniform()]);
const ring = (): number[][] =>
  many(() => {
    const angle = Math.PI * uniform();
    return [Math.cos(angle), Math.sin(angle)].map((x) => x + 0.05 * uniform());
  });
const verdicts = many(() => [1]).concat(many(() => [0]));

export async function run(engine: Engine): Promise<{ off: number; right: number }> {
  const making = [linear(2, 32), relu(), linear(32, 32), relu(), linear(32, 2)];
  const judging = [linear(2, 32), relu(), linear(32, 32), relu(), linear(32, 1), sigmoid()];
  const optimizer = adam({ learningRate: 0.002, betas: [0.5, 0.99] });
  const common = { loss: 'mse', batchSize: 128, optimizer } as const;
  const maker = await Inference.create(engine, { model: new Sequential([2], making), batch: 128 });
  const judge = await Trainer.create(engine, {
    ...common,
    model: new Sequential([2], judging),
    dataset: { train: { inputs: [...ring(), ...noise()], targets: verdicts } },
  });
  // The generator learns through the judge, whose parameters it shares and leaves alone.
  const inner = [0, 2, 4].flatMap((at) => [[at, 'weight'] as const, [at, 'bias'] as const]);
  const names = Object.fromEntries(inner.map(([at, of]) => [`${at + 5}.${of}`, `${at}.${of}`]));
  const generator = await Trainer.create(engine, {
    ...common,
    model: new Sequential([2], [...making, ...judging]),
    dataset: { train: { inputs: noise(), targets: many(() => [1]) } },
    share: { from: judge, names },
    frozen: (name) => name in names,
  });
  const make = async (): Promise<number[][]> => {
    await maker.copyFrom(generator, { names: Object.values(names) });
    const made = await maker.predict(noise());
    return Array.from({ length: POINTS }, (_, i) => [...made.subarray(2 * i, 2 * i + 2)]);
  };
  const distance = (points: number[][]): number =>
    points.reduce((sum, [x, y]) => sum + Math.abs(Math.hypot(x, y) - 1), 0) / POINTS;
  for (let round = 0; round < 60; round++) {
    await judge.setData({ train: { inputs: [...ring(), ...(await make())], targets: verdicts } });
    await judge.fit({ epochs: 1 });
    await generator.fit({ epochs: 1 });
  }
  const made = await make();
  for (const one of [maker, generator, judge]) one.destroy();
  return { off: distance(made), right: made.filter(([x]) => x > 0).length / POINTS };
}
