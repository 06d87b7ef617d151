import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type AdapterChoice, adapterName } from '../../src/cli/adapter.ts';
import { type Chrome, launchChrome } from '../../src/cli/chrome.ts';
import { BLANK_PAGE, filesIn, type Server, startServer } from '../../src/cli/server.ts';
import { bundleTests, PAGE_START, scriptName } from './bundle.ts';
import { type PageResult, TestPages } from './page-runner.ts';
import { type FileResult, toResult } from './results.ts';
import { mapStack } from './source-map.ts';

/** How {@link runInChrome} runs. */
export interface ChromeRun {
  readonly root: string;
  readonly files: readonly string[];
  readonly adapter: AdapterChoice;
  readonly chrome: string | undefined;
  /** A folder of Fashion-MNIST to serve under `/data/`, if there is one. */
  readonly data: string | undefined;
  readonly timeoutSeconds: number;
  readonly log: (line: string) => void;
  readonly report: (result: FileResult) => void;
  /**
   * A browser for each, which begins when it is settled: one computes references on the CPU while another
   * waits for the GPU. Not pages of one: they would share a GPU process, which compiles one kernel after
   * the other.
   */
  readonly starts: readonly Promise<void>[];
}

/**
 * Runs test files in headless Chrome, one page for each browser. Without a browser or an adapter every file
 * fails: a test that cannot run has not passed.
 */
export async function runInChrome(run: ChromeRun): Promise<void> {
  const outdir = join(run.root, '.build', `tests-${process.pid}`);
  let server: Server | undefined;
  const browsers: Chrome[] = [];
  try {
    await mkdir(outdir, { recursive: true });
    const failures = await bundleTests(run.root, run.files, outdir);
    const data = run.data === undefined ? [] : await filesIn(run.data, '/data/');
    server = await startServer(new Map([...(await filesIn(outdir, '/tests/')), ...data]));
    const { origin } = server;
    const launch = (announce: (line: string) => void) =>
      launchChrome({
        adapter: run.adapter,
        chrome: run.chrome,
        url: origin + BLANK_PAGE,
        announce,
      });
    const first = await launch(run.log);
    browsers.push(first);
    run.log(`${first.version}, ${adapterName(first.adapter)}`);
    // The first browser begins with the last name, test/verify, the others with the first: files of one folder have
    // kernels in common, which each browser compiles for itself.
    const waiting = [...run.files];
    for (const _ of run.starts.slice(1, waiting.length)) browsers.push(await launch(() => {}));
    const work = async (i: number): Promise<void> => {
      const open = () =>
        new TestPages(browsers[i].browser, origin + BLANK_PAGE, `${origin}/tests/${PAGE_START}`);
      let pages = open();
      const next = () => (i === 0 ? waiting.pop() : waiting.shift());
      for (let file = next(); file !== undefined; file = next()) {
        const done = await runOne(run, pages, origin, outdir, file, failures.get(file));
        run.report(done.result);
        if (!done.stuck) continue;
        // A stopped page may keep spinning in its process.
        await browsers[i].close();
        browsers[i] = await launch(() => {});
        pages = open();
      }
    };
    await Promise.all(browsers.map((_, i) => run.starts[i].then(() => work(i))));
  } catch (error) {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    for (const file of run.files) run.report(toResult(file, 0, null, text, ''));
  } finally {
    await Promise.all(browsers.map((browser) => browser.close()));
    await server?.close();
    await rm(outdir, { recursive: true, force: true });
  }
}

async function runOne(
  run: ChromeRun,
  pages: TestPages,
  origin: string,
  outdir: string,
  file: string,
  failure: Error | undefined,
): Promise<PageResult> {
  if (failure !== undefined) {
    const trouble = `It does not compile: ${failure.message}`;
    return { result: toResult(file, 0, null, trouble, ''), stuck: false };
  }
  const address = `${origin}/tests/${scriptName(file)}`;
  return pages.run(file, address, run.timeoutSeconds, (text) => mapStack(text, outdir, run.root));
}
