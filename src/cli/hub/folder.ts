import { copyFile, readFile, writeFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { parseSafetensors } from '../../data/safetensors.ts';
import type { SavedModel } from '../../train/model-file/saved-model.ts';
import { KEY } from '../../train/model-file/version.ts';
import { modelCard, taskOf } from './model-card.ts';

/**
 * Writes the folder of a model for the Hugging Face Hub: `model.safetensors`, `config.json`, which has the description of
 * the model file, and `README.md`, the model card.
 *
 * @param file the model file
 * @returns the names of the files
 */
export async function writeHubFolder(
  model: SavedModel,
  file: string,
  folder: string,
): Promise<string[]> {
  const { metadata } = parseSafetensors(await readFile(file));
  const description: unknown = JSON.parse(metadata[KEY] ?? '{}');
  const name = basename(resolve(folder));
  const config = {
    model_type: 'gradweave',
    task: taskOf(model),
    ...(model.classes
      ? {
          id2label: Object.fromEntries(model.classes.map((label, i) => [String(i), label])),
          label2id: Object.fromEntries(model.classes.map((label, i) => [label, i])),
        }
      : {}),
    gradweave: description,
  };
  const target = join(folder, 'model.safetensors');
  if (resolve(file) !== resolve(target)) await copyFile(file, target);
  await writeFile(join(folder, 'config.json'), `${JSON.stringify(config, null, 2)}\n`);
  await writeFile(join(folder, 'README.md'), modelCard(model, name));
  return ['model.safetensors', 'config.json', 'README.md'];
}
