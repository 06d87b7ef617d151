import { setTimeout as pause } from 'node:timers/promises';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type VitalLimits, watchVitals } from '../../src/cli/vitals.ts';

const LIMITS: VitalLimits = { start: 400, page: 400, gpu: 400, task: 400, notice: 40 };
const FOR_EVER = 1e9;
const ALIVE = { type: 'alive', gpuSilentMs: 0 } as const;

/** What became of a task that was watched, and what was said. */
async function watched(
  limits: Partial<VitalLimits>,
  live: (vitals: ReturnType<typeof watchVitals>) => Promise<unknown>,
): Promise<{ end: string; said: string[] }> {
  const said: string[] = [];
  const vitals = watchVitals('The page', (text) => said.push(text), { ...LIMITS, ...limits });
  const done = live(vitals).then(() => 'done');
  const end = await Promise.race([done, vitals.promise]).catch((error: Error) => {
    assert.is(error.name, 'PageError');
    return error.message;
  });
  vitals.dispose();
  return { end, said };
}

/** Signs of life for some time. */
async function alive(vitals: ReturnType<typeof watchVitals>, gpu = (_: number) => 0) {
  for (let i = 0; i < 100; i++) {
    vitals.event({ type: 'alive', gpuSilentMs: gpu(20 * i) });
    await pause(20);
  }
}

test('a page that never begins is given up, and says what to do', async () => {
  const { end } = await watched({}, () => pause(5000));
  assert.match(
    end,
    /^The page did not start within 0\.4 s\. The command was ended\. Try --adapter software/,
  );
});

test('a page that stops answering is told and given up', async () => {
  const { end, said } = await watched({ start: FOR_EVER }, async (vitals) => {
    vitals.event(ALIVE);
    await pause(5000);
  });
  assert.match(end, 'The page has not answered for 0.4 s.');
  assert.match(said[0], /The page has not answered for .* \(given up after 0\.4 s\)/);
});

test('a GPU that does not answer is given up, though the page lives', async () => {
  const { end } = await watched({ task: FOR_EVER }, (vitals) => alive(vitals, (ms) => ms));
  assert.match(end, 'The GPU has not answered for 0.4 s: its driver hangs.');
});

test('long work is no hang: it is told, and goes on until the task’s own limit', async () => {
  // A busy machine's delays are no silence of the page.
  const patient = { task: FOR_EVER, page: 3000, gpu: 3000 };
  const long = await watched(patient, (vitals) => alive(vitals));
  assert.is(long.end, 'done');
  // A busy machine's delays may be told before.
  assert.match(long.said.join('\n'), /^No progress for .* while the page and the GPU answer/m);
  const { end } = await watched({}, (vitals) => alive(vitals));
  assert.match(end, 'The task has made no progress for 0.4 s.');
});

test('progress, and work of the command’s own, are no silence', async () => {
  // Far apart, so that a busy machine's delays are none either.
  const limits = { start: 3000, page: 3000, gpu: 3000, task: 3000, notice: 2000 };
  const talks = await watched(limits, async (vitals) => {
    for (let i = 0; i < 70; i++) {
      vitals.event({ type: 'note', text: '' });
      await pause(50);
    }
  });
  assert.equal(talks, { end: 'done', said: [] });
  const hosted = await watched(limits, (vitals) => vitals.host(pause(3500)));
  assert.equal(hosted, { end: 'done', said: [] });
});

test.run();
