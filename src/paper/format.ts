import type { Spread } from './spread.ts';

/** A number with fixed decimals and a true minus sign; `not finite` for NaN and the infinities; never `−0.00`. */
export function fixed(value: number, decimals: number): string {
  if (!Number.isFinite(value)) return 'not finite';
  const text = value.toFixed(decimals);
  return text.replace('-', Number(text) === 0 ? '' : '−');
}

/** A share (0 to 1) as a percentage. */
export function percent(share: number, decimals = 2): string {
  return Number.isFinite(share) ? `${fixed(share * 100, decimals)}%` : 'not finite';
}

/** A loss: three decimals, or four below 0.1, as for mean squared errors. */
export function loss(value: number): string {
  return fixed(value, Math.abs(value) < 0.1 ? 4 : 3);
}

/** A setting such as a learning rate, in its shortest form: 0.001. */
export function setting(value: number): string {
  return Number.isFinite(value) ? String(Number(value.toPrecision(6))) : 'not finite';
}

/** `mean ± deviation`, the deviation only for two or more values; reports how many were left out. */
export function spread(
  values: Spread,
  write: (value: number) => string,
  deviation: (value: number) => string = write,
): string {
  if (values.total === 0) return '–';
  if (values.mean === null) return 'not finite';
  const left = values.total - values.count;
  const text =
    values.deviation === null
      ? write(values.mean)
      : `${write(values.mean)} ± ${deviation(values.deviation)}`;
  return left === 0 ? text : `${text} (${left} of ${values.total} seeds not finite)`;
}

/** {@link spread} of losses. A deviation gets one decimal more than {@link loss}, else it would read as zero. */
export function lossSpread(values: Spread): string {
  if (values.mean === null || values.deviation === null) return spread(values, loss);
  const decimals = Math.abs(values.mean) < 0.1 ? 5 : 4;
  return spread(values, (value) => fixed(value, decimals));
}

/** {@link spread} of accuracies with one percent sign: `89.12 ± 0.18%`. */
export function accuracySpread(values: Spread): string {
  if (values.deviation === null) return spread(values, (value) => percent(value));
  return spread(
    values,
    (value) => fixed(value * 100, 2),
    (value) => percent(value),
  );
}

/** `1 seed`, `3 seeds`. */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

/** Text on one line, escaped for Markdown. */
export function plain(text: string): string {
  return text
    .replace(/\s+/g, ' ')
    .trim()
    .replace(/[\\`*_[\]|~]/g, '\\$&')
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;');
}

/** A Markdown table of Markdown cells. The first column is left-aligned, the others right-aligned. */
export function table(
  header: readonly string[],
  rows: readonly (readonly string[])[],
  left = 1,
): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const rule = header.map((_, column) => (column < left ? '---' : '---:'));
  return [line(header), line(rule), ...rows.map(line)].join('\n');
}

/** A code block whose fence is longer than any run of backticks inside. */
export function codeBlock(text: string): string {
  const runs = text.match(/`+/g) ?? [];
  const fence = '`'.repeat(Math.max(3, ...runs.map((run) => run.length + 1)));
  return `${fence}sh\n${text}\n${fence}`;
}
