import { percent, plain, table } from '../../paper/format.ts';
import type { SavedBench, StepResult } from '../results.ts';
import { timingOf } from '../stopwatch.ts';
import { shown } from '../text.ts';
import { epochShare, ourBest, ratios, stepsOfRecipe } from './facts.ts';
import { machineOf } from './names.ts';

const times = (ratio: number): string => `${ratio.toFixed(ratio < 10 ? 2 : 1)}×`;
const whole = (count: number | undefined): string =>
  count === undefined ? '–' : String(Number(count.toFixed(2)));

const RECIPES = [
  ['adam', 'cross_entropy', 'Adam, cross-entropy'],
  ['adam', 'mse', 'Adam, mean squared error'],
  ['sgd', 'cross_entropy', 'SGD, cross-entropy'],
  ['sgd', 'mse', 'SGD, mean squared error'],
] as const;

function stepRow(step: StepResult, best: StepResult | undefined): string[] {
  const { contender, time, counts, gpuBytes, learned } = step;
  return [
    plain(contender),
    shown(time),
    Math.round(step.samplesPerSecond).toLocaleString('en'),
    best ? times(time.median / best.time.median) : '–',
    percent(step.shareOfPeak, 1),
    whole(counts?.dispatches),
    whole(counts?.submits),
    whole(counts?.writes),
    gpuBytes === null ? '–' : (gpuBytes / 1e6).toFixed(0),
    `${percent(learned.accuracy, 1)} / ${learned.steps}`,
  ];
}

const STEP_HEADER = [
  'contender',
  'ms a step',
  'samples/s',
  'times our best',
  'of peak',
  'dispatches',
  'submits',
  'writes',
  'GPU, MB',
  'accuracy / steps',
];

/** Training steps, one table for each recipe. */
export function stepTables(result: SavedBench): string[] {
  return RECIPES.flatMap(([optimizer, loss, title]) => {
    const steps = stepsOfRecipe(result, loss, optimizer);
    if (steps.length === 0) return [];
    const best = ourBest(steps);
    return [
      `**A step of 784–128–64–10, batch 100, dropout 0.2: ${title}**`,
      table(
        STEP_HEADER,
        steps.map((step) => stepRow(step, best)),
      ),
    ];
  });
}

/** Epochs, repeated runs, first steps, encoding, widths, products. */
export function otherTables(result: SavedBench): string[] {
  const parts: string[] = [];
  const add = (title: string, header: readonly string[], rows: string[][]): void => {
    if (rows.length > 0) parts.push(`**${title}**`, table(header, rows));
  };
  add(
    'An epoch of Model 2, with `fit`',
    ['family', 'ms', 'of peak', 'submits', 'writes, maps, buffers in the loop'],
    result.epochs.map(({ family, time, shareOfPeak, loop }) => [
      family,
      shown(time),
      percent(shareOfPeak, 1),
      String(loop.submits),
      `${loop.writes}, ${loop.maps}, ${loop.buffers}`,
    ]),
  );
  add(
    'The first step, each in a fresh browser',
    ['contender', 'ms'],
    result.cold.map(({ contender, samples }) => [
      plain(contender),
      shown(timingOf(samples.map(({ total }) => total))),
    ]),
  );
  add(
    'JavaScript to record a step, µs',
    ['contender', 'ours', 'with WebGPU’s calls'],
    stepsOfRecipe(result).flatMap(({ contender, encode }) =>
      encode ? [[plain(contender), encode.ours.toFixed(1), encode.withWebGpu.toFixed(1)]] : [],
    ),
  );
  add(
    'Weights of two runs from one seed',
    ['family', 'steps', 'first', 'second'],
    result.repeat.map(({ family, steps, hashes }) => [family, String(steps), ...hashes]),
  );
  add(
    'Steps of 784–W–W–10 by width',
    [
      'family',
      ...(result.scaling[0]?.widths.map(({ width }) => `ms, W = ${width}`) ?? []),
      'time/FLOP, widest : narrowest',
    ],
    result.scaling.map(({ family, widths, ratio }) => [
      family,
      ...widths.map(({ time }) => shown(time)),
      ratio.toFixed(2),
    ]),
  );
  add(
    'Products of n×n matrices, GFLOP/s',
    ['contender', 'n', 'layout', 'ms', 'GFLOP/s', 'of peak'],
    result.gemm.map(({ contender, n, layout, time, gflops, shareOfPeak }) => [
      plain(contender),
      String(n),
      layout,
      shown(time),
      gflops.toFixed(1),
      percent(shareOfPeak, 1),
    ]),
  );
  return parts;
}

/** All runs, one line each. */
export function historyTable(results: readonly SavedBench[]): string {
  return table(
    ['run', 'commit', 'machine', 'peak, GFLOP/s', 'epoch, of peak', 'others’ step / ours'],
    results.map((result) => [
      result.date.slice(0, 16).replace('T', ' '),
      result.commit,
      machineOf(result),
      result.peak.before.toFixed(1),
      epochShare(result) === undefined ? '–' : percent(epochShare(result) ?? 0, 1),
      [...ratios(result)].map(([name, ratio]) => `${plain(name)} ${times(ratio)}`).join(', ') ||
        '–',
    ]),
    3,
  );
}
