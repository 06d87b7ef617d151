/**
 * For Node: loads a network that PyTorch trained on photographs of garments (pretrain.py, Fashion-MNIST),
 * continues training on drawn ones, and writes it back for PyTorch.
 *
 *     npm install gradweave webgpu
 *     node main.mjs [pretrained.safetensors [finetuned.safetensors]]
 */
import { readFile, writeFile } from 'node:fs/promises';
import { adam, Engine, linear, relu, Sequential, Trainer } from 'gradweave';
import { readWeights, weightsOf } from 'gradweave/checkpoint';
import { builtInGarments } from 'gradweave/data';
import { useWorkingDriver } from 'gradweave/node';

// Call this before WebGPU is first used: it skips broken and outdated drivers.
await useWorkingDriver();
const [from = new URL('pretrained.safetensors', import.meta.url), to] = process.argv.slice(2);

const engine = await Engine.create({ quick: true });
// The same layers as in PyTorch, so that names match: its model starts with the first linear layer.
const model = new Sequential([784], [linear(784, 32), relu(), linear(32, 10)]);
const trainer = await Trainer.create(engine, {
  model,
  dataset: builtInGarments({ train: 1000, test: 500 }),
  loss: 'cross_entropy',
  optimizer: adam({ learningRate: 1e-3 }),
  seed: 1,
});

trainer.load(readWeights(await readFile(from), model));
const percent = (share) => `${(100 * share).toFixed(1)}%`;
const before = await trainer.evaluate();
console.log(`before: ${percent(before.accuracy)} of the drawn test images`);
await trainer.fit({
  epochs: 5,
  onEpoch: ({ epoch, train, test }) => {
    console.log(`epoch ${epoch}: loss ${train.loss.toFixed(3)}, ${percent(test.accuracy)}`);
  },
});
if (to) {
  await writeFile(to, await weightsOf(trainer));
  console.log(`written to ${to}: safetensors.torch.load_file reads it`);
}
trainer.destroy();
engine.destroy();
