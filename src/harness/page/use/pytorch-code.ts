import {
  hasLogits,
  type LayerFacts,
  type ModelFacts,
  orderText,
  sampleShape,
} from './model-facts.ts';
import { pytorchTable } from './table-code.ts';

/** A number, or one for each axis, in Python. */
const python = (value: unknown): string =>
  Array.isArray(value) ? `(${value.join(', ')})` : String(value);

/** Options that are not PyTorch's defaults: `, padding=1`. */
function options(layer: LayerFacts, usual: Readonly<Record<string, unknown>>): string {
  return Object.entries(usual)
    .filter(([name, value]) => {
      const given = layer[name];
      const all = Array.isArray(given) ? given : [given];
      return given !== undefined && !all.every((one) => one === value);
    })
    .map(([name]) => {
      const given = layer[name];
      const text = typeof given === 'boolean' ? (given ? 'True' : 'False') : python(given);
      return `, ${name === 'kernelSize' ? 'kernel_size' : name}=${text}`;
    })
    .join('');
}

const CONVOLUTION = { stride: 1, padding: 0, dilation: 1, groups: 1, bias: true };

/** The modules of PyTorch by the layers that the page's networks have. */
const MODULES: Readonly<Record<string, (layer: LayerFacts) => string>> = {
  flatten: () => 'nn.Flatten()',
  linear: (layer) =>
    `nn.Linear(${layer.inputs}, ${layer.outputs}${options(layer, { bias: true })})`,
  relu: () => 'nn.ReLU()',
  sigmoid: () => 'nn.Sigmoid()',
  tanh: () => 'nn.Tanh()',
  dropout: ({ p }) => `nn.Dropout(${p})`,
  conv2d: (layer) =>
    `nn.Conv2d(${layer.inputs}, ${layer.outputs}, ${python(layer.kernelSize)}${options(layer, CONVOLUTION)})`,
  maxPool2d: (layer) =>
    `nn.MaxPool2d(${python(layer.kernel)}${options(layer, { stride: first(layer.kernel), padding: 0, dilation: 1 })})`,
  adaptiveAvgPool2d: ({ size }) => `nn.AdaptiveAvgPool2d(${python(size)})`,
  batchNorm2d: (layer) =>
    `nn.BatchNorm2d(${layer.channels}${options(layer, { eps: 1e-5, momentum: 0.1, affine: true })})`,
};

const first = (value: unknown): unknown => (Array.isArray(value) ? value[0] : value);

/** A layer's lines of Python; undefined if PyTorch has no such module. */
function moduleOf(layer: LayerFacts, indent: string): string | undefined {
  const inner = layer.layers;
  if (!inner) return MODULES[layer.layer]?.(layer);
  const parts = inner.map((one) => moduleOf(one, `${indent}    `));
  if (parts.includes(undefined) || inner.some((one) => 'name' in one)) return undefined;
  const kind = layer.layer === 'residual' ? 'Residual' : 'nn.Sequential';
  return `${kind}(\n${parts.map((part) => `${indent}    ${part},`).join('\n')}\n${indent})`;
}

const RESIDUAL = `
class Residual(nn.Sequential):
    def forward(self, x):
        return x + super().forward(x)

`;

/**
 * A program that loads the model file into modules of PyTorch.
 *
 * @returns undefined if a layer has no module there
 */
export function pytorchCode(facts: ModelFacts, file: string): string | undefined {
  const { model, input, output, table } = facts;
  const network = moduleOf(model, '');
  const { image, normalize } = input;
  if (network !== undefined && table) {
    return `${headOf(network, file, true)}${pytorchTable(facts, table, file)}`;
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
  const best = `classes = ${JSON.stringify(output.classes ?? []).replaceAll('","', '", "')}
print(classes[outputs[0].argmax()])
`;
  return `${headOf(network, file)}images = torch.zeros(1, ${shape.join(', ')}, dtype=torch.uint8)  # one image, ${orderText(facts)}
x = images.float() / 255
${scaled}${channels}with torch.no_grad():
    outputs = network(x)${logits}
${output.classes ? best : 'print(outputs)\n'}`;
}

/** The network with its weights. @param tells whether the file's metadata are read, too */
const headOf = (
  network: string,
  file: string,
  tells = false,
): string => `# pip install torch safetensors
${tells ? 'import json\n\n' : ''}import torch
${tells ? 'from safetensors import safe_open\n' : ''}from safetensors.torch import load_file
from torch import nn
${network.includes('Residual(') ? `\n${RESIDUAL}` : ''}
network = ${network}
network.load_state_dict(load_file(${JSON.stringify(file)}))
network.eval()

`;
