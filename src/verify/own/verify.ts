import { checkInteger, checkKeys, describe, isNumbers, isObject } from '../../check.ts';
import { OptionError, ShapeError } from '../../errors.ts';
import type { PlanKind } from '../../fusion/index.ts';
import { checkEngine, type Engine } from '../../gpu/engine.ts';
import { type Graph, isNode, liveNodes, type Node } from '../../graph/graph.ts';
import { sizeOf } from '../../graph/tensor.ts';
import { exact, type Value } from '../../graph/value.ts';
import { gradients } from '../../ops/gradients.ts';
import { matmul } from '../../ops/matmul.ts';
import { input, parameter } from '../../ops/sources.ts';
import { RandomStream } from '../../random/stream.ts';
import { runTrial } from '../run-trial.ts';
import { gradientsByDifferences } from './differences.ts';
import { type CompleteOptimizerTrial, optimizerRows, optimizerTrial } from './optimizer.ts';
import { reportOf, type TrialReport, type TrialRow, worstOf } from './report.ts';
import { wantedOf } from './slopes.ts';
import {
  type AnyTrial,
  type CompleteTrial,
  checkTrial,
  checkTrials,
  type LayerTrial,
  type LossTrial,
  layerTrial,
  lossTrial,
  type OpTrial,
  type OptimizerTrial,
  type Shapes,
  type Tensors,
} from './trial.ts';

/** Options of {@link verifyOps}. */
export interface VerifyOpsOptions {
  readonly trials: readonly AnyTrial[];
  /** Seed of the random inputs, an integer. Default 1. */
  readonly seed?: number;
}

/**
 * Checks ops of your own on the GPU: the output, and the gradient of each input, element by element, under the plain
 * and the fused plan. Each case runs alone and, if its first input is a matrix, behind a product with the identity,
 * which is exact: so an op that is fused into a product is checked there, too.
 *
 * @example
 * const report = await verifyOps(engine, {
 *   trials: [{ name: 'softsign', op: (x) => softsign(x), reference: each((x) => x / (1 + Math.abs(x))) }],
 * });
 * if (!report.ok) throw new Error(report.text);
 * @throws OptionError if a trial is wrong; ShaderError with your lines if a kernel does not compile; what the op throws
 */
export async function verifyOps(engine: Engine, options: VerifyOpsOptions): Promise<TrialReport> {
  checkEngine('verifyOps()', engine);
  checkKeys('verifyOps()', options, ['trials', 'seed']);
  checkTrials(options);
  const { trials, seed = 1 } = options;
  checkInteger('verifyOps(): seed', seed, 0, 2 ** 32 - 1);
  const complete = trials.map(completed);
  const rows: TrialRow[] = [];
  const notes = new Set<string>();
  for (const trial of complete) {
    for (const plan of ['plain', 'fused'] as const) {
      rows.push(
        ...('optimizer' in trial
          ? await optimizerRows(engine, trial, plan, seed)
          : await rowsOf(engine, trial, plan, seed, (text) => notes.add(text))),
      );
    }
  }
  return reportOf(rows, [...notes]);
}

/** A trial, checked and with its defaults. */
function completed(trial: AnyTrial, at: number): CompleteTrial | CompleteOptimizerTrial {
  const has = (key: string): boolean => isObject(trial) && key in trial;
  if (has('layer')) return layerTrial(trial as LayerTrial, at);
  if (has('loss')) return lossTrial(trial as LossTrial, at);
  if (has('optimizer')) return optimizerTrial(trial as OptimizerTrial, at);
  return checkTrial(trial as OpTrial, at);
}

/** The most elements of the inputs for differences: each takes four runs. */
const MOST = 30;

/** A case: its shapes, and whether the op comes behind a product. */
interface Case {
  readonly shapes: Shapes;
  readonly behind: boolean;
}

async function rowsOf(
  engine: Engine,
  trial: CompleteTrial,
  plan: PlanKind,
  seed: number,
  note: (text: string) => void,
): Promise<TrialRow[]> {
  const rows = new Map<string, TrialRow>();
  for (const [at, shapes] of trial.shapes.entries()) {
    const size = shapes.reduce((sum, shape) => sum + sizeOf(shape), 0);
    if (!trial.reference && size > MOST) continue;
    for (const behind of shapes[0].length === 2 ? [false, true] : [false]) {
      const found = await runCase(engine, trial, plan, { shapes, behind }, seed + at, note);
      for (const row of found) {
        const before = rows.get(row.tensor);
        const worse = before && before.share >= row.share ? before : row;
        rows.set(row.tensor, {
          ...worse,
          cases: (before?.cases ?? 0) + 1,
          error: Math.max(before?.error ?? 0, row.error),
        });
      }
    }
  }
  if (rows.size > 0) return [...rows.values()];
  // Nothing checked is never a pass.
  throw new OptionError(
    `verifyOps(): nothing of ${trial.name} was checked: without a reference only gradients are, of shapes with at most ${MOST} elements; give a reference, or a smaller shape of an op with a gradient`,
  );
}

/** Random inputs of a case. */
function inputsOf(trial: CompleteTrial, shapes: Shapes, seed: number): Tensors {
  // Small numbers, and numbers that reach the branches of a function.
  const magnitude = trial.magnitude ?? (seed % 2 === 0 ? 10 : 2);
  const random = new RandomStream([seed, 78]);
  return shapes.map((shape, index) => {
    const size = sizeOf(shape);
    const given: unknown = trial.inputs?.(index, size);
    if (given !== undefined && !(isNumbers(given) && given.length === size)) {
      throw new OptionError(
        `verifyOps(): inputs(${index}, ${size}) of ${trial.name} gave ${describe(given)}; use ${size} numbers`,
      );
    }
    const values = isNumbers(given)
      ? given
      : Array.from({ length: size }, () => random.signed() * magnitude);
    return Float64Array.from(values, Math.fround);
  });
}

const IDENTITY = 'identity';
const SLOPE = 'dy';

/** The name of an input's node: a layer finds its parameters by theirs. */
const nameOf = ({ own }: CompleteTrial, at: number): string => own?.[at - 1] ?? `input ${at}`;

function identity(size: number): Float64Array {
  const side = Math.sqrt(size);
  return Float64Array.from({ length: size }, (_, i) => (i % (side + 1) === 0 ? 1 : 0));
}

/** Builds the op on its inputs, which are parameters, so that they have gradients. */
function built(graph: Graph, trial: CompleteTrial, { shapes, behind }: Case): Built {
  const inputs = shapes.map((shape, i) => parameter(graph, nameOf(trial, i), shape));
  const [first, ...others] = inputs;
  const width = shapes[0][1];
  const head = behind ? matmul(first, input(graph, IDENTITY, [width, width])) : first;
  const output: unknown = trial.op(head, ...others);
  if (!isNode(output)) {
    throw new OptionError(
      `verifyOps(): the op ${trial.name} gave ${describe(output)} for ${shapes.length} inputs; it gives a node. An op of more inputs needs a shape for each`,
    );
  }
  const known = new Set([...inputs, head, ...head.inputs]);
  const other = liveNodes([output]).find(
    (node) => node.op.residence === 'external' && !known.has(node) && node.inputs.length === 0,
  );
  if (other) {
    throw new OptionError(
      `verifyOps(): the op ${trial.name} uses ${other.name}, which has no values here; make it an input of the op`,
    );
  }
  return { inputs, output };
}

interface Built {
  readonly inputs: readonly Node[];
  readonly output: Node;
}

async function runCase(
  engine: Engine,
  trial: CompleteTrial,
  plan: PlanKind,
  one: Case,
  seed: number,
  note: (text: string) => void,
): Promise<TrialRow[]> {
  const { shapes } = one;
  const tensors = inputsOf(trial, shapes, seed);
  const random = new RandomStream([seed, 79]);
  let dy = new Float64Array(0);
  const base = { op: trial.name, label: trial.name, batch: shapes[0][0] ?? 1 };
  const filled =
    (given: Tensors) =>
    (name: string, size: number): ArrayLike<number> => {
      if (name === IDENTITY) return identity(size);
      if (name === SLOPE) return dy;
      return given[shapes.findIndex((_, at) => nameOf(trial, at) === name)];
    };
  /** The output alone, for differences. */
  const forward = async (given: Tensors): Promise<ArrayLike<number>> => {
    const fill = filled(given);
    const build = (graph: Graph): Node[] => [built(graph, trial, one).output];
    const wanted = async ([output]: readonly Node[]): Promise<Map<Node, Value>> => {
      const nothing = exact(new Float64Array(sizeOf(output.spec.shape)));
      return new Map([[output, nothing]]);
    };
    const [{ got }] = await runTrial(engine, { ...base, fill, build, wanted }, plan);
    return got;
  };
  let tensorsOf: readonly Compared[] = [];
  let slopes: readonly (Node | undefined)[] = [];
  const build = (graph: Graph): Node[] => {
    const { inputs, output } = built(graph, trial, one);
    const { shape } = output.spec;
    dy = Float64Array.from({ length: sizeOf(shape) }, () =>
      trial.isLoss ? 1 : Math.fround(random.signed()),
    );
    const slope = trial.isLoss ? undefined : input(graph, SLOPE, shape);
    slopes = inputs.map((node) => gradientOf(output, node, slope));
    return [output, ...slopes.flatMap((node) => node ?? [])];
  };
  const wanted = async ([output]: readonly Node[]): Promise<Map<Node, Value>> => {
    const values = trial.reference
      ? wantedOf(trial, shapes, tensors, dy)
      : { gradients: await gradientsByDifferences(forward, tensors, dy, trial.ulps) };
    if (!trial.reference && values.gradients.some(isCoarse)) {
      note(`differences are too coarse for ${trial.name}; give a reference, or smaller inputs`);
    }
    tensorsOf = [
      ...('output' in values ? [{ name: 'output', node: output, value: values.output }] : []),
      ...slopes.flatMap((node, i) =>
        node
          ? [{ name: `gradient ${trial.own?.[i - 1] ?? i}`, node, value: values.gradients[i] }]
          : [],
      ),
    ];
    return new Map(tensorsOf.map(({ node, value }) => [node, value]));
  };
  const found = await runTrial(engine, { ...base, fill: filled(tensors), build, wanted }, plan);
  for (const [i, node] of slopes.entries()) {
    if (!node) note(`${trial.name} has no gradient towards input ${i}`);
  }
  return found.map((difference, i) => {
    const { name, node, value } = tensorsOf[i];
    const { error, share } = difference;
    return {
      name: trial.name,
      plan,
      tensor: name,
      against: trial.reference ? 'reference' : 'differences',
      cases: 1,
      error,
      share,
      ...(share <= 1 ? {} : { worst: worstOf(difference, value, node.spec.shape) }),
    };
  });
}

/** Whether a value's bounds are as large as it is: then they say nothing. */
function isCoarse({ data, error }: Value): boolean {
  const sorted = error.slice().sort();
  const largest = data.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
  return sorted[Math.floor(sorted.length / 2)] > 0.3 * largest && largest > 0;
}

/** The gradient with respect to an input; undefined if the op has none. */
function gradientOf(output: Node, wanted: Node, slope: Node | undefined): Node | undefined {
  try {
    return gradients(output, [wanted], slope).get(wanted);
  } catch (error) {
    if (error instanceof ShapeError && /has no gradient|does not depend/.test(error.message)) {
      return undefined;
    }
    throw error;
  }
}

/** A tensor of the GPU, and what it must be. */
interface Compared {
  readonly name: string;
  readonly node: Node;
  readonly value: Value;
}
