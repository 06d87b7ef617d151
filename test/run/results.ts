import type { TestCpu } from './cpu.ts';

/** The result of a test file. A file that crashed, hung or ran no test has `passed` 0, `failed` 1. */
export interface FileResult {
  readonly file: string;
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  readonly seconds: number;
  /** Shown if something failed: assertions, stacks, then the tests' output. */
  readonly report: string;
  /** CPU seconds, if they are counted: see `--cpu`. */
  readonly cpu?: { readonly seconds: number; readonly tests: readonly TestCpu[] } | undefined;
}

/** The outcome of a test file's uvu suites, as reported by the process or page that ran them. */
export interface Collected {
  readonly ran: number;
  readonly total: number;
  readonly skipped: number;
  readonly errors: string;
}

/** Names the test that was running when something ended it, if there was one. */
export const inTest = (name: string): string => (name === '' ? '' : `, in the test "${name}"`);

/** Turns the outcome of a file's suites into its result. Silence is a failure. */
export function toResult(
  file: string,
  seconds: number,
  collected: Collected | null,
  trouble: string,
  output: string,
): FileResult {
  const { ran = 0, total = 0, skipped = 0, errors = '' } = collected ?? {};
  // Tests that never ran, because a hook threw, count as failed.
  const missing = total - ran;
  const problems = [trouble];
  if (missing > 0 && errors === '') {
    problems.push(
      `${missing} of ${total} tests have no result: a hook threw, or a test threw something that is not an Error.`,
    );
  }
  if (skipped > 0) problems.push(`${skipped} tests are skipped; mend them or take them out.`);
  if (collected !== null && total === 0 && skipped === 0) {
    problems.push('No test ran. Does the file end with test.run()?');
  }
  const unaccounted = missing + skipped === 0 && problems.some((text) => text !== '') ? 1 : 0;
  const failed = missing + skipped + unaccounted;
  const parts = [...problems, cleanErrors(errors), output === '' ? '' : `It printed:\n${output}`];
  const report =
    failed === 0
      ? ''
      : parts
          .map((text) => text.trimEnd())
          .filter(Boolean)
          .join('\n');
  return { file, passed: ran, failed, skipped, seconds, report };
}

/** Drops the bullets and counts that uvu prints. The runner prints its own. */
export function withoutBullets(output: string): string {
  return withoutColours(output)
    .replace(/[•✘] /g, '')
    .replace(/^ *\(\d+ \/ \d+\)$/gm, '')
    .replace(/\n{2,}/g, '\n')
    .trim();
}

/** Removes colours (a page does not know whether to use them) and the runner's frames from a failure's text. */
export function cleanErrors(errors: string): string {
  return withoutColours(errors).replace(/^ *at .*(node_modules\/uvu\/|test\/run\/).*(\n|$)/gm, '');
}

function withoutColours(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: colours are control characters.
  return text.replace(/\u001b\[\d+m/g, '');
}
