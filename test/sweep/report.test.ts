import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { PACKAGE_ROOT } from '../../src/cli/paths.ts';
import { PAPER_MODELS, PAPER_TABLE } from '../../src/paper/table.ts';
import type { StoredTrial } from '../../sweep/src/contract.ts';
import { checkPlan } from '../../sweep/src/plan/check.ts';
import type { CheckedPlan } from '../../sweep/src/plan/checked.ts';
import { loadPlan } from '../../sweep/src/plan/load.ts';
import type { Plan } from '../../sweep/src/plan/plan.ts';
import { pointsOf } from '../../sweep/src/plan/points.ts';
import { shapeOf, specOf } from '../../sweep/src/plan/specs.ts';
import type { ReportInput } from '../../sweep/src/report/input.ts';
import { reportOf } from '../../sweep/src/report/report.ts';
import { ADAPTER, epochOf } from './memory-store.ts';

const test = suite('report');

const SOURCE = { engine: '0.1.0', data: { kind: 'built-in', sha256: 'a'.repeat(64) } } as const;

/** The input of a report whose trials have these accuracies, by point and seed. */
function inputOf(
  given: Plan | CheckedPlan,
  accuracyOf: (point: number, seed: number) => number | null,
  change: (trial: StoredTrial) => Partial<StoredTrial> = () => ({}),
): ReportInput {
  const plan = 'base' in given && 'objective' in given ? (given as CheckedPlan) : checkPlan(given);
  const trials = [...pointsOf(plan)].flatMap((values, point) =>
    plan.seeds.map((seed): StoredTrial => {
      const spec = specOf(plan, SOURCE, values, seed);
      const accuracy = accuracyOf(point, seed);
      const epoch = epochOf(1, accuracy);
      const id = `${point}-${seed}`.padEnd(64, 'f');
      const trial: StoredTrial = {
        ...{ id, spec, point, values, shape: shapeOf(spec), number: 0, state: 'done' },
        ...{ attempts: 1, lost: 0, worker: 'w', epochs: [epoch], failure: null },
        ...{ began: 1_800_000_000, ended: 1_800_000_060 },
        result: {
          ...{ id, digest: id.replaceAll('f', 'd'), test: epoch.test, history: [epoch] },
          ...{ seconds: 2, resumed: 0 },
          place: { adapter: ADAPTER, runtime: 'Node 22', family: 'portable' },
        },
      };
      return { ...trial, ...change(trial) };
    }),
  );
  return {
    ...{ plan, trials, alarms: [], engine: '0.1.0', command: 'npx gradweave sweep a.json' },
    data: { name: 'Built-in images', sha256: 'a'.repeat(64) },
  };
}

const EACH: Plan = {
  name: 'each',
  data: 'built-in',
  space: { lr: [0.001, 0.01], dropout: [0, 0.2] },
  vary: 'each',
  base: { lr: 0.001, dropout: 0.2 },
  seeds: 2,
  references: [{ name: 'Elsewhere', point: { lr: 0.01 }, loss: 0.3, accuracy: 0.893 }],
};

/** The cells of the row that begins with some cells. */
function row(report: string, ...begin: readonly string[]): string[] {
  const line = report.split('\n').find((one) => one.startsWith(`| ${begin.join(' | ')} |`));
  assert.ok(line, `${begin} is not in\n${report}`);
  return (line ?? '')
    .split('|')
    .slice(1, -1)
    .map((cell) => cell.trim());
}

test('has mean and deviation over the seeds, the best, and the difference to the base', () => {
  const report = reportOf(inputOf(EACH, (point, seed) => 0.8 + point / 100 + (seed - 1) / 50));
  // 80% and 82%: mean 81, deviation √2; the loss is 1 − accuracy.
  assert.equal(row(report, 'base'), [
    ...['base', '', '0.1900 ± 0.0141', '81.00 ± 1.41%', '82.00%', '1.00', '–'],
  ]);
  assert.equal(row(report, 'lr'), [
    ...['lr', '0.01', '0.1800 ± 0.0141', '82.00 ± 1.41%', '83.00%', '1.00'],
    // 2 · √(2 · 0.0002 / 2) in points.
    '+1.00 ± 2.83',
  ]);
  assert.equal(row(report, '**dropout**').slice(0, 4), [
    ...['**dropout**', '**0**', '**0.1700 ± 0.0141**', '**83.00 ± 1.41%**'],
  ]);
  assert.equal(row(report, '*Elsewhere*'), ['*Elsewhere*', '', '0.3', '89.3%', '', '', '']);
  assert.match(report, /\*\*dropout\*\*/);
  assert.match(report, /^3 points with 2 seeds each: 6 trials\. One option at a time/m);
  assert.equal(row(report, 'Data')[1], `Built-in images, SHA-256 \`${'a'.repeat(64)}\``);
  assert.equal(row(report, 'Training, all trials')[1], '12.0 s');
  assert.equal(row(report, 'Date')[1], '2027-01-15T08:00:00.000Z');
  assert.match(report, /software: runs on the CPU/);
  assert.match(report, /npx gradweave sweep a\.json/);
});

test('a point whose seeds did not all end so is not the best, and says how many count', () => {
  const input = inputOf(
    EACH,
    (point) => 0.8 + point / 10,
    ({ point, spec }) =>
      point === 2 && spec.seed === 2
        ? { state: 'failed', result: null, failure: 'the | loss' }
        : {},
  );
  const report = reportOf(input);
  assert.equal(row(report, 'dropout').slice(2, 4), [
    ...['0.00000 (1 of 2 seeds)', '100.00% (1 of 2 seeds)'],
  ]);
  assert.equal(row(report, '**lr**')[3], '**90.00 ± 0.00%**');
  assert.match(report, /### Failed trials/);
  assert.match(report, /the \\\| loss/);
  assert.equal(row(report, 'Trials')[1], '5 done, 1 failed');
});

test('other searches have a table with the best first, by the plan’s objective', () => {
  const plan: Plan = {
    name: 'all',
    data: 'built-in',
    space: {
      lr: [0.1, 0.2],
      layers: [
        [784, 10],
        [784, 8, 10],
      ],
    },
    objective: { metric: 'test.loss' },
  };
  const report = reportOf(inputOf(plan, (point) => [0.5, 0.9, null, 0.7][point]));
  const lines = report.split('\n').filter((line) => /^\| (\*\*)?\d(\*\*)? \|/.test(line));
  assert.equal(
    lines.slice(0, 4).map((line) => line.replaceAll('*', '').split(' | ').slice(0, 4).join(' ')),
    [
      '| 1 0.1 784-8-10 0.10000',
      '| 3 0.2 784-8-10 0.3000',
      '| 0 0.1 784-10 0.5000',
      '| 2 0.2 784-10 –',
    ],
  );
  assert.match(report, /Best: point 1\./);
});

test('says whether digests agree', () => {
  const input = inputOf(EACH, () => 0.5);
  const results = input.trials.flatMap(({ result }) => (result ? [result] : []));
  assert.match(reportOf(input), /No trial was trained again/);
  const again = [results[0], { ...results[1], digest: 'e'.repeat(64) }];
  assert.match(
    reportOf({ ...input, again }),
    /2 trials were trained again from the beginning: 1 ended in the same digest, 1 in another\./,
  );
  const place = { ...results[2].place, runtime: 'Node 99' };
  assert.match(
    reportOf({ ...input, again: [{ ...results[2], place }] }),
    /0 ended in the same digest, 0 in another, 1 on another kind of adapter or runtime, of which 1 in the same/,
  );
  const alarms = [
    {
      ...{ id: results[0].id, kind: 'test', at: 0 },
      ...{ digests: ['1', '2'] as const, workers: ['a', 'b'] as const },
    },
  ];
  assert.match(reportOf({ ...input, alarms }), /\*\*1 alarm\*\*/);
});

test('the shipped plans are right, and the paper’s has its models', async () => {
  const load = (name: string) => loadPlan(join(PACKAGE_ROOT, `sweep/plans/${name}.json`));
  const [paper, short] = [await load('paper'), await load('paper-short')];
  const points = [...pointsOf(paper)];
  for (const [i, { optimizer, learningRate, n1, n2, batchSize, dropout, epochs }] of [
    ...PAPER_MODELS.entries(),
  ]) {
    const values = {
      ...{ optimizer, lr: learningRate, layers: [784, n1, n2, 10] },
      ...{ 'batch-size': batchSize, dropout, epochs },
    };
    const at = points.findIndex((point) => JSON.stringify(point) === JSON.stringify(values));
    assert.ok(at >= 0, `Model ${i + 1}`);
    const { loss, accuracy } = PAPER_TABLE[i];
    const report = reportOf(inputOf(paper, () => 0.5));
    assert.equal(row(report, `*Table I, Model ${i + 1}*`).slice(2, 4), [
      ...[String(loss), `${(accuracy * 100).toFixed(1)}%`],
    ]);
  }
  assert.is(points.length, [...pointsOf(short)].length);
  assert.is(short.seeds.length, 3);
});

test.run();
