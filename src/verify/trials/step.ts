import type { Node } from '../../graph/graph.ts';
import { updatesEvery } from '../../nn/accumulation.ts';
import { CLIP, type Clip, type Clipped } from '../../nn/clip.ts';
import { type Activation, activation } from '../../ops/activation.ts';
import { ACTIVATIONS } from '../../ops/activation-reference.ts';
import { batchMean } from '../../ops/batch_mean.ts';
import { addBias } from '../../ops/bias.ts';
import { hits } from '../../ops/classify.ts';
import { dropout } from '../../ops/dropout.ts';
import { features, pixels } from '../../ops/features.ts';
import { gradients } from '../../ops/gradients.ts';
import { type Loss, lossRows } from '../../ops/loss.ts';
import { matmul } from '../../ops/matmul.ts';
import { mse } from '../../ops/mean_squared_error.ts';
import { oneHot } from '../../ops/one_hot.ts';
import { softmaxCrossEntropy } from '../../ops/softmax_cross_entropy.ts';
import { labels, parameter } from '../../ops/sources.ts';
import { METHOD, type OptimizerRule, update } from '../../ops/update.ts';
import { weigh } from '../../ops/weigh.ts';
import type { Trial } from '../trial.ts';
import { rowsOf } from './losses.ts';

/** The activation of a name. */
function named(name: string): Activation {
  const found = ACTIVATIONS.find((f) => f.name === name);
  if (!found) throw new Error(`there is no activation ${name}`);
  return found;
}

/** A network of linear layers, and its data. */
export interface Network {
  readonly widths: readonly number[];
  readonly batch: number;
  readonly samples: number;
  readonly step: number;
  /** The name of the hidden layers' activation. */
  readonly kind: string;
  /** The activation of the outputs; default none. */
  readonly output?: string;
  readonly drop: number;
  /** `values`: inputs and targets are the caller's floats. */
  readonly loss: 'mse' | 'cross_entropy' | 'autoencoder' | 'values' | 'classes';
  /** The loss for `values` and `classes`, and its name. Default mse. */
  readonly own?: readonly [name: string, loss: Loss, ...unknown[]];
  /** Standardise inputs that are values. Default false. */
  readonly standardise?: boolean;
  /** Default true. */
  readonly bias?: boolean;
  /** Whether samples have weights; default false. */
  readonly weighted?: boolean;
  /** Scale of the weights; default 0.3. */
  readonly magnitude?: number;
  /** How gradients are clipped; default not. */
  readonly clip?: Clip;
  /** Batches before an update; default 1. */
  readonly every?: number;
}

/** A training step of a whole network, with its gradients or its updates as targets. */
export function stepTrial(network: Network, rule: readonly [string, OptimizerRule] | null): Trial {
  const { widths, batch, samples, step, kind, drop, loss, magnitude = 0.3, clip } = network;
  const every = network.every ? updatesEvery(network.every) : undefined;
  const end = rule ? rule[0] : 'gradients';
  return {
    op: rule ? 'training step' : 'network gradients',
    label: `${widths.join('–')} ${kind} dropout ${drop} ${network.weighted ? 'weighted ' : ''}${network.own?.[0] ?? loss}, batch ${batch} of ${samples}, step ${step}, ${end}${clip ? `, ${clip.kind} clipped to ${clip.largest}` : ''}${every ? `, every ${every.batches}` : ''}`,
    batch,
    samples,
    step,
    classes: widths[widths.length - 1],
    magnitude,
    ...(rule ? { rule: rule[1] } : {}),
    build: (graph) => {
      const outputs = widths[widths.length - 1];
      const standard = network.standardise ? 'standard' : undefined;
      let x =
        loss === 'values'
          ? features(graph, [batch, widths[0]], { kind: 'values', name: 'inputs' }, standard)
          : pixels(graph, [batch, widths[0]], [0.286, 0.353]);
      const parameters: Node[] = [];
      for (let i = 1; i < widths.length; i++) {
        const w = parameter(graph, `${i}.weight`, [widths[i - 1], widths[i]]);
        parameters.push(w);
        x = matmul(x, w);
        if (network.bias !== false) {
          const b = parameter(graph, `${i}.bias`, [widths[i]]);
          parameters.push(b);
          x = addBias(x, b);
        }
        if (i < widths.length - 1) x = dropout(activation(named(kind), x), drop);
        else if (network.output) x = activation(named(network.output), x);
      }
      const classes = labels(graph, batch);
      const targets = {
        mse: () => oneHot(classes, outputs),
        autoencoder: () => pixels(graph, [batch, widths[0]]),
        values: () => features(graph, [batch, outputs], { kind: 'values', name: 'targets' }),
      };
      const [, own = mse()] = network.own ?? [];
      const plain =
        loss === 'cross_entropy'
          ? softmaxCrossEntropy(x, classes)
          : loss === 'classes'
            ? rowsOf(own, x, classes)
            : lossRows(own, x, targets[loss]());
      const rows = network.weighted ? weigh(plain) : plain;
      const slopes = gradients(batchMean(rows), parameters);
      const counted = loss === 'autoencoder' || loss === 'values' ? [] : [hits(x, classes)];
      if (!rule) return [rows, ...counted, x, ...slopes.values()];
      const sums = every ? every.accumulate(slopes) : slopes;
      const { slopes: wanted, clipping }: Clipped = clip?.[CLIP].apply(sums) ?? { slopes: sums };
      const updates = [...wanted].map(([p, g]) =>
        update(p, g, rule[1][METHOD].of?.(p.name) ?? rule[1], { clipping, every }),
      );
      return [rows, ...counted, ...(clipping ? [clipping.by] : []), ...updates];
    },
  };
}
