import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { slug } from '../bench/report/names.ts';
import type { AdapterInfo } from '../gpu/adapter-info.ts';
import type { OpReport } from '../verify/verify.ts';
import { adapterName } from './adapter.ts';
import { UsageError } from './errors.ts';
import { checkCheckout } from './json-file.ts';
import { PACKAGE_ROOT } from './paths.ts';

/** A whole verification, as stored. */
interface SavedVerify {
  /** UTC, to the day. */
  readonly date: string;
  readonly adapter: AdapterInfo;
  /** Name and version of the browser, of Node or of Deno. */
  readonly runtime: string;
  readonly family: string;
  readonly ops: readonly OpReport[];
}

/** What a verification gave. */
export interface VerifyOutcome {
  readonly adapter: AdapterInfo;
  readonly browser: string;
  readonly family: string;
  /** The task's value. */
  readonly value: unknown;
}

const FOLDER = 'docs/verify';

/** @throws {UsageError} outside of a checkout, or if only some of the checks run. */
export async function checkReport(
  values: ReadonlyMap<string, string>,
  root: string = PACKAGE_ROOT,
): Promise<void> {
  await checkCheckout(root, [FOLDER], '--report');
  for (const name of ['filter', 'scaling']) {
    if (values.has(name)) {
      throw new UsageError(`--report needs all checks; leave --${name} out.`);
    }
  }
}

/**
 * Keeps a verification, one for each adapter, runtime and family, and rewrites the table of all.
 *
 * @param root for tests
 * @returns what was done, for the user
 */
export async function saveVerify(
  { adapter, browser, family, value }: VerifyOutcome,
  root: string = PACKAGE_ROOT,
): Promise<string> {
  const folder = join(root, FOLDER);
  const saved: SavedVerify = {
    date: new Date().toISOString().slice(0, 10),
    adapter,
    runtime: browser,
    family,
    ops: value as readonly OpReport[],
  };
  const runtime = browser.split(/[\s/]/)[0];
  const name = `${slug(`${adapterName(adapter)} ${runtime} ${family}`)}.json`;
  await writeFile(join(folder, name), `${JSON.stringify(saved, null, 1)}\n`);
  const names = (await readdir(folder)).filter((file) => file.endsWith('.json')).sort();
  const texts = await Promise.all(names.map((file) => readFile(join(folder, file), 'utf8')));
  const all: SavedVerify[] = texts.map((text) => JSON.parse(text));
  await writeFile(join(folder, 'README.md'), verifyReport(all));
  return `Kept as ${FOLDER}/${name}; rewrote ${FOLDER}/README.md.`;
}

/** The table of all adapters and runtimes, and each op's worst over them. */
export function verifyReport(all: readonly SavedVerify[]): string {
  const rows = all.map(({ date, adapter, runtime, family, ops }) => {
    const worst = ops.reduce((a, b) => (b.share > a.share ? b : a));
    const bad = ops.filter(({ share }) => !(share <= 1)).length;
    const cases = ops.reduce((sum, one) => sum + one.cases, 0);
    const share = `${(100 * worst.share).toFixed(0)}% (${worst.op}, ${worst.plan})`;
    const name = `${adapterName(adapter)}${adapter.software ? ' (software)' : ''}`;
    return `| ${name} | ${runtime} | ${family} | ${cases} | ${bad} | ${share} | ${date} |`;
  });
  const names = [...new Set(all.flatMap(({ ops }) => ops.map(({ op }) => op)))];
  const ops = names.map((name) => {
    const found = all.flatMap((one) => one.ops.filter(({ op }) => op === name));
    const share = Math.max(...found.map((one) => one.share));
    const tightness = Math.max(...found.map((one) => one.tightness));
    return `| ${name} | ${(100 * share).toFixed(1)}% | ${tightness.toExponential(1)} |`;
  });
  return `# Every operation on every adapter we could test

Written by \`npx gradweave verify --report\` (with \`--runtime\` and \`--family\`), one line for each adapter,
runtime and family of kernels. Each case is compared, element by element, with the float64 reference, under
both plans. The share is the largest error divided by its bound.

| adapter | runtime | kernels | cases | outside their bounds | largest share of a bound | date |
|---|---|---|---|---|---|---|
${rows.join('\n')}

## By operation

The largest share over all of the above, and how loose the bound is: the median bound relative to the
tensor's largest value, in the loosest case.

| operation | largest share of its bound | bound / value |
|---|---|---|
${ops.join('\n')}
`;
}
