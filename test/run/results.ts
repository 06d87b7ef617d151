/** What one test file came to. A file that crashed, hung or ran no test has `passed` 0, `failed` 1. */
export interface FileResult {
  readonly file: string;
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  readonly seconds: number;
  /** What to show when something failed: assertions, stacks, then what the tests printed. */
  readonly report: string;
}

/** What a test file's uvu suites came to, as the process or page that ran them reports it. */
export interface Collected {
  readonly ran: number;
  readonly total: number;
  readonly skipped: number;
  readonly errors: string;
}

/** Names the test that was being run when something ended it, if there was one. */
export const inTest = (name: string): string => (name === '' ? '' : `, in the test "${name}"`);

/** Turns what a file's suites came to into its result. Silence is a failure. */
export function toResult(
  file: string,
  seconds: number,
  collected: Collected | null,
  trouble: string,
  output: string,
): FileResult {
  const { ran = 0, total = 0, skipped = 0, errors = '' } = collected ?? {};
  // Whatever is left undone counts as failed: a hook that throws leaves tests that never ran.
  const missing = total - ran;
  const problems = [trouble];
  if (missing > 0 && errors === '') {
    problems.push(
      `${missing} of ${total} tests came to no result: a hook threw, or a test threw what is no Error.`,
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

/** Drops the bullets and counts that uvu prints while it runs; the runner has its own. */
export function withoutBullets(output: string): string {
  return withoutColours(output)
    .replace(/[•✘] /g, '')
    .replace(/^ *\(\d+ \/ \d+\)$/gm, '')
    .replace(/\n{2,}/g, '\n')
    .trim();
}

/** Cleans a failure's text: no colours (a page cannot know whether they are wanted), no frames of the runner. */
export function cleanErrors(errors: string): string {
  return withoutColours(errors).replace(/^ *at .*(node_modules\/uvu\/|test\/run\/).*(\n|$)/gm, '');
}

function withoutColours(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: colours are control characters.
  return text.replace(/\u001b\[\d+m/g, '');
}
