import type { Graph, Node } from '../../graph/graph.ts';
import {
  causalSelfAttention,
  embedding,
  gelu,
  layerNorm,
  linear,
  positionalEmbedding,
  residual,
  Sequential,
} from '../../nn/layers.ts';
import { crossEntropy } from '../../nn/losses/cross-entropy.ts';
import { buildModel } from '../../nn/model.ts';
import { activation } from '../../ops/activation.ts';
import { TANH } from '../../ops/activations.ts';
import { addPositions } from '../../ops/add_positions.ts';
import { causalAttention } from '../../ops/attention.ts';
import { batchMean } from '../../ops/batch_mean.ts';
import { confusion, hits } from '../../ops/classify.ts';
import { embed } from '../../ops/embed.ts';
import { features } from '../../ops/features.ts';
import { gradients } from '../../ops/gradients.ts';
import { lossRows } from '../../ops/loss.ts';
import { ignoring } from '../../ops/one_hot.ts';
import { plainCrossEntropy } from '../../ops/softmax_cross_entropy.ts';
import { isParameter, labelsFrom, parameter } from '../../ops/sources.ts';
import { nextTokens, positionLabels, type Windows, windowFeatures } from '../../ops/tokens.ts';
import { update } from '../../ops/update.ts';
import { flatten, matrixView } from '../../ops/view.ts';
import type { Trial } from '../trial.ts';
import { forwardAndBackward } from './shared.ts';
import { UPDATE_RULES } from './updates.ts';

/** Batches of windows: of whole and of partial batches, of bytes, of 16 and of 32 bits, that overlap and that do not. */
const BATCHES: readonly {
  readonly batch: number;
  readonly samples: number;
  readonly step: number;
  readonly tokens: Windows;
}[] = [
  { batch: 1, samples: 1, step: 0, tokens: { bits: 8, length: 1, stride: 1 } },
  { batch: 3, samples: 10, step: 3, tokens: { bits: 8, length: 5, stride: 1 } },
  { batch: 4, samples: 9, step: 1, tokens: { bits: 16, length: 8, stride: 3 } },
  { batch: 7, samples: 23, step: 3, tokens: { bits: 32, length: 13, stride: 13 } },
];

const tokensOf = (graph: Graph, batch: number, tokens: Windows): Node =>
  features(graph, [batch, tokens.length], windowFeatures(tokens));

/** Tables of vectors, by token and by position. */
function embeddingTrials(): Trial[] {
  return BATCHES.flatMap(({ tokens, ...options }) => {
    const { length, bits } = tokens;
    const label = `${options.batch} of ${length} tokens, ${bits} bits`;
    const own = { ...options, tokens, rowsEach: length };
    return [6, 8].flatMap((width) =>
      // Tokens beyond the table count as its last row.
      [13, 9].map((rows): Trial => {
        const shapes = [
          [rows, width],
          [length + 2, width],
        ];
        const build = ([table, positions]: readonly Node[]): Node =>
          flatten(
            activation(
              TANH,
              addPositions(embed(tokensOf(table.graph, options.batch, tokens), table), positions),
            ),
          );
        return {
          ...forwardAndBackward('embed, addPositions', shapes, build),
          ...own,
          // The loss has one row for each sample.
          rowsEach: 1,
          label: `${label}, ${rows}×${width}`,
          classes: 13,
        };
      }),
    );
  });
}

/** Losses of several rows for each sample. */
function positionTrials(): Trial[] {
  return BATCHES.flatMap(({ tokens, ...options }) =>
    [3, 10].flatMap((classes) => {
      const { length } = tokens;
      const weights = Array.from({ length: classes }, (_, c) => 0.3 + ((7 * c) % 5));
      const losses = [
        ['entropy', plainCrossEntropy()],
        ['entropy, smoothed', crossEntropy({ labelSmoothing: 0.1 })],
        ['entropy, all', crossEntropy({ classWeights: weights, ignoreIndex: 1 })],
      ] as const;
      return losses.flatMap(([op, loss]) =>
        (['next tokens', 'labels'] as const).map(
          (from): Trial => ({
            op: `${op}, positions`,
            label: `${options.batch} of ${options.samples}, ${length}×${classes}, ${from}`,
            ...options,
            ...(from === 'labels' ? {} : { tokens }),
            rowsEach: length,
            classes,
            magnitude: 3,
            build: (graph) => {
              const rows = options.batch * length;
              const x = parameter(graph, 'outputs', [options.batch, length, classes]);
              const source = from === 'labels' ? positionLabels(length) : nextTokens(tokens);
              const t = labelsFrom(graph, rows, source);
              const outputs = matrixView(x, 2);
              const own = lossRows(loss, outputs, t);
              const mean = batchMean(own);
              const ignored = op === 'entropy, all' ? ignoring(1) : undefined;
              return [
                own,
                mean,
                t,
                ...gradients(mean, [x]).values(),
                hits(outputs, t, ignored),
                confusion(outputs, t, ignored),
              ];
            },
          }),
        ),
      );
    }),
  );
}

/** [batch, T, width] and heads: of one position, heads of odd widths, and one key more than a workgroup has positions. */
const ATTENTIONS: readonly (readonly [
  batch: number,
  time: number,
  width: number,
  heads: number,
])[] = [
  [1, 1, 4, 1],
  [2, 3, 8, 2],
  [3, 7, 6, 2],
  [2, 9, 5, 1],
  [1, 5, 9, 9],
  [2, 33, 32, 1],
  [5, 16, 32, 4],
  [1, 65, 16, 2],
];

function attentionTrials(): Trial[] {
  return ATTENTIONS.flatMap(([batch, time, width, heads]) => {
    const shape = [batch, time, 3 * width];
    const label = `${batch}×${time}×${width}, ${heads} heads`;
    const own = (x: Node): Node => causalAttention(matrixView(x, 2), heads);
    return [
      {
        op: 'causalAttention',
        label,
        batch,
        build: (graph: Graph) => [own(parameter(graph, 'qkv', shape))],
      },
      ...[1, 4].map((magnitude) => ({
        ...forwardAndBackward('causalAttention, gradient', [shape], ([x]) => flatten(own(x)), {
          magnitude,
        }),
        label: `${label}, up to ${magnitude}`,
      })),
    ];
  });
}

/** A transformer of one block: the gradients of all parameters, and a step of an optimizer. */
function transformerTrials(): Trial[] {
  const models = [
    [7, 6, 2],
    [10, 8, 2],
  ].map(
    ([classes, width, heads]) =>
      [
        classes,
        new Sequential(
          [5],
          [
            embedding(classes, width),
            positionalEmbedding(9, width),
            residual([layerNorm(width), causalSelfAttention(width, heads)]),
            residual([layerNorm(width), linear(width, 13), gelu(), linear(13, width)]),
            linear(width, classes),
          ],
        ),
      ] as const,
  );
  return models.flatMap(([classes, model]) =>
    [null, UPDATE_RULES[5]].map((rule): Trial => {
      const [batch, tokens] = [3, { bits: 8, length: 5, stride: 2 } as const];
      return {
        op: 'transformer',
        label: `${classes} tokens, ${rule ? rule[0] : 'gradients'}`,
        batch,
        samples: 10,
        step: 3,
        classes,
        tokens,
        rowsEach: tokens.length,
        magnitude: 0.5,
        build: (graph) => {
          const outputs = buildModel(model, tokensOf(graph, batch, tokens), true);
          const t = labelsFrom(graph, batch * tokens.length, nextTokens(tokens));
          const rows = lossRows(plainCrossEntropy(), outputs, t);
          const slopes = gradients(batchMean(rows), graph.nodes.filter(isParameter));
          if (!rule) return [rows, outputs, hits(outputs, t), ...slopes.values()];
          return [rows, ...[...slopes].map(([p, slope]) => update(p, slope, rule[1]))];
        },
      };
    }),
  );
}

export const sequenceTrials = (): Trial[] => [
  ...embeddingTrials(),
  ...positionTrials(),
  ...attentionTrials(),
  ...transformerTrials(),
];
