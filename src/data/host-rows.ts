import { describe } from '../check.ts';
import { DataError, OptionError } from '../errors.ts';
import type { OutputRows } from '../ops/sources.ts';
import { positionLabels } from '../ops/tokens.ts';
import type { ArraySplit, RowSource } from './arrays.ts';
import { type Field, type HostSplit, labelsField } from './host.ts';
import type { LiveSet } from './live.ts';
import type { Numbers } from './numbers.ts';
import { type ReadRows, throughAll } from './pieces.ts';
import { checkCount, labelsOf, notFinite, rowsOf } from './rows.ts';
import { type ColumnScale, scaleOf } from './standardise.ts';
import type { TokenSplit } from './token-split.ts';
import { hostTokens } from './tokens.ts';

/** A float32 view of the first `count` numbers of `into`. */
const floatsAt = ({ buffer, byteOffset }: Uint8Array, count: number): Float32Array =>
  new Float32Array(buffer, byteOffset, count);

/** Numbers as float32, standardised if asked. */
function numbersField(
  name: Field['name'],
  what: string,
  read: ReadRows,
  columns: number,
  scale?: ColumnScale,
): Field {
  const write = (indices: Uint32Array, given: Float64Array, into: Uint8Array): void => {
    const out = floatsAt(into, given.length);
    for (let i = 0; i < given.length; i++) {
      const column = i % columns;
      out[i] = scale ? scaleOf(scale, given[i], column) : given[i];
      if (!Number.isFinite(out[i])) {
        throw notFinite(what, given[i], indices[Math.floor(i / columns)], column);
      }
    }
  };
  return {
    name,
    bytes: 4 * columns,
    gather(indices, into) {
      const given = new Float64Array(indices.length * columns);
      const reading = read(indices, given);
      return reading
        ? reading.then(() => write(indices, given, into))
        : write(indices, given, into);
    },
  };
}

/** Reads everything once, so that invalid numbers are refused before anything is allocated. */
const readThrough = ({ bytes, gather }: Field, count: number): Promise<void> =>
  throughAll(count, (samples) => new Uint8Array(samples * bytes), gather);

async function weightsField(what: string, weights: Numbers, count: number): Promise<Field> {
  const given = rowsOf(what, weights, 1);
  checkCount(what, weights, given.count, count);
  const field = numbersField('sampleWeights', what, given.read, 1);
  await readThrough(field, count);
  return field;
}

/** A split with weights. @throws OptionError, DataError */
export async function weighed(
  what: string,
  host: HostSplit,
  weights: Numbers | undefined,
): Promise<HostSplit> {
  if (weights === undefined) return host;
  const field = await weightsField(`${what}.weights`, weights, host.count);
  return {
    ...host,
    others: [...host.others, field],
    sources: { ...host.sources, weighted: true },
  };
}

/** Inputs without labels or targets, in memory or from a source. @throws DataError, OptionError */
export function hostRows(
  what: string,
  split: Pick<ArraySplit, 'inputs' | 'count'> | RowSource,
  columns: number,
): HostSplit {
  const inMemory = !('gather' in split);
  const { count, read } = inMemory
    ? rowsOf(`${what}.inputs`, split.inputs, columns)
    : { count: split.count, read: readSource(split, columns) };
  if (!Number.isInteger(count) || count < 1) {
    throw new DataError(`${what} has ${describe(count)} samples; give at least one`);
  }
  if (split.count !== undefined && split.count !== count) {
    throw new DataError(
      `${what}: count ${describe(split.count)} was given with inputs of ${count} samples of ${columns} numbers; leave count out`,
    );
  }
  const name = inMemory ? `${what}.inputs` : `${what}.gather`;
  return {
    what: name,
    count,
    columns,
    inMemory,
    inputs: numbersField('inputs', name, read, columns),
    others: [],
    labels: undefined,
    read,
    sources: { inputs: { kind: 'values', name: 'inputs' }, targets: undefined, weighted: false },
  };
}

function readSource(source: RowSource, columns: number): ReadRows {
  return async (indices, into) => {
    const floats = new Float32Array(indices.length * columns);
    await source.gather(indices, floats);
    into.set(floats);
  };
}

/**
 * Samples of numbers with labels or targets. Everything in memory is read once and checked.
 *
 * @param what its name, for errors: `train`
 * @param columns numbers of a sample's input
 * @param rows of a sample: its positions, and classes, or numbers of its target
 * @param target which of them is learned; undefined: neither
 * @param ignored a label that need not be a class, as u32; default none
 * @throws DataError, OptionError
 */
export async function hostRowSplit(
  what: string,
  split: ArraySplit | RowSource | LiveSet | TokenSplit,
  columns: number,
  { positions, width: outputs }: OutputRows,
  target: 'labels' | 'targets' | undefined,
  ignored?: number,
): Promise<HostSplit> {
  if ('tokens' in split) return hostTokens(what, split, columns, outputs, ignored);
  const live = 'watch' in split ? split : undefined;
  if (live) checkLive(what, live, columns, outputs, target, ignored, positions);
  const rows = live ? { inputs: live.inputs } : (split as ArraySplit | RowSource);
  const host = { ...hostRows(what, rows, columns), ...(live ? { live } : {}) };
  const { count, inputs } = host;
  if (host.inMemory) await readThrough(inputs, count);
  let { labels, others, sources } = host;
  if (target === 'labels') {
    // A live set checks its labels when they are pushed.
    const name = `${what}.labels`;
    labels =
      live?.labels ??
      labelsOf(name, split.labels ?? [], count, outputs, { ignored, each: positions });
    others = [labelsField(labels)];
    if (positions > 1) {
      others = [positionsField(labels, positions)];
      sources = { ...sources, labels: positionLabels(positions) };
      // Those of samples.
      labels = undefined;
    }
  } else if (target === 'targets') {
    const name = `${what}.targets`;
    const targets = split.targets ?? [];
    const given = rowsOf(name, targets, outputs);
    checkCount(name, targets, given.count, count, outputs);
    const field = numbersField('targets', name, given.read, outputs);
    await readThrough(field, count);
    others = [field];
    sources = { ...sources, targets: { kind: 'values', name: 'targets' } };
  }
  return weighed(what, { ...host, labels, others, sources }, split.weights);
}

/** Classes of the positions of each sample. */
const positionsField = (labels: Uint32Array, positions: number): Field => ({
  name: 'labels',
  bytes: 4 * positions,
  gather: (indices, into) => {
    const out = new Uint32Array(into.buffer, into.byteOffset, indices.length * positions);
    for (let i = 0; i < indices.length; i++) {
      const first = indices[i] * positions;
      out.set(labels.subarray(first, first + positions), i * positions);
    }
  },
});

/** Adds zeros as labels or targets, for prediction. */
export function withoutWishes(
  host: HostSplit,
  target: 'label' | 'value' | 'input',
  { positions, width: outputs }: OutputRows,
): HostSplit {
  if (target === 'input') return host;
  const zeros = (name: Field['name'], columns: number): Field => ({
    name,
    bytes: 4 * columns,
    gather: (_, into) => void into.fill(0),
  });
  if (target === 'label') {
    const labels = positions > 1 ? positionLabels(positions) : undefined;
    return {
      ...host,
      others: [zeros('labels', positions)],
      sources: { ...host.sources, labels },
    };
  }
  return {
    ...host,
    others: [zeros('targets', outputs)],
    sources: { ...host.sources, targets: { kind: 'values', name: 'targets' } },
  };
}

function checkLive(
  what: string,
  live: LiveSet,
  columns: number,
  outputs: number,
  target: 'labels' | 'targets' | undefined,
  ignored: number | undefined,
  positions: number,
): void {
  const { ignoreIndex } = live;
  if (positions > 1) {
    throw new OptionError(
      `${what}: a live set was given, whose samples have one label; the model has outputs at ${positions} positions. Put flatten() at its end, or give arrays`,
    );
  }
  if (ignoreIndex !== undefined && ignoreIndex >>> 0 !== ignored) {
    throw new OptionError(
      `${what} is a live set with ignoreIndex ${ignoreIndex}; use a loss with it, as crossEntropy({ ignoreIndex: ${ignoreIndex} })`,
    );
  }
  const wanted = { labels: live.classes, targets: live.outputs };
  if (live.columns === columns && (!target || wanted[target] === outputs)) return;
  const of = target === 'labels' ? 'classes' : 'outputs';
  throw new OptionError(
    `${what}: a live set of ${live.columns} inputs and ${wanted[target ?? 'targets']} ${of} was given; the model has ${columns} inputs and ${outputs} outputs`,
  );
}

/** The same split with standardised columns. */
export function standardised(host: HostSplit, scale: ColumnScale): HostSplit {
  const { read, columns, what } = host;
  if (!read) return host;
  return { ...host, inputs: numbersField('inputs', what, read, columns, scale) };
}

/** Some samples of a split, without a copy. */
export function subsetOf(host: HostSplit, chosen: Uint32Array): HostSplit {
  const behind = <T>(gather: (indices: Uint32Array, into: T) => void | Promise<void>) => {
    return (indices: Uint32Array, into: T) =>
      gather(
        indices.map((i) => chosen[i]),
        into,
      );
  };
  const part = (field: Field): Field => ({ ...field, gather: behind(field.gather) });
  const { labels, read } = host;
  return {
    ...host,
    count: chosen.length,
    inputs: part(host.inputs),
    others: host.others.map(part),
    labels: labels && chosen.map((i) => labels[i]),
    read: read && behind(read),
  };
}
