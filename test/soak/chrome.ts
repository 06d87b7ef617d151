/**
 * Checks that Chrome's processes do not grow: `npm run soak:chrome [-- --steps N]`. The harness page trains for
 * a long time, with its charts, pictures of the weights and evaluations, while this script samples the memory
 * of Chrome's GPU process and of the page's. Needs Linux, for /proc.
 */
import { parseArgs } from 'node:util';
import { pageFiles, pageTable } from '../../src/cli/page-files.ts';
import { inBrowser, memoryOf } from '../run/people-browser.ts';

/** Allowed growth between an early and the last part of a run. */
const MOST = 0.05;
const EVERY_MS = 2000;
/** A batch of 50 of 32,000 images. */
const STEPS_AN_EPOCH = 640;

const { values } = parseArgs({ options: { steps: { type: 'string', default: '200000' } } });
const epochs = Math.ceil(Number(values.steps) / STEPS_AN_EPOCH);

const median = (list: readonly number[]): number =>
  [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)];

const problems: string[] = [];

await inBrowser([], pageTable(await pageFiles(), new Map()), async (browser, origin) => {
  const session = await browser.target().createCDPSession();
  const page = await browser.newPage();
  const query = `run=train&model=2&layers=784,16,10&data=built-in&train-limit=32000&batch-size=50&family=portable&epochs=${epochs}&tab=inside`;
  await page.goto(`${origin}/harness.html?${query}`);
  const samples: Map<string, number>[] = [];
  const seconds: number[] = [];
  let epoch = 0;
  let since = performance.now();
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
    const { at, status } = await page.evaluate(() => ({
      at: Number.parseInt(document.querySelector('#n-epoch')?.textContent ?? '', 10),
      status: document.querySelector('#status')?.textContent ?? '',
    }));
    if (/Failed|lost/.test(status)) throw new Error(`the run failed: ${status}`);
    const memory = await memoryOf(session);
    samples.push(memory);
    if (at > epoch) {
      const now = performance.now();
      seconds.push((now - since) / 1000 / (at - epoch));
      since = now;
      epoch = at;
    }
    if (samples.length % 10 === 1) {
      const text = [...memory].map(([type, mib]) => `${type} ${mib.toFixed(0)} MiB`).join(', ');
      console.log(`epoch ${epoch} of ${epochs}: ${text}`);
    }
    if (/^Done/.test(status)) break;
  }
  const tenth = Math.ceil(samples.length / 10);
  const expect = (what: string, list: readonly number[], unit: string): void => {
    // The first tenth warms up.
    const first = median(list.slice(Math.ceil(list.length / 10), 2 * Math.ceil(list.length / 10)));
    const last = median(list.slice(-Math.ceil(list.length / 10)));
    const text = `${what}: ${first.toPrecision(4)} → ${last.toPrecision(4)} ${unit} (${(100 * (last / first - 1)).toFixed(1)}%)`;
    console.log(text);
    if (!(last / first - 1 <= MOST)) problems.push(text);
  };
  if (tenth < 2) problems.push('the run is too short for a verdict');
  const of = (type: string): number[] => samples.map((memory) => memory.get(type) ?? NaN);
  expect("Chrome's GPU process", of('GPU'), 'MiB');
  expect("the pages' processes", of('renderer'), 'MiB');
  expect('an epoch', seconds, 's');
});

for (const problem of problems) console.log(`✘ ${problem}`);
console.log(problems.length === 0 ? 'nothing grows' : `${problems.length} problems`);
process.exitCode = problems.length === 0 ? 0 : 1;
