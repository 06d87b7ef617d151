import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { inUnit, rawTable } from '../../harness/own/onnx-table.ts';
import { TABLE_KEY } from '../../harness/own/table-text.ts';
import { toOnnx } from '../../onnx/index.ts';
import type { SavedModel } from '../../train/model-file/saved-model.ts';
import { type Command, rendererOf } from '../command.ts';
import { UsageError } from '../errors.ts';
import { EXIT_DONE } from '../exit-codes.ts';
import { checkHubFolder, writeHubFolder } from '../hub/folder.ts';
import { checkFile, checkFolder } from '../json-file.ts';
import { readModelFile } from '../model-file.ts';
import { tableOf } from '../table-facts.ts';

/** `gradweave export`. */
export const exportModel: Command = {
  name: 'export',
  summary: 'Write a model file as ONNX, or as a folder for the Hugging Face Hub',
  positionals: [{ name: 'MODEL', help: 'a model file, of train --save' }],
  options: [
    {
      name: 'onnx',
      kind: 'path',
      placeholder: 'FILE',
      scope: 'command',
      help: 'Write ONNX to this file; it takes the same samples, images as bytes, and prepares them',
    },
    {
      name: 'outputs',
      kind: 'choice',
      choices: ['probabilities', 'raw'],
      scope: 'command',
      defaultText: 'probabilities if the model tells classes, else raw',
      help: 'What the ONNX file gives: probabilities, or what the model computes',
    },
    {
      name: 'hf',
      kind: 'path',
      placeholder: 'DIR',
      scope: 'command',
      help: 'Write model.safetensors, config.json and a model card to this folder; it must exist',
    },
  ],
  async run(context) {
    const { values, positionals } = context.arguments;
    const [path] = positionals;
    const [onnx, hub, outputs] = ['onnx', 'hf', 'outputs'].map((name) => values.get(name));
    if (onnx === undefined && hub === undefined) {
      throw new UsageError('nothing to write was given. Use --onnx FILE, --hf DIR, or both.');
    }
    if (outputs !== undefined && onnx === undefined) {
      throw new UsageError('--outputs was given without --onnx FILE.');
    }
    if (onnx !== undefined) {
      if (resolve(onnx) === resolve(path)) {
        throw new UsageError(`--onnx and MODEL are both '${path}'. Give ONNX a file of its own.`);
      }
      await checkFile(onnx, '--onnx');
    }
    if (hub !== undefined) {
      await checkFolder(hub, '--hf');
      await checkHubFolder(path, hub);
    }
    const model = await readModelFile(path, 'MODEL');
    const renderer = rendererOf(context);
    if (onnx !== undefined) {
      await writeFile(onnx, onnxOf(model, outputs));
      renderer.print(`ONNX: ${onnx}`, `  ${onnxForm(model, outputs)}`);
    }
    if (hub !== undefined) {
      const files = await writeHubFolder(model, path, hub);
      renderer.print(`Hugging Face: ${files.join(', ')} in ${hub}`);
    }
    return EXIT_DONE;
  },
};

/** What makes probabilities of a model's outputs; undefined if they are not logits of classes. */
export function probabilitiesOf({
  loss,
  target = 'label',
}: Pick<SavedModel, 'loss' | 'target'>): 'softmax' | 'sigmoid' | undefined {
  if (target !== 'label' || loss === undefined) return undefined;
  const kind = typeof loss === 'string' ? loss : loss.kind;
  if (kind === 'cross_entropy') return 'softmax';
  return kind === 'bceWithLogits' ? 'sigmoid' : undefined;
}

/** @throws {UsageError} if probabilities are asked for that there are not; OptionError if an op has no ONNX form */
function onnxOf(model: SavedModel, outputs: string | undefined): Uint8Array {
  const { image, normalize = null, classes, vocabulary, metadata } = model;
  const probabilities = probabilitiesOf(model);
  if (outputs === 'probabilities' && !probabilities) {
    throw new UsageError('--outputs probabilities was given; the model’s outputs are not logits.');
  }
  if (image?.crop) {
    throw new UsageError(
      `the model sees ${image.crop.join('×')} pixels of images of ${image.height}×${image.width}; ONNX files of such models are not written. Use toOnnx() in a program, and crop before.`,
    );
  }
  // Raw outputs of a table's number are standardised.
  const table = outputs === 'raw' ? undefined : tableOf(model);
  const whole = table ? inUnit(model.model, model.parameters, table.target) : model;
  return toOnnx(whole.model, whole.parameters, {
    bytes: image !== undefined,
    normalize,
    ...(probabilities && outputs !== 'raw' ? { probabilities } : {}),
    ...(classes ? { classes } : {}),
    metadata: {
      ...metadata,
      ...(table ? { [TABLE_KEY]: JSON.stringify(rawTable(table)) } : {}),
      ...(vocabulary ? { vocabulary: JSON.stringify(vocabulary) } : {}),
    },
  });
}

/** What the ONNX file takes and gives. */
function onnxForm(saved: SavedModel, outputs: string | undefined): string {
  const { model, image, vocabulary } = saved;
  const target = tableOf(saved)?.target;
  const raw = outputs === 'raw' ? ', standardised' : '';
  const number = target && 'mean' in target ? `: ${target.name}${raw}` : '';
  const type = image ? 'uint8' : vocabulary ? 'int64' : 'float32';
  const of = (shape: readonly number[]): string => `[batch, ${shape.join(', ')}]`;
  return `input: ${type} ${of(model.inputShape)}, output: float32 ${of(model.outputShape)}${number}`;
}
