/**
 * Measures what the page's charts and pictures cost a run: `npm run page-cost`.
 *
 * One browser trains the same network in turn with the page as a log (`report=json`), with its charts, and
 * with the pictures of the first layer, and medians are compared; on wish also with the network's live values. With charts and pictures, tasks of the
 * main thread of 50 ms and more are counted (PerformanceObserver, `longtask`).
 *
 * `npm run page-cost -- 5 log,charts` measures fewer rounds (default 9), and only some of the ways. What a way costs more than
 * the log is taken in each round by itself, as machines become slower and faster; the median and the range of these are told.
 * `npm run page-cost -- 5 log,charts 20` trains for 20 epochs. Seconds are those of training. CPU seconds are those of all processes
 * of the browser, from opening the page to the end of the run: what is compiled before the first step is in them, and other work of
 * the machine hardly changes them.
 */
import type { Page } from 'puppeteer';
import { launchChrome } from '../src/cli/chrome.ts';
import { HARNESS } from '../src/cli/paths.ts';
import { BLANK_PAGE, filesIn, startServer } from '../src/cli/server.ts';
import { GrowingTable } from '../src/cli/table.ts';

const ROUNDS = Number(process.argv[2] ?? 9);
const EPOCHS = Number(process.argv[4] ?? 5);
// Kernels that are not replaced during the measurement.
const RUN = `run=train&model=2&data=built-in&family=portable&epochs=${EPOCHS}`;

const server = await startServer(await filesIn(HARNESS, '/'));
const chrome = await launchChrome({
  adapter: 'auto',
  url: server.origin + BLANK_PAGE,
  announce: console.log,
});

/** Seconds of training, from the page's result. */
async function asLog(page: Page): Promise<number> {
  await page.goto(`${server.origin}/harness.html?${RUN}&report=json`);
  const report = await page.waitForSelector('#report', { timeout: 600_000 });
  const text = await report?.evaluate((element) => element.textContent);
  const { value } = JSON.parse(text ?? 'null');
  return value.seconds;
}

async function asApp(page: Page, tab: string, open = ''): Promise<number> {
  await page.goto(`${server.origin}/harness.html?${RUN}&tab=${tab}`);
  if (open !== '') {
    await page.waitForSelector(open);
    await page.evaluate((id) => document.querySelector(id)?.setAttribute('open', ''), open);
  }
  await page.waitForFunction(
    () => /^(Done|Failed)/.test(document.querySelector('#status')?.textContent ?? ''),
    // Not at each frame, as by default: that asks the page for 60 frames a second that it does not need.
    { timeout: 600_000, polling: 200 },
  );
  return page.evaluate(() => {
    const { seconds } =
      document.querySelector('#runs')?.querySelector<HTMLElement>('[data-seconds]')?.dataset ?? {};
    return Number(seconds);
  });
}

const WAYS = {
  log: asLog,
  charts: (page: Page) => asApp(page, 'train'),
  pictures: (page: Page) => asApp(page, 'inside'),
  live: (page: Page) => asApp(page, 'train', '#network'),
};

const system = await chrome.browser.target().createCDPSession();

/** CPU seconds of each process of the browser. */
async function cpuTimes(): Promise<ReadonlyMap<number, number>> {
  const { processInfo } = await system.send('SystemInfo.getProcessInfo');
  return new Map(processInfo.map(({ id, cpuTime }) => [id, cpuTime]));
}

const chosen = (process.argv[3] ?? 'log,charts,pictures').split(',');

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];

try {
  const seconds: Record<string, number[]> = Object.fromEntries(
    Object.keys(WAYS).map((name) => [name, []]),
  );
  const cpu: Record<string, number[]> = Object.fromEntries(
    Object.keys(WAYS).map((name) => [name, []]),
  );
  const long: Record<'loading' | 'training', number[]> = { loading: [], training: [] };
  for (let round = 0; round <= ROUNDS; round++) {
    for (const [name, way] of Object.entries(WAYS).filter(([one]) => chosen.includes(one))) {
      const page = await chrome.browser.newPage();
      await page.exposeFunction('tellLong', (duration: number, when: 'loading' | 'training') => {
        if (name !== 'log' && round > 0) long[when].push(duration);
      });
      await page.evaluateOnNewDocument(() => {
        const { tellLong } = globalThis as unknown as {
          tellLong(duration: number, when: 'loading' | 'training'): void;
        };
        const training = (): boolean =>
          /\d/.test(document.querySelector('#n-epoch')?.textContent ?? '');
        new PerformanceObserver((list) => {
          for (const { duration } of list.getEntries())
            tellLong(duration, training() ? 'training' : 'loading');
        }).observe({ type: 'longtask', buffered: true });
      });
      const before = await cpuTimes();
      const took = await way(page);
      let used = 0;
      for (const [id, time] of await cpuTimes()) used += time - (before.get(id) ?? 0);
      // The first round warms up caches.
      if (round > 0) {
        seconds[name].push(took);
        cpu[name].push(used);
      }
      await page.close();
    }
    if (round > 0) console.log(`round ${round} of ${ROUNDS} done`);
  }
  const table = new GrowingTable(process.stdout.columns || 80, 'plain');
  const percent = (share: number): string => `${(100 * (share - 1)).toFixed(1)}%`;
  for (const [name, values] of Object.entries(seconds).filter(([one]) => chosen.includes(one))) {
    const shares = values.map((value, i) => value / seconds.log[i]);
    const cpuShares = cpu[name].map((value, i) => value / cpu.log[i]);
    const { header, lines } = table.add({
      page: name,
      [`s for ${EPOCHS} epochs`]: median(values).toFixed(2),
      'more than log': percent(median(shares)),
      from: percent(Math.min(...shares)),
      to: percent(Math.max(...shares)),
      'CPU s': median(cpu[name]).toFixed(2),
      more: percent(median(cpuShares)),
    });
    for (const line of header === undefined ? lines : [header, ...lines]) console.log(line);
  }
  for (const [when, tasks] of Object.entries(long)) {
    const most = Math.max(0, ...tasks);
    console.log(`while ${when}: ${tasks.length} tasks of 50 ms and more, the longest ${most} ms`);
  }
} finally {
  await chrome.close();
  await server.close();
}
