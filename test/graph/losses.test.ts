import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { FAMILIES } from '../../src/gpu/family.ts';
import { Graph } from '../../src/graph/graph.ts';
import { linear, relu, Sequential } from '../../src/nn/layers.ts';
import { bceWithLogits } from '../../src/nn/losses/bce-with-logits.ts';
import { crossEntropy } from '../../src/nn/losses/cross-entropy.ts';
import { huber } from '../../src/nn/losses/huber.ts';
import { l1 } from '../../src/nn/losses/l1.ts';
import { pointwiseLoss } from '../../src/nn/losses/pointwise.ts';
import { smoothL1 } from '../../src/nn/losses/smooth-l1.ts';
import type { TargetKind } from '../../src/nn/losses.ts';
import { sgd } from '../../src/nn/optimizers.ts';
import type { Loss } from '../../src/ops/loss.ts';
import { mse } from '../../src/ops/mean_squared_error.ts';
import { trainingGraph } from '../../src/train/network.ts';
import { assertSound, planOf } from './plans.ts';

const test = suite('plans of losses');

const SHAPE = [6];
const model = new Sequential(SHAPE, [linear(6, 8), relu(), linear(8, 8), relu(), linear(8, 6)]);
const ones = [1, 2, 3, 4, 5, 6];
const own = pointwiseLoss({
  name: 'quartic',
  wgsl: `fn value(x: f32, t: f32) -> f32 { return pow(x - t, 4.0); }
    fn derivative(x: f32, t: f32) -> f32 { return 4.0 * pow(x - t, 3.0); }`,
});

const OF_VALUES: readonly Loss[] = [mse(), l1(), huber(), smoothL1(), bceWithLogits(), own];
const BOUND = bceWithLogits({ positiveWeights: ones });
const OF_CLASSES = [crossEntropy(), crossEntropy({ labelSmoothing: 0.1 })];
const WEIGHTED = crossEntropy({ classWeights: ones });

/** A training step's plan. */
function stepOf(
  loss: Loss,
  target: TargetKind,
  weighted: boolean,
  family: (typeof FAMILIES)[number],
) {
  const values = (name: string) => ({ kind: 'values', name }) as const;
  const given = { inputs: values('inputs'), targets: values('targets'), weighted };
  const options = { model, target, normalize: null };
  const { targets, keep } = trainingGraph(new Graph(), options, loss, 5, sgd(), given);
  return { plan: planOf('fused', targets, keep, family), targets, keep };
}

for (const family of FAMILIES) {
  test(`${family}: every loss is planned soundly, and as mean squared error and cross-entropy are`, () => {
    const likes = (loss: Loss, target: TargetKind, like: Loss): void => {
      for (const weighted of [false, true]) {
        const { plan, targets, keep } = stepOf(loss, target, weighted, family);
        assertSound(plan, targets, keep);
        const other = stepOf(like, target, weighted, family).plan;
        const grids = (of: typeof plan) => of.dispatches.map(({ label, grid }) => [label, grid]);
        assert.equal(grids(plan), grids(other), `${loss.kind}, ${target}`);
      }
    };
    for (const loss of OF_VALUES) {
      for (const target of ['label', 'value', 'input'] as const) likes(loss, target, mse());
    }
    for (const loss of OF_CLASSES) likes(loss, 'label', crossEntropy());
  });

  test(`${family}: a loss that reads weights is planned soundly, and says what that costs`, () => {
    for (const [loss, target] of [
      [BOUND, 'label'],
      [BOUND, 'value'],
      [WEIGHTED, 'label'],
    ] as const) {
      for (const weighted of [false, true]) {
        const { plan, targets, keep } = stepOf(loss, target, weighted, family);
        assertSound(plan, targets, keep);
        const inThree = family === 'tiled' && !weighted;
        const says = plan
          .explain()
          .includes('it reads weights, which leaves no binding for the loss');
        assert.is(says, !inThree, `${loss.kind}, ${target}, ${weighted}`);
        const shares = loss === WEIGHTED ? 1 : 0;
        if (inThree) assert.is(plan.dispatches.length, 3 + shares, plan.explain());
      }
    }
  });
}

test.run();
