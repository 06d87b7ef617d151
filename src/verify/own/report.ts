import type { Difference } from '../compare.ts';

/** What the trials of an op found for its output, or for a gradient, under one plan. */
export interface TrialRow {
  readonly name: string;
  /** One dispatch for each op, or fused. */
  readonly plan: 'plain' | 'fused';
  /** `output`, or `gradient 0` for that of the first input. */
  readonly tensor: string;
  /** What it is compared with. */
  readonly against: 'reference' | 'differences';
  readonly cases: number;
  /** Largest |GPU − wanted|. */
  readonly error: number;
  /** Largest |GPU − wanted| / bound; above 1 is a failure. */
  readonly share: number;
  /** The worst element with its neighbours, in words; if the share is above 1. */
  readonly worst?: string;
}

/** The result of {@link verifyOps}. */
export interface TrialReport {
  /** Whether all elements are within their bounds. */
  readonly ok: boolean;
  readonly rows: readonly TrialRow[];
  /** What was not checked, such as gradients that an op does not have. */
  readonly notes: readonly string[];
  /** A table, and the worst elements of what failed. */
  readonly text: string;
}

const number = (value: number): string => value.toPrecision(9).replace(/\.?0+(?=$|e)/, '');

/** An index of a tensor as [row, column, …]. */
function placeOf(index: number, shape: readonly number[]): string {
  const at: number[] = [];
  for (const size of [...shape].reverse()) {
    at.unshift(index % size);
    index = Math.floor(index / size);
  }
  return `[${at.join(', ')}]`;
}

/** The worst element and those beside it in memory, up to two on each side. */
export function worstOf(
  { worst, got, first }: Difference,
  wanted: { readonly data: Float64Array; readonly error: Float64Array },
  shape: readonly number[],
): string {
  const lines = [`element ${placeOf(worst, shape)} of [${shape.join(', ')}]`];
  for (let i = Math.max(0, worst - 2); i <= Math.min(got.length - 1, worst + 2); i++) {
    lines.push(
      `${i === worst ? '> ' : '  '}${placeOf(i, shape)} GPU ${number(got[i])}, wanted ${number(wanted.data[i])} ± ${wanted.error[i].toExponential(1)}`,
    );
  }
  // Padding that is not 0 is no element.
  if (first && !first.startsWith('element')) lines.push(`  ${first}`);
  return lines.join('\n');
}

function percent(share: number): string {
  if (share < 10) return `${(100 * share).toFixed(1)}%`;
  return share === Infinity ? '∞' : `${share.toExponential(1)}×`;
}

/** The rows as a table for a terminal. */
export function reportOf(rows: readonly TrialRow[], notes: readonly string[]): TrialReport {
  const cells = [
    ['', 'op', 'plan', 'tensor', 'against', 'cases', 'error', 'of bound'],
    ...rows.map((row) => [
      row.share <= 1 ? 'ok' : 'BAD',
      row.name,
      row.plan,
      row.tensor,
      row.against,
      String(row.cases),
      row.error.toExponential(1),
      percent(row.share),
    ]),
  ];
  const widths = cells[0].map((_, i) => Math.max(...cells.map((line) => line[i].length)));
  const table = cells.map((line) =>
    line
      .map((cell, i) => (i < 5 ? cell.padEnd(widths[i]) : cell.padStart(widths[i])))
      .join('  ')
      .trimEnd(),
  );
  const bad = rows.filter(({ share }) => !(share <= 1));
  const told = bad.map(
    ({ name, plan, tensor, worst = '' }) => `\n${name}, ${plan}, ${tensor}: ${worst}`,
  );
  return { ok: bad.length === 0, rows, notes, text: [...table, ...notes, ...told].join('\n') };
}
