import { hasLogits, type ModelFacts, sampleShape } from './model-facts.ts';
import { PILLOW, photoInPython } from './photo-code.ts';
import { moduleOf, RESIDUAL } from './pytorch-modules.ts';
import { pytorchText } from './pytorch-text.ts';
import { pytorchTable } from './table-code.ts';

/**
 * A program that loads the model file into modules of PyTorch.
 *
 * @returns undefined if a layer has no module there
 */
export function pytorchCode(facts: ModelFacts, file: string): string | undefined {
  const { model, input, output, table } = facts;
  if (input.vocabulary) return pytorchText(facts, input.vocabulary, file);
  const network = moduleOf(model, '');
  const { image, normalize } = input;
  if (network !== undefined && table) {
    return `${headOf(network, file, 'table')}${pytorchTable(facts, table, file)}`;
  }
  if (network === undefined || !image) return undefined;
  if (normalize !== undefined && !Array.isArray(normalize)) return undefined;
  const shape = sampleShape(facts);
  // PyTorch's convolutions take channels first; perceptrons take the pixels as they are.
  const isFlat = !network.includes('nn.Conv2d');
  const channels = isFlat
    ? ''
    : shape.length === 2
      ? 'x = x.unsqueeze(1)\n'
      : 'x = x.permute(0, 3, 1, 2)\n';
  const scaled = normalize ? `x = (x - ${normalize[0]}) / ${normalize[1]}\n` : '';
  const logits = hasLogits(facts) ? '.softmax(1)' : '';
  const array = `torch.frombuffer(bytearray(photo.tobytes()), dtype=torch.uint8).reshape(1, ${shape.join(', ')})`;
  const best = `classes = ${JSON.stringify(output.classes ?? []).replaceAll('","', '", "')}
print(classes[outputs[0].argmax()])
`;
  return `${headOf(network, file, 'photo')}${photoInPython(facts, image, array)}x = images.float() / 255
${scaled}${channels}with torch.no_grad():
    outputs = network(x)${logits}
${output.classes ? best : 'print(outputs)\n'}`;
}

/** The network with its weights. @param of what it takes: of a table, the file's metadata are read, too */
const headOf = (
  network: string,
  file: string,
  of: 'photo' | 'table',
): string => `# pip install torch safetensors${of === 'photo' ? ' pillow' : ''}
${of === 'table' ? 'import json\n\n' : ''}import torch
${of === 'photo' ? PILLOW : 'from safetensors import safe_open\n'}from safetensors.torch import load_file
from torch import nn
${network.includes('Residual(') ? `\n\n${RESIDUAL}\n` : ''}
network = ${network}
network.load_state_dict(load_file(${JSON.stringify(file)}))
network.eval()

`;
