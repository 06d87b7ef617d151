import { checkInteger, checkKeys, describe } from '../../check.ts';
import { OptionError } from '../../errors.ts';
import { loadFamily, type PlanKind, plan } from '../../fusion/index.ts';
import { BufferUsage } from '../../gpu/constants.ts';
import type { Engine } from '../../gpu/engine.ts';
import { Arena, encode } from '../../graph/executor.ts';
import { Graph } from '../../graph/graph.ts';
import { ParameterStore } from '../../graph/store.ts';
import { sizeOf, toStorage } from '../../graph/tensor.ts';
import { ruleOf } from '../../nn/optimizers/rule.ts';
import { matmul } from '../../ops/matmul.ts';
import { TINY, ULP } from '../../ops/rounding.ts';
import { input, parameter } from '../../ops/sources.ts';
import { METHOD, update } from '../../ops/update.ts';
import { RandomStream } from '../../random/stream.ts';
import { clockBytes } from '../../train/clock.ts';
import { rateDispatch } from '../../train/tick.ts';
import { compare } from '../compare.ts';
import { type TrialRow, worstOf } from './report.ts';
import type { OptimizerTrial } from './trial.ts';

/** A trial with its defaults. */
export type CompleteOptimizerTrial = Required<OptimizerTrial>;

/** @throws OptionError if an option is unknown or has a wrong type */
export function optimizerTrial(given: OptimizerTrial, at: number): CompleteOptimizerTrial {
  const what = `verifyOps(): trials[${at}]`;
  checkKeys(what, given, ['name', 'optimizer', 'reference', 'steps', 'ulps', 'magnitude']);
  const { name, reference, steps = 5, ulps = 16, magnitude = 2 } = given;
  const optimizer = ruleOf(given.optimizer);
  if (typeof name !== 'string' || name === '') {
    throw new OptionError(`${what}: name ${describe(name)} was given; use a text`);
  }
  if (typeof reference !== 'function') {
    throw new OptionError(
      `${what}: reference ${describe(reference)} was given; use (w, gradient, state, step) => the next w`,
    );
  }
  checkInteger(`${what}: steps`, steps, 1, 100);
  for (const [key, value] of Object.entries({ ulps, magnitude })) {
    if (typeof value === 'number' && value > 0 && value < 1e30) continue;
    throw new OptionError(`${what}: ${key} ${describe(value)} was given; use a positive number`);
  }
  return { name, optimizer, reference, steps, ulps, magnitude };
}

/** A matrix that fills no tile, and its elements. */
const SHAPE = [5, 7];
const SIZE = sizeOf(SHAPE);

/** Tensors by name: the parameter as `w`, and the states. */
type Held = Readonly<Record<string, Float64Array>>;

/** One step by the reference. */
function stepped(
  { reference, optimizer }: CompleteOptimizerTrial,
  held: Held,
  g: Float64Array,
  step: number,
): Held {
  const { states } = optimizer[METHOD];
  const after: Record<string, Float64Array> = {};
  for (const name of ['w', ...states]) after[name] = new Float64Array(SIZE);
  for (let i = 0; i < SIZE; i++) {
    const state = Object.fromEntries(states.map((name) => [name, held[name][i]]));
    const next: unknown = reference(held.w[i], g[i], state, step);
    if (typeof next !== 'number') {
      throw new OptionError(
        `verifyOps(): the reference gave ${describe(next)}; it gives the next w, a number`,
      );
    }
    after.w[i] = next;
    for (const name of states) after[name][i] = state[name];
  }
  return after;
}

/**
 * The parameter and the states after each step, beside the reference's step from what the GPU had before it. The bounds are
 * those of a step that is exact but for `ulps` units of the last place in what it reads and in what it gives, to first
 * order: how much the step changes is measured with four changes of what it reads, and doubled. Under the fused plan the
 * step is in the dispatch of a product with the identity, which is exact.
 */
export async function optimizerRows(
  engine: Engine,
  trial: CompleteOptimizerTrial,
  kind: PlanKind,
  seed: number,
): Promise<TrialRow[]> {
  const { optimizer: rule, steps, magnitude, name: title } = trial;
  const { states } = rule[METHOD];
  const random = new RandomStream([seed, 80]);
  const values = (): Float64Array =>
    Float64Array.from({ length: SIZE }, () => Math.fround(random.signed() * magnitude));
  const graph = new Graph();
  const w = parameter(graph, 'w', SHAPE);
  const slope = input(graph, 'gradient', SHAPE);
  const [rows] = SHAPE;
  const identity = input(graph, 'identity', [rows, rows]);
  const gradient = kind === 'fused' ? matmul(identity, slope, { transposeA: true }) : slope;
  const planned = plan(kind, [update(w, gradient, rule)], [], {
    device: engine.device,
    family: await loadFamily(kind, engine.family),
  });
  const usage = BufferUsage.STORAGE | BufferUsage.COPY_SRC | BufferUsage.COPY_DST;
  const { buffers, device } = engine;
  const store = new ParameterStore(engine, [w], states);
  const clockOf = (step: number): Uint8Array<ArrayBuffer> =>
    new Uint8Array(clockBytes({ key: [0, 0], step, samples: 1, batch: 1, rule }));
  const eye = Float64Array.from({ length: rows * rows }, (_, i) => Number(i % (rows + 1) === 0));
  const given = {
    clock: buffers.allocate('clock', clockOf(0).byteLength, usage),
    gradient: buffers.allocate('gradient', toStorage(slope.spec, eye).byteLength, usage),
    identity: buffers.allocate(
      'identity',
      toStorage(identity.spec, eye).byteLength,
      usage,
      toStorage(identity.spec, eye),
    ),
  };
  const places = new Map([
    [slope, given.gradient],
    [identity, given.identity],
  ]);
  const arena = new Arena(engine, planned, {
    external: (ref) => {
      const buffer = ref.kind === 'tensor' ? places.get(ref.node) : undefined;
      return buffer ? { buffer } : store.resolve(ref);
    },
    named: { clock: given.clock },
  });
  const found = new Map<string, TrialRow>();
  try {
    const bound = await arena.bind([rateDispatch({ rule }), ...planned.dispatches], {
      unroll: kind === 'fused',
    });
    let held: Held = {
      w: values(),
      ...Object.fromEntries(states.map((name) => [name, new Float64Array(SIZE)])),
    };
    store.write('w', held.w);
    for (let step = 0; step < steps; step++) {
      const g = values();
      device.queue.writeBuffer(given.clock, 0, clockOf(step));
      device.queue.writeBuffer(
        given.gradient,
        0,
        toStorage(slope.spec, g) as Float32Array<ArrayBuffer>,
      );
      const encoder = device.createCommandEncoder();
      const pass = encoder.beginComputePass();
      encode(pass, bound);
      pass.end();
      await engine.submit(encoder);
      const got: Record<string, Float64Array> = {};
      for (const one of ['w', ...states]) {
        const read = await store.read(one === 'w' ? 'parameters' : one);
        got[one] = Float64Array.from(read.get('w') ?? []);
      }
      const wanted = stepped(trial, held, g, step);
      const bounds = boundsOf(trial, held, g, step, wanted);
      for (const one of ['w', ...states]) {
        const value = { data: wanted[one], error: bounds[one] };
        const difference = compare(one, got[one], value);
        const tensor = one === 'w' ? 'parameter' : one;
        const before = found.get(tensor);
        if (before && before.share >= difference.share) {
          found.set(tensor, { ...before, cases: before.cases + 1 });
          continue;
        }
        const { error, share } = difference;
        found.set(tensor, {
          name: title,
          plan: kind,
          tensor,
          against: 'reference',
          cases: (before?.cases ?? 0) + 1,
          error,
          share,
          ...(share <= 1 ? {} : { worst: `step ${step}, ${worstOf(difference, value, SHAPE)}` }),
        });
      }
      held = got;
    }
    return [...found.values()];
  } finally {
    arena.destroy();
    store.destroy();
    for (const buffer of Object.values(given)) buffers.free(buffer);
  }
}

function boundsOf(
  trial: CompleteOptimizerTrial,
  held: Held,
  g: Float64Array,
  step: number,
  wanted: Held,
): Held {
  // Small enough for first order, and large enough for differences in float64.
  const by = 1e-4;
  const unit = trial.ulps * ULP;
  const random = new RandomStream([step, 81]);
  const bounds = Object.fromEntries(
    Object.entries(wanted).map(([name, data]) => [name, new Float64Array(data.length)]),
  );
  for (let change = 0; change < 4; change++) {
    const shaken = (data: Float64Array): Float64Array =>
      data.map((x) => x * (1 + by * (change === 0 || random.signed() > 0 ? 1 : -1)));
    const moved = Object.fromEntries(
      Object.entries(held).map(([name, data]) => [name, shaken(data)]),
    );
    const other = stepped(trial, moved, shaken(g), step);
    for (const [name, data] of Object.entries(wanted)) {
      for (const [i, x] of data.entries()) {
        const size = Math.abs(x) + (2 * Math.abs(other[name][i] - x)) / by;
        const sizes = name === 'w' ? size + Math.abs(held.w[i]) : size;
        bounds[name][i] = Math.max(bounds[name][i], unit * sizes + TINY);
      }
    }
  }
  return bounds;
}
