import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { probe } from '../../src/node/probe.ts';
import { endTree, listProcesses, treeOf } from '../../src/node/process-tree.ts';
import { duration, LATE, within } from '../../src/node/within.ts';

/** How many processes have this text in their command line, once there are so many or some time has passed. */
async function count(mark: string, expected: number): Promise<number> {
  const alive = (): number =>
    listProcesses().filter(({ command, pid }) => command.includes(mark) && pid !== process.pid)
      .length;
  for (let i = 0; i < 100 && alive() !== expected; i++) await pause(50);
  return alive();
}

/** Starts two of its kind, one of which leaves the group, and spins. */
const SPIN = `
const { spawn } = require('node:child_process');
const [mark, depth] = process.argv.slice(1);
if (depth > 0) {
  for (const detached of [false, true]) {
    spawn(process.execPath, ['-e', 'for (;;);', mark], { detached, stdio: 'ignore' });
  }
}
for (;;);
`;

test('a tree is ended whole: what spins, and what has left its group or parent', async () => {
  const mark = `gradweave-tree-${process.pid}`;
  const child = spawn(process.execPath, ['-e', SPIN, mark, '1'], {
    detached: true,
    stdio: 'ignore',
  });
  assert.is(await count(mark, 3), 3);
  child.kill('SIGKILL');
  assert.is(await count(mark, 2), 2, 'the rest goes on without its parent');
  endTree(child.pid, mark);
  assert.is(await count(mark, 0), 0);
});

test('a tree has descendants, the group and what bears the mark; never the caller', () => {
  const one = (pid: number, parent: number, group: number, command = '') => ({
    pid,
    parent,
    group,
    command,
  });
  const all = [
    one(1, 0, 1),
    one(10, 1, 10),
    one(11, 10, 10),
    one(12, 11, 12),
    one(13, 1, 10),
    one(14, 1, 14, 'gpu --dir=/p/x'),
    one(15, 1, 15),
    one(process.pid, 1, 10),
  ];
  assert.equal(treeOf(all, 10, '/p/x').sort(), [10, 11, 12, 13, 14]);
  assert.equal(treeOf(all, undefined, ''), []);
});

test('a probe that spins, crashes, or prints nonsense is told apart from one that answers', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'gradweave-probe-'));
  const run = async (code: string, limitMs = 10_000) => {
    const file = join(folder, 'fake.mjs');
    await writeFile(file, code);
    return probe({ program: process.execPath, arguments: [file] }, process.env, limitMs);
  };
  const names = { vendor: 'v', architecture: '', device: '', description: 'd' };
  const say = (answer: unknown) =>
    `console.log('a driver talks'); console.log('\\u0001' + ${JSON.stringify(JSON.stringify(answer))});`;
  try {
    const found = await run(say({ ...names, isFallbackAdapter: false }));
    assert.equal(found, { kind: 'adapter', adapter: { ...names, software: false } });
    const software = await run(
      say({ ...names, description: 'llvmpipe', isFallbackAdapter: false }),
    );
    assert.ok(software.kind === 'adapter' && software.adapter.software);
    assert.is((await run(say(null))).kind, 'none');
    assert.is((await run('process.kill(process.pid, "SIGSEGV")')).kind, 'crashed');
    assert.is((await run('console.log("nonsense")')).kind, 'crashed');
    assert.is((await run('for (;;);', 500)).kind, 'silent');
    assert.is(await count(folder, 0), 0);
    const missing = await probe({ program: join(folder, 'none'), arguments: [] }, {}, 1000);
    assert.is(missing.kind, 'crashed');
  } finally {
    await rm(folder, { recursive: true });
  }
});

test('a wait ends with its value, its limit, or its signal', async () => {
  assert.is(await within(Promise.resolve(3), 1000), 3);
  assert.is(await within(new Promise(() => {}), 20), LATE);
  const controller = new AbortController();
  const waiting = within(new Promise(() => {}), 60_000, controller.signal);
  controller.abort(new Error('enough'));
  const failed = await waiting.then(String, (error: Error) => error.message);
  assert.is(failed, 'enough');
  assert.equal([duration(15_000), duration(300_000), duration(500)], ['15 s', '5 min', '0.5 s']);
});

test.run();
