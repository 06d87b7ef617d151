import { codeBlock, count, plain, table } from '../../../src/paper/format.ts';
import type { CheckedPlan } from '../plan/checked.ts';
import { digestsOf } from './digests.ts';
import { factsOf } from './facts.ts';
import type { ReportInput } from './input.ts';
import { type ReportedPoint, reportedPoints } from './points.ts';
import { tablesOf } from './tables.ts';

/**
 * The report of a sweep in Markdown: what was run, a table of all points with mean and deviation over the seeds, whether digests
 * agree, and how to repeat it. Every figure comes from the trials' results.
 */
export function reportOf(input: ReportInput): string {
  const { plan, command } = input;
  const points = reportedPoints(input.trials);
  const parts = [
    `# Sweep: ${plain(plan.name)}`,
    introOf(plan, points),
    '## What was run',
    factsOf(input),
    '## Results',
    ...tablesOf(plan, points),
    ...problemsOf(input),
    '## Digests',
    ...digestsOf(input),
    '## How to repeat this',
    codeBlock(command),
    'The plan, the data and the version determine every trial: on the same kind of adapter the command ends in the same digests. Nothing here is written by hand.',
  ];
  return `${parts.join('\n\n')}\n`;
}

function introOf({ seeds, vary, search }: CheckedPlan, points: readonly ReportedPoint[]): string {
  const trials = points.reduce((sum, point) => sum + point.trials.length, 0);
  const how =
    vary === 'each'
      ? 'One option at a time differs from the base'
      : search.kind === 'grid'
        ? 'All combinations were tried'
        : `Points were chosen by ${search.kind === 'optuna' ? `Optuna (${plain(search.sampler.name)})` : search.kind}`;
  return `${count(points.length, 'point')} with ${count(seeds.length, 'seed')} each: ${count(trials, 'trial')}. ${how}. All figures are for the test split, after the last epoch; ± is the sample standard deviation over the seeds. Seconds are of training alone, and depend on what else ran on the computer, other trials included.`;
}

/** Trials that have no result, and why. */
function problemsOf({ trials }: ReportInput): string[] {
  const failed = trials.filter(({ state }) => state === 'failed');
  if (failed.length === 0) return [];
  const rows = failed.map(({ id, point, spec, failure }) => [
    ...[String(point), String(spec.seed), `\`${id.slice(0, 12)}\``, plain(failure ?? 'unknown')],
  ]);
  return ['### Failed trials', table(['Point', 'Seed', 'Trial', 'Why'], rows, 4)];
}
