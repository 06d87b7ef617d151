/** REINFORCE: an agent learns to walk along a corridor. Advantages are the weights of its samples. */
import { adam, type Engine, linear, Sequential, Trainer, tanh } from 'gradweave';

/** Cells of the corridor. The agent starts in the middle; the last cell gives a reward. */
const CELLS = 9;
const STEPS = 12;
const EPISODES = 40;

const seen = (cell: number): number[] =>
  Array.from({ length: CELLS }, (_, i) => Number(i === cell));

export async function run(engine: Engine): Promise<{ first: number; last: number }> {
  const blank = Array.from({ length: EPISODES * STEPS }, () => 0);
  const policy = await Trainer.create(engine, {
    model: new Sequential([CELLS], [linear(CELLS, 16), tanh(), linear(16, 2)]),
    dataset: { train: { inputs: blank.map(seen), labels: blank, weights: blank } },
    loss: 'cross_entropy',
    optimizer: adam({ learningRate: 0.02 }),
    batchSize: EPISODES * STEPS,
  });
  const rewards: number[] = [];
  for (let round = 0; round < 40; round++) {
    const likely = await policy.predict(
      Array.from({ length: CELLS }, (_, cell) => seen(cell)),
      {
        as: 'probability',
      },
    );
    const inputs: number[][] = [];
    const labels: number[] = [];
    const returns: number[] = [];
    for (let episode = 0; episode < EPISODES; episode++) {
      let cell = Math.floor(CELLS / 2);
      let reward = 0;
      for (let step = 0; step < STEPS; step++) {
        const action = Number(Math.random() < likely[2 * cell + 1]);
        inputs.push(seen(cell));
        labels.push(action);
        cell = Math.max(0, Math.min(CELLS - 1, cell + (action === 1 ? 1 : -1)));
        reward += Number(cell === CELLS - 1);
      }
      returns.push(reward);
    }
    const mean = returns.reduce((sum, value) => sum + value, 0) / EPISODES;
    rewards.push(mean);
    const weights = labels.map((_, i) => returns[Math.floor(i / STEPS)] - mean);
    await policy.setData({ train: { inputs, labels, weights } });
    await policy.fit({ epochs: 1 });
  }
  policy.destroy();
  return { first: rewards[0], last: rewards[rewards.length - 1] };
}
