import type { TrialValue } from '../../../src/trial/spec.ts';
import type { StoredTrial, SweepState } from '../contract.ts';

type Cell = string | number | null | undefined;

/** What a spreadsheet would take for a formula: https://owasp.org/www-community/attacks/CSV_Injection */
const FORMULA = /^[=+\-@\t\r]/;

/**
 * A table of all trials, one a row: RFC 4180 with a header. Lists have spaces between their numbers; what is not there is
 * empty. Text that a spreadsheet would take for a formula begins with an apostrophe.
 */
export function csvOf({ dimensions, trials }: Pick<SweepState, 'dimensions' | 'trials'>): string {
  const own = new Set(FIXED.map(([name]) => name));
  const options = trials.flatMap(({ spec }) => Object.keys(spec.options));
  const varied = [...new Set([...dimensions, ...options])].filter((name) => !own.has(name));
  const lines = trials.map((trial) => [
    ...FIXED.map(([, cell]) => cell(trial)),
    ...varied.map((name) => valueCell(trial.spec.options[name] ?? trial.values[name])),
  ]);
  return [[...FIXED.map(([name]) => name), ...varied], ...lines].map(lineOf).join('');
}

const FIXED: readonly (readonly [string, (trial: StoredTrial) => Cell])[] = [
  ['trial', ({ number }) => number],
  ['id', ({ id }) => id],
  ['point', ({ point }) => point],
  ['state', ({ state }) => state],
  ['model', ({ spec }) => spec.model],
  ['seed', ({ spec }) => spec.seed],
  ['epochs', ({ spec }) => spec.epochs],
  ['test.loss', ({ result }) => result?.test.loss],
  ['test.accuracy', ({ result }) => result?.test.accuracy],
  ['epochs.done', ({ epochs }) => epochs.length],
  ['seconds', ({ result }) => result?.seconds],
  ['attempts', ({ attempts }) => attempts],
  ['lost', ({ lost }) => lost],
  ['resumed', ({ result }) => result?.resumed],
  ['worker', ({ worker }) => worker],
  ['runtime', ({ result }) => result?.place.runtime],
  ['family', ({ result }) => result?.place.family],
  ['digest', ({ result }) => result?.digest],
  ['began', ({ began }) => began],
  ['ended', ({ ended }) => ended],
  ['failure', ({ failure }) => failure],
];

const valueCell = (value: TrialValue | undefined): Cell => {
  if (typeof value === 'boolean') return String(value);
  return typeof value === 'object' ? value.join(' ') : value;
};

function lineOf(cells: readonly Cell[]): string {
  const texts = cells.map((cell) => {
    if (cell === null || cell === undefined) return '';
    if (typeof cell === 'number') return String(cell);
    const safe = FORMULA.test(cell) ? `'${cell}` : cell;
    return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
  });
  return `${texts.join(',')}\r\n`;
}
