import { OptionError } from '../../errors.ts';
import { type Distance, describeBounds } from '../../parity/judge.ts';
import { type ParityResult, runParity } from '../../parity/run.ts';
import { parseTrace } from '../../parity/trace.ts';
import { fetchBytes, openDataset, openEngine } from './data.ts';
import type { Task } from './task.ts';

const relative = (x: number): string => x.toExponential(1);
/** Our distance from float64, and PyTorch's own. */
const beside = ({ ours, theirs }: Distance): string =>
  theirs === null ? relative(ours) : `${relative(ours)} (${relative(theirs)})`;

/** The cells of a trace. */
export function parityCells(result: ParityResult): Record<string, string> {
  const { testAccuracy, testAccuracyExpected, distances } = result;
  const { earlyLoss, final, testLoss } = distances;
  const shown = (x: number | null): string => (x === null ? '–' : x.toFixed(5));
  const percent = (x: number | null): string => (x === null ? '–' : `${(100 * x).toFixed(2)}%`);
  return {
    trace: result.name,
    'gradients of step 0, off (PyTorch’s)': beside(result.gradient),
    'early losses, off (PyTorch’s)': beside(earlyLoss),
    'all losses, off PyTorch’s': relative(result.lossError),
    'final weights, off (PyTorch’s)': beside(final),
    ...(result.averageError === null ? {} : { 'averages, off': relative(result.averageError) }),
    'test loss, off (PyTorch’s)': testLoss === null ? '–' : beside(testLoss),
    'test loss, ours / PyTorch': `${shown(result.testLoss)} / ${shown(result.testLossExpected)}`,
    'test accuracy, ours / PyTorch': `${percent(testAccuracy)} / ${percent(testAccuracyExpected)}`,
  };
}

/** Repeats the training runs of the PyTorch traces `cases=NAME,…` under `golden/`; `text=served` if there is a text. */
export const parity: Task = async (options, emit) => {
  const names = (options.get('cases') ?? '').split(',').filter((name) => name !== '');
  if (names.length === 0) {
    throw new OptionError('no traces were given; name them with commas between: cases=NAME,NAME');
  }
  const plan = options.get('plan') ?? 'fused';
  if (plan !== 'fused' && plan !== 'plain') {
    throw new OptionError(`plan=${plan} was given; it must be fused or plain`);
  }
  const engine = await openEngine(emit);
  try {
    const dataset = await openDataset(options, emit);
    const text = options.get('text')
      ? new TextDecoder().decode(await fetchBytes('golden/text.txt'))
      : undefined;
    const results: ParityResult[] = [];
    for (const name of names) {
      const json = new TextDecoder().decode(await fetchBytes(`golden/${name}.json`));
      const trace = parseTrace(name, json, await fetchBytes(`golden/${name}.safetensors`));
      const result = await runParity(engine, trace, dataset, plan, text);
      results.push(result);
      emit({ type: 'row', table: 'parity', cells: parityCells(result), ok: result.ok });
    }
    emit({ type: 'note', text: describeBounds() });
    return results;
  } finally {
    engine.destroy();
  }
};
