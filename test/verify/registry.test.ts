import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { FUSION_RULES } from '../../src/fusion/index.ts';
import { FAMILIES } from '../../src/gpu/family.ts';
import type { Part } from '../../src/gpu/link.ts';
import type { ShaderFile } from '../../src/gpu/shader-file.ts';
import * as wgsl from '../../src/gpu/shaders.gen.ts';
import { Graph } from '../../src/graph/graph.ts';
import type { Dispatch, Ref } from '../../src/graph/op.ts';
import { isOf } from '../../src/graph/op.ts';
import { planGraph } from '../../src/graph/planner.ts';
import { updateOp } from '../../src/ops/update.ts';
import { rateDispatch } from '../../src/train/tick.ts';
import { mixedOf } from '../../src/verify/trials/mixed.ts';
import { allTrials } from '../../src/verify/trials.ts';
import { familyNamed } from '../graph/families.ts';

const test = suite('registry');

/** Shader files that `verify` does not check, and the tests that do. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  'bench/peak': 'src/bench/peak.ts compares its sums before it takes its time',
  'load/function':
    'test/infer/inference and test/train/tensors: the bits of a buffer of its values',
  'map/blend': 'test/train/copy: a share of another run, element by element',
  'order/listed': 'test/parity and test/train/training: batches against the reference',
  'order/sequential': 'test/train/evaluate: sums of a split against the reference',
  'order/shuffled': 'test/random/shuffle, test/train/training: batches against the reference',
  'order/staged': 'test/train/streamed: the bits of the resident data set',
  'random/permute': 'test/random/shuffle: a bijection, word for word as on the CPU',
  'step/tick': 'test/train/training: clocks, sums and batches against the reference',
  'step/tick_alone': 'test/train/training, as step/tick',
  'step/ticking': 'test/train/training, as step/tick',
  'tiled/ticking': 'test/train/tiled-step: what a tick of its own does',
  'tiled/copy_step': 'test/train/tiled-step: losses of the plain plan',
  'tiled/row_hits': 'test/train/tiled-step: the bits of streamed data; hits in its history',
  'tiled/layers_four': 'test/verify/tiled: a step of four layers',
  'step/close': 'test/train/training: sums against the reference',
  'step/equal_rows': 'test/train/training: sums against the reference',
  'step/weighed_rows': 'test/train/ignored: means over the samples that count, by hand',
  'metrics/row_hits': 'test/train/training: hits against the reference',
  'metrics/no_hits': 'test/train/training: autoencoders',
};

/** The files of a kernel, required ones included. */
function note(parts: readonly Part<Ref>[], seen: Set<string>): void {
  const visit = (file: ShaderFile): void => {
    if (seen.has(file.name)) return;
    seen.add(file.name);
    file.requires?.().forEach(visit);
  };
  for (const { file } of parts) visit(file);
}

/** The files of a dispatch, and of all kernels that tuning may choose. */
function noteDispatch({ parts, before, tunable }: Dispatch, seen: Set<string>): void {
  note(parts, seen);
  if (before) noteDispatch(before, seen);
  for (const option of tunable?.options ?? []) note(option.parts, seen);
}

test('verify, or a test that is listed here, checks every shader file', () => {
  const seen = new Set<string>();
  for (const family of FAMILIES) {
    const { kernels, ranging } = familyNamed(family);
    for (const quick of [false, true]) {
      for (const trial of allTrials()) {
        const targets = trial.build(new Graph());
        const steps = targets.flatMap((node) => (isOf(node, updateOp) ? node.attributes : []));
        const { schedule } = trial;
        if (schedule || steps[0]?.every)
          noteDispatch(rateDispatch({ ...steps[0], schedule }), seen);
        const keep = targets.filter((node) => node.op.residence !== 'effect');
        for (const kind of ['plain', 'fused'] as const) {
          const software = { description: 'SwiftShader' } as GPUAdapterInfo;
          const mixed = trial.mixed && family === 'tiled' && kind === 'fused';
          const choice = {
            ...kernels,
            quick,
            ...(family === 'quad' && { adapter: software }),
            ...(mixed ? { staging: mixedOf(targets).staging } : {}),
          };
          const options = {
            kind,
            rules: [...ranging, ...FUSION_RULES],
            keep,
            maxBufferSize: 2 ** 28,
            choice,
          };
          for (const dispatch of planGraph(targets, options).dispatches) {
            noteDispatch(dispatch, seen);
          }
        }
      }
    }
  }
  const files = Object.values(wgsl).flatMap((value) => ('source' in value ? [value.name] : []));
  assert.ok(files.length > 100);
  const unseen: readonly string[] = files.filter((name) => !seen.has(name));
  assert.equal(
    unseen.filter((name) => !(name in ELSEWHERE)),
    [],
    'no kernel exists unchecked',
  );
  assert.equal(
    Object.keys(ELSEWHERE).filter((name) => !unseen.includes(name)),
    [],
    'what verify checks is not listed as checked elsewhere',
  );
});

test.run();
