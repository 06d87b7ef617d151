import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { portableKernels } from '../../src/gpu/gemm/portable.ts';
import { type Part, use } from '../../src/gpu/link.ts';
import * as wgsl from '../../src/gpu/shaders.gen.ts';
import type { Graph, Node } from '../../src/graph/graph.ts';
import type { Op, Ref } from '../../src/graph/op.ts';
import { exact } from '../../src/graph/value.ts';
import { activation } from '../../src/ops/activation.ts';
import { RELU, SIGMOID } from '../../src/ops/activations.ts';
import { add } from '../../src/ops/add.ts';
import { argmax, confusion, hits } from '../../src/ops/classify.ts';
import { scale, scaleReference } from '../../src/ops/scale.ts';
import { input, labels } from '../../src/ops/sources.ts';
import type { Difference } from '../../src/verify/compare.ts';
import { runTrial } from '../../src/verify/run-trial.ts';
import type { Trial } from '../../src/verify/trial.ts';
import { allTrials } from '../../src/verify/trials.ts';
import { verifyOps } from '../../src/verify/verify.ts';
import { withSharedEngine } from '../gpu/helpers.ts';
import { assertWithin } from './trial-tests.ts';

const PLANS = ['plain', 'fused'] as const;

test('verifyOps reports each op that passes the filter once under each plan', () =>
  withSharedEngine(async (engine) => {
    const heard: string[] = [];
    const reports = await verifyOps(engine, {
      filter: 'columnSums',
      onOp: ({ op, plan }) => heard.push(`${op} ${plan}`),
    });
    assert.equal(heard, ['columnSums plain', 'columnSums fused']);
    const cases = allTrials().filter(({ op }) => op === 'columnSums').length;
    for (const report of reports) {
      assert.is(report.cases, cases);
      assert.ok(report.share > 0 && report.share <= 1, report.first);
      assert.is(report.first, undefined);
    }
  }));

test('the first of equal outputs is the class: there is no tolerance for ties', () =>
  withSharedEngine(async (engine) => {
    // Many rows of a ReLU's output are exactly 0.
    const trial: Trial = {
      op: 'ties',
      label: '64×3 behind a ReLU',
      batch: 64,
      classes: 3,
      build: (graph) => {
        const outputs = activation(RELU, input(graph, 'x', [64, 3]));
        const classes = labels(graph, 64);
        return [argmax(outputs), hits(outputs, classes), confusion(outputs, classes)];
      },
    };
    for (const plan of PLANS) assertWithin(trial, await runTrial(engine, trial, plan));
  }));

/** The only difference of a trial of f(x), for x[5, 7] and an op that is known to be right. */
async function differenceOf(
  f: (x: Node) => Node,
  change: Pick<Trial, 'magnitude' | 'references'> = {},
): Promise<Difference> {
  let result: Difference | undefined;
  await withSharedEngine(async (engine) => {
    const build = (graph: Graph) => [f(input(graph, 'x', [5, 7]))];
    const trial = { op: 'probe', label: '5×7', batch: 5, build, ...change };
    [result] = await runTrial(engine, trial, 'plain');
  });
  if (!result) throw new Error('nothing was compared');
  return result;
}

/** The same node with a part of its op replaced. */
const altered = (node: Node, change: Partial<Op<object>>): Node =>
  node.graph.add({ ...node.op, ...change }, node.inputs, node.attributes);

test('one element of the reference off by two parts in a million is a failure', async () => {
  const right = await differenceOf((x) => scale(x, 3));
  assert.ok(right.share <= 1, right.first);
  const wrong = await differenceOf((x) => scale(x, 3), {
    references: {
      scale: (...given) => {
        const value = scaleReference(...given);
        value.data[34] *= 1 + 2e-6;
        return value;
      },
    },
  });
  assert.ok(wrong.share > 1, `share ${wrong.share}`);
  assert.match(wrong.first ?? '', 'element 34: GPU ');
});

test('NaN on the GPU is a failure', async () => {
  // ∞ − ∞ on the GPU; the reference says 0.
  const { share } = await differenceOf((x) => add(x, scale(x, -1)), {
    magnitude: Infinity,
    references: { add: () => exact(new Float64Array(35)) },
  });
  assert.not.ok(share <= 1, `share ${share}`);
});

test('NaN in the reference is a failure', async () => {
  const { share } = await differenceOf((x) => scale(x, 3), {
    references: { scale: () => exact(new Float64Array(35).fill(NaN)) },
  });
  assert.not.ok(share <= 1, `share ${share}`);
});

test('a bound that is not a number is a failure', async () => {
  const { share } = await differenceOf((x) => scale(x, 3), {
    references: {
      scale: (...given) => {
        const { data, error } = scaleReference(...given);
        data[9] += 1;
        error[9] = NaN;
        return { data, error };
      },
    },
  });
  assert.not.ok(share <= 1, `share ${share}`);
});

test('padding that is not zero is a failure', async () => {
  const { share, first } = await differenceOf((x) => {
    const y = activation(SIGMOID, x);
    return altered(y, {
      dispatch: (node) => {
        const dispatch = y.op.dispatch?.(node, portableKernels);
        if (!dispatch) throw new Error('sigmoid has no kernel');
        const trim: Part<Ref> = use(wgsl.padFull);
        return {
          ...dispatch,
          parts: dispatch.parts.map((part) => (part.name === 'pad/partial' ? trim : part)),
        };
      },
    });
  });
  assert.is(share, Infinity);
  assert.is(first, 'padding at 7 is 0.5, not 0');
});

test.run();
