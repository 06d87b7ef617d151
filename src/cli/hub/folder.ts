import { copyFile, readdir, readFile, writeFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { parseSafetensors } from '../../data/safetensors.ts';
import type { SavedModel } from '../../train/model-file/saved-model.ts';
import { KEY } from '../../train/model-file/version.ts';
import { UsageError } from '../errors.ts';
import { modelCard, taskOf } from './model-card.ts';

const FILES = ['model.safetensors', 'config.json', 'README.md'];

/**
 * Checks that a folder is a new one, or one that {@link writeHubFolder} wrote: its files are replaced.
 *
 * @param file the model file, which may lie in the folder
 * @throws {UsageError} if it has files of these names that are of something else
 */
export async function checkHubFolder(file: string, folder: string): Promise<void> {
  const config = await readFile(join(folder, 'config.json'), 'utf8').catch(() => '');
  if (/"model_type": "gradweave"/.test(config)) return;
  const there = await readdir(folder);
  const others = FILES.filter(
    (name) => there.includes(name) && resolve(folder, name) !== resolve(file),
  );
  if (others.length === 0) return;
  throw new UsageError(
    `--hf: '${folder}' has ${others.join(' and ')} of something else, which would be replaced. Give an empty folder.`,
  );
}

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
): Promise<readonly string[]> {
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
  return FILES;
}
