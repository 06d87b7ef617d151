import { readdir } from 'node:fs/promises';
import type { AdapterChoice } from '../../src/cli/adapter.ts';
import { runTool } from './checks.ts';
import { runInChrome } from './chrome-runner.ts';
import { runInNode } from './node-runner.ts';
import type { FileResult } from './results.ts';
import { THOROUGH } from './thorough.ts';

/** The options of `node scripts/test.mjs`. */
export interface TestRun {
  readonly root: string;
  /** Only files whose path contains this (a regular expression); skips type check and lint. */
  readonly only: string | undefined;
  readonly adapter: AdapterChoice;
  readonly chrome: string | undefined;
  readonly timeoutSeconds: number;
  readonly log: (line: string) => void;
}

/** Runs type check, lint, the Node tests and the Chrome tests; returns every file's result. */
export async function runAll(run: TestRun): Promise<FileResult[]> {
  const { root, only, log } = run;
  const results: FileResult[] = [];
  const report = (result: FileResult) => {
    results.push(result);
    log(lineOf(result));
    if (result.report !== '') log(result.report.replace(/^(?=.)/gm, '    '));
  };
  const files = await findTests(root, only);
  if (only !== undefined && files.length === 0) {
    throw new Error(`No test file's path matches --only ${only}.`);
  }
  const checks = async (): Promise<void> => {
    if (only !== undefined) return;
    report(await runTool(root, 'tsc --noEmit', 'typescript/bin/tsc', ['--noEmit']));
    const sweep = ['-p', 'sweep/tsconfig.json'];
    report(await runTool(root, 'tsc -p sweep', 'typescript/bin/tsc', sweep));
    report(await runTool(root, 'biome check', '@biomejs/biome/bin/biome', ['check', '.']));
  };
  const inNode = files.filter((file) => !file.endsWith('.gpu.test.ts'));
  const inChrome = files.filter((file) => file.endsWith('.gpu.test.ts'));
  // Two things at a time, on two cores: the tests in Node that drive a browser, and the type check, the lint and the other
  // tests; whichever finishes continues with the tests in Chrome. Beside them those that hardly do anything but wait.
  const waiting = inNode.filter((file) => WAITING.test(file));
  const driving = inNode.filter((file) => DRIVING.test(file));
  const others = inNode.filter((file) => !WAITING.test(file) && !DRIVING.test(file));
  const waited = runInNode(waiting, run.timeoutSeconds, report);
  const inTurns = [
    runInNode(driving, run.timeoutSeconds, report),
    checks().then(() => runInNode(others, run.timeoutSeconds, report)),
  ];
  if (inChrome.length > 0) {
    const data = process.env.GRADWEAVE_DATA;
    const { adapter, chrome, timeoutSeconds } = run;
    await runInChrome({
      root,
      files: inChrome,
      adapter,
      chrome,
      timeoutSeconds,
      log,
      report,
      starts: inTurns,
      data: data === '' ? undefined : data,
    });
  }
  await Promise.all([...inTurns, waited]);
  return results;
}

const DRIVING = /harness\/(page|notebook)|cli\/(drive|chrome|endings)/;
const WAITING = /cli\/vitals|run\/stopped|node\/processes|sweep\/(lock|sidecar)|trial\/client/;

/** Files of `.long.` are for `npm run test:all`. */
async function findTests(root: string, only: string | undefined): Promise<string[]> {
  const found = await readdir(`${root}/test`, { recursive: true });
  const paths = found.map((path) => `test/${path.replaceAll('\\', '/')}`).sort();
  const pattern = new RegExp(only ?? '', 'i');
  return paths.filter(
    (path) =>
      path.endsWith('.test.ts') &&
      pattern.test(path) &&
      (THOROUGH || !/\.long\.(gpu\.)?test\.ts$/.test(path)),
  );
}

function lineOf({ file, passed, failed, seconds, cpu }: FileResult): string {
  const mark = failed === 0 ? '✓' : '✘';
  const count = failed === 0 ? `${passed} passed` : `${passed} passed, ${failed} failed`;
  const line = `${mark} ${file}  ${count}  ${seconds.toFixed(1)} s`;
  if (cpu === undefined) return line;
  const long = cpu.tests.filter((test) => test.seconds >= 0.5);
  const tests = long.map((test) => `\n    ${test.seconds.toFixed(1)} s CPU  ${test.name}`);
  return `${line}, ${cpu.seconds.toFixed(1)} s CPU${tests.join('')}`;
}
