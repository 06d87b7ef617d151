import { say } from '../words/words.ts';
import { CONTINUED } from './comments.ts';
import type { LayerFacts, ModelFacts } from './model-facts.ts';
import { moduleOf, RESIDUAL } from './pytorch-modules.ts';

/** What PyTorch has no module for. */
const classes = (): string => `class PositionalEmbedding(nn.Embedding):
    def forward(self, x):
        return x + self.weight[: x.shape[1]]


class CausalSelfAttention(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.heads = heads
        self.qkv = nn.Linear(width, 3 * width)
        self.proj = nn.Linear(width, width)

    def forward(self, x):
        parts = self.qkv(x).chunk(3, dim=2)
        q, k, v = [part.unflatten(2, (self.heads, -1)).transpose(1, 2) for part in parts]
        found = F.scaled_dot_product_attention(q, k, v, is_causal=True)
        return self.proj(found.transpose(1, 2).flatten(2))


class Unembedding(nn.Module):
    def __init__(self, tokens):
        super().__init__()
        self.shared = [tokens]  # ${say('in a list, it gives this module no weight of its own')}

    def forward(self, x):
        return F.linear(x, self.shared[0].weight)
`;

const INDENT = '    ';

/** Lines of a list, one for each entry. */
const lines = (entries: readonly string[], indent: string): string =>
  entries.map((entry) => `${indent}${entry},\n`).join('');

/**
 * A program that loads a model of text into modules of PyTorch, and lets it write on.
 *
 * @param vocabulary the character of each token
 * @returns undefined if a layer has no module there
 */
export function pytorchText(
  { model }: ModelFacts,
  vocabulary: readonly string[],
  file: string,
): string | undefined {
  const { layers = [], input } = model;
  const network = networkOf(layers);
  if (network === undefined) return undefined;
  const begin = vocabulary.includes('T') ? 'T' : vocabulary[0];
  return `# pip install torch safetensors
import json

import torch
from safetensors import safe_open
from safetensors.torch import load_file
from torch import nn
from torch.nn import functional as F


${RESIDUAL}

${classes()}

${network}
network.load_state_dict(load_file(${JSON.stringify(file)}))
network.eval()

with safe_open(${JSON.stringify(file)}, "pt") as model:
    vocabulary = json.loads(model.metadata()["gradweave.model"])["input"]["vocabulary"]
text = ${JSON.stringify(begin)}  # ${CONTINUED()}
temperature = 0.8  # ${say('0 always takes the most likely character')}
torch.manual_seed(1)
context = [vocabulary.index(character) for character in text]
with torch.no_grad():
    for _ in range(200):
        context = context[-${input[0]}:]  # ${say('it sees the last {count} characters', { count: input[0] })}
        logits = network(torch.tensor([context]))[0, -1]
        if temperature == 0:
            token = logits.argmax()
        else:
            token = torch.multinomial((logits / temperature).softmax(0), 1)
        context.append(token.item())
        text += vocabulary[token.item()]
print(text)
`;
}

const MODULES = {
  causalSelfAttention: ({ width, heads }: LayerFacts) => `CausalSelfAttention(${width}, ${heads})`,
};

/** The lines that make `network`; undefined if it is no embedding, blocks, and a head that shares the embedding's weight. */
function networkOf(layers: readonly LayerFacts[]): string | undefined {
  const [tokens, positions, ...others] = layers;
  const head = others.pop();
  if (tokens?.layer !== 'embedding' || positions?.layer !== 'positionalEmbedding') return undefined;
  if (head?.layer !== 'unembedding' || head.of !== 0) return undefined;
  const blocks = others.filter(({ layer }) => layer === 'residual');
  const [again, rest] = repeated(blocks)
    ? [blocks.length / 2, others.slice(blocks.length)]
    : [0, others];
  const parts = rest.map((layer) => moduleOf(layer, INDENT, MODULES));
  const twice = INDENT + INDENT;
  const block = again > 0 ? blocks.slice(0, 2).map((one) => moduleOf(one, twice, MODULES)) : [];
  if ([...parts, ...block].includes(undefined)) return undefined;
  const made = `def block():
${INDENT}return [
${lines(block.map(String), twice)}${INDENT}]


`;
  const all = [
    'tokens',
    `PositionalEmbedding(${positions.maxLength}, ${positions.width})`,
    ...Array.from({ length: again }, () => '*block()'),
    ...parts.map(String),
    'Unembedding(tokens)',
  ];
  return `${again > 0 ? made : ''}tokens = nn.Embedding(${tokens.count}, ${tokens.width})
network = nn.Sequential(
${lines(all, INDENT)})`;
}

/** Whether blocks of attention and of linear layers follow each other by turns, all the same: they are written once. */
function repeated(blocks: readonly LayerFacts[]): boolean {
  const texts = blocks.map((one) => JSON.stringify(one));
  const isSame = texts.every((text, i) => text === texts[i % 2]);
  return blocks.length > 2 && blocks.length % 2 === 0 && isSame;
}
