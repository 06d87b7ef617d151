/** An app that passes arrays only: it names nothing of WebGPU's. */
import { adam, Engine, linear, OptionError, relu, Sequential, Trainer } from 'gradweave';
import { weightsOf } from 'gradweave/checkpoint';
import { builtInGarments } from 'gradweave/data';
import { Graph } from 'gradweave/reference';

export async function train(): Promise<Uint8Array> {
  const engine = await Engine.create();
  const model = new Sequential([784], [linear(784, 8), relu(), linear(8, 10)]);
  const trainer = await Trainer.create(engine, {
    model,
    dataset: builtInGarments({ train: 100, test: 10 }),
    loss: 'cross_entropy',
    optimizer: adam(),
  });
  try {
    const history = await trainer.fit({ epochs: 2 });
    if (history.length !== 2) throw new OptionError(String(new Graph()));
    return await weightsOf(trainer);
  } finally {
    trainer.destroy();
    engine.destroy();
  }
}
