/** Layers of a model file as modules of PyTorch, with the same names of their weights. */
import type { LayerFacts } from './model-facts.ts';

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

/** What writes a layer. */
type Modules = Readonly<Record<string, (layer: LayerFacts) => string>>;

const CONVOLUTION = { stride: 1, padding: 0, dilation: 1, groups: 1, bias: true };

/** The modules of PyTorch by the layers that the page's networks have. */
const MODULES: Modules = {
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
  layerNorm: (layer) =>
    `nn.LayerNorm(${layer.width}${options(layer, { eps: 1e-5 })}${layer.affine === false ? ', elementwise_affine=False' : ''})`,
  gelu: ({ approximate }) => (approximate === 'tanh' ? 'nn.GELU("tanh")' : 'nn.GELU()'),
  batchNorm2d: (layer) =>
    `nn.BatchNorm2d(${layer.channels}${options(layer, { eps: 1e-5, momentum: 0.1, affine: true })})`,
};

const first = (value: unknown): unknown => (Array.isArray(value) ? value[0] : value);

/**
 * A layer's lines of Python.
 *
 * @param more layers with classes of the program's own
 * @returns undefined if PyTorch has no such module
 */
export function moduleOf(
  layer: LayerFacts,
  indent: string,
  more: Modules = {},
): string | undefined {
  const inner = layer.layers;
  if (!inner) return (MODULES[layer.layer] ?? more[layer.layer])?.(layer);
  const parts = inner.map((one) => moduleOf(one, `${indent}    `, more));
  if (parts.includes(undefined) || inner.some((one) => 'name' in one)) return undefined;
  const kind = layer.layer === 'residual' ? 'Residual' : 'nn.Sequential';
  return `${kind}(\n${parts.map((part) => `${indent}    ${part},`).join('\n')}\n${indent})`;
}

/** The class that {@link moduleOf} names. */
export const RESIDUAL = `class Residual(nn.Sequential):
    def forward(self, x):
        return x + super().forward(x)
`;
