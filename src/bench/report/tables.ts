import { percent, plain, table } from '../../paper/format.ts';
import type { SavedBench } from '../results.ts';
import { timingOf } from '../stopwatch.ts';
import { shown } from '../text.ts';
import { epochShare, ratiosOf, stepsOfRecipe } from './facts.ts';
import { machineOf } from './names.ts';
import { networkTables } from './networks.ts';
import { stepTable, times } from './step-table.ts';

/** A part of a run, as its tables. */
export interface ReportPart {
  readonly name: string;
  readonly texts: readonly string[];
}

const RECIPES = [
  ['adam', 'cross_entropy', 'Adam, cross-entropy'],
  ['adam', 'mse', 'Adam, mean squared error'],
  ['sgd', 'cross_entropy', 'SGD, cross-entropy'],
  ['sgd', 'mse', 'SGD, mean squared error'],
] as const;

/** Training steps, one table for each recipe. */
function stepTables(result: SavedBench): string[] {
  return RECIPES.flatMap(([optimizer, loss, title]) => {
    const steps = stepsOfRecipe(result, loss, optimizer);
    if (steps.length === 0) return [];
    return [
      `**A step of 784–128–64–10, batch 100, dropout 0.2: ${title}**`,
      stepTable(steps, 'accuracy'),
    ];
  });
}

/** Epochs, repeated runs, first steps, encoding, widths, products. */
function otherTables(result: SavedBench): ReportPart[] {
  const parts: ReportPart[] = [];
  const add = (title: string, header: readonly string[], rows: string[][]): void => {
    if (rows.length > 0) {
      parts.push({ name: title, texts: [`**${title}**`, table(header, rows)] });
    }
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
    'Steps of several networks at once',
    ['family', 'networks', 'ms', 'ms for each', 'times a step alone'],
    (result.many ?? []).flatMap(({ family, single, networks }) =>
      networks.map(({ count, time }) => [
        family,
        String(count),
        shown(time),
        (time.median / count).toFixed(3),
        (time.median / single.median).toFixed(2),
      ]),
    ),
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

/** All that a run measured. */
export function partsOf(result: SavedBench): ReportPart[] {
  const { networks = [] } = result;
  return [
    { name: 'steps', texts: stepTables(result) },
    ...networks.map((network) => ({
      name: network.network,
      texts: networkTables(network, result),
    })),
    ...otherTables(result),
  ].filter(({ texts }) => texts.length > 0);
}

/** Others' step times divided by ours, for each network that was measured. */
function ratioText(result: SavedBench): string {
  const { networks = [] } = result;
  const measured = [
    { name: '', steps: stepsOfRecipe(result) },
    ...networks.map(({ network, steps }) => ({ name: `${network}: `, steps })),
  ];
  const texts = measured.flatMap(({ name, steps }) => {
    const ratios = [...ratiosOf(steps)].map(([peer, ratio]) => `${plain(peer)} ${times(ratio)}`);
    return ratios.length === 0 ? [] : [name + ratios.join(', ')];
  });
  return texts.join('; ') || '–';
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
      ratioText(result),
    ]),
    3,
  );
}
