const { adam, Engine, linear, OptionError, relu, Sequential, Trainer } = require('gradweave');
const { weightsOf, readWeights } = require('gradweave/checkpoint');
const { builtInGarments } = require('gradweave/data');

async function main() {
  const { create, globals } = await import('webgpu');
  Object.assign(globalThis, globals);
  const gpu = create([]);
  const engine = await Engine.create({ gpu, quick: true });
  const model = new Sequential([784], [linear(784, 16), relu(), linear(16, 10)]);
  const trainer = await Trainer.create(engine, {
    model,
    dataset: builtInGarments({ train: 200, test: 50 }),
    loss: 'cross_entropy',
    optimizer: adam({ learningRate: 1e-2 }),
    batchSize: 50,
    seed: 1,
  });
  const history = await trainer.fit({ epochs: 4 });
  trainer.load(readWeights(await weightsOf(trainer), model));
  // An object that `require` made, held by what `import` gives.
  const modules = await import('gradweave');
  const result = {
    learned: history[3].train.loss / history[0].train.loss,
    sameEngine: engine instanceof modules.Engine,
    sameTrainer: trainer instanceof modules.Trainer,
    sameError: modules.OptionError === OptionError,
  };
  trainer.destroy();
  engine.destroy();
  console.log(JSON.stringify(result));
  return gpu;
}

main();
