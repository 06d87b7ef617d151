import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer, text as streamText } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { TrialResult } from '../../src/trial/result.ts';
import type { TrialSpec } from '../../src/trial/spec.ts';
import { installRuntimes } from '../run/runtimes.ts';
import { completed, DRAFT, GRADWEAVE, lineOf, runTrialCommand } from './trial-command.ts';

const test = suite<{ folder: string }>('gradweave trial, stopped and resumed');

const undisturbed = new Map<string, TrialResult>();
let spec: TrialSpec;
let text = '';

test.before(async () => {
  installRuntimes();
  spec = await completed(DRAFT);
  text = JSON.stringify(spec);
});
test.before.each(async (context) => {
  context.folder = await mkdtemp(join(tmpdir(), 'gradweave-trial-long-'));
});
test.after.each(({ folder }) => rm(folder, { recursive: true }));

/** An undisturbed run, once for each runtime. */
async function whole(runtime: string): Promise<TrialResult> {
  const known = undisturbed.get(runtime);
  if (known) return known;
  const folder = await mkdtemp(join(tmpdir(), 'gradweave-trial-whole-'));
  const run = await runTrialCommand([text, '--checkpoint', folder, '--runtime', runtime]);
  assert.is(run.code, 0, run.err);
  await rm(folder, { recursive: true });
  const { event: _, ...result } = lineOf(run, 'result');
  undisturbed.set(runtime, result);
  return result;
}

const numbers = ({ history }: TrialResult) =>
  history.map(({ epoch, train, test: tested }) => ({ epoch, train, tested }));

for (const runtime of ['node', 'browser', 'deno']) {
  test(`in ${runtime}: stopped by SIGTERM and SIGINT, killed, and resumed, it ends in the same bits`, async ({
    folder,
  }) => {
    const expected = await whole(runtime);
    const args = [text, '--checkpoint', folder, '--runtime', runtime];
    for (const [signal, at] of [
      ['SIGTERM', 1],
      ['SIGINT', 2],
    ] as const) {
      const run = await runTrialCommand(args, (line, kill) => {
        // In the middle of the next epoch.
        if (line.event === 'epoch' && line.epoch === at) setTimeout(() => kill(signal), 50);
      });
      assert.is(run.code, 75, run.err);
      const { epoch, step } = lineOf(run, 'stopped');
      assert.is(epoch, at);
      assert.ok(Number(step) > at * 500 && Number(step) < (at + 1) * 500, `step ${step}`);
    }
    const killed = await runTrialCommand([...args, '--every', '0'], (line, kill) => {
      if (line.event === 'checkpoint' && line.step > 1100) kill('SIGKILL');
    });
    assert.is(killed.code, null);

    const rest = await runTrialCommand(args);
    assert.is(rest.code, 0, rest.err);
    const start = lineOf(rest, 'start');
    assert.ok(start.step > 1100, `from step ${start.step}`);
    const result = lineOf(rest, 'result');
    assert.is(result.digest, expected.digest);
    assert.is(result.resumed, 3);
    assert.equal(numbers(result), numbers(expected));
    const file = join(folder, `${result.id}.result.json`);
    const { event: _, ...printed } = result;
    assert.equal(JSON.parse(await readFile(file, 'utf8')), printed);
  });
}

test('a signal before training began is a stop, too', async ({ folder }) => {
  for (const runtime of ['node', 'browser']) {
    const child = spawn(
      process.execPath,
      [GRADWEAVE, 'trial', text, '--checkpoint', folder, '--runtime', runtime],
      { env: { ...process.env, TMPDIR: folder }, stdio: ['ignore', 'pipe', 'inherit'] },
    );
    const ended = once(child, 'close');
    const printed = streamText(child.stdout);
    // Its folder for temporary files is there before anything is started.
    while (!(await readdir(folder)).some((name) => name.startsWith('gradweave-trial-'))) {
      await pause(2);
    }
    child.kill('SIGTERM');
    assert.equal(await ended, [75, null]);
    assert.is(JSON.parse(await printed).event, 'stopped');
    assert.equal(
      (await readdir(folder)).filter((name) => name.startsWith('gradweave-trial-')),
      [],
    );
  }
});

test('again: equal digests end with 0, another digest is an alarm, and both results are kept', async ({
  folder,
}) => {
  const args = [text, '--checkpoint', folder, '--runtime', 'node'];
  const first = await runTrialCommand(args);
  const { id, digest } = lineOf(first, 'result');
  const stopped = await runTrialCommand([...args, '--again'], (line, kill) => {
    if (line.event === 'epoch' && line.epoch === 2) kill('SIGTERM');
  });
  assert.is(stopped.code, 75, stopped.err);
  const again = await runTrialCommand([...args, '--again']);
  assert.is(again.code, 0, again.err);
  assert.is(lineOf(again, 'result').digest, digest);
  assert.is(lineOf(again, 'result').resumed, 1, 'what is trained again can be stopped, too');
  assert.equal((await readdir(folder)).sort(), [`${id}.result.json`, `${id}.safetensors`]);

  // As if one of the two machines computed wrongly.
  const file = join(folder, `${id}.result.json`);
  const wrong = digest.replace(/^./, (digit) => (digit === '0' ? '1' : '0'));
  await writeFile(file, (await readFile(file, 'utf8')).replace(digest, wrong));
  const alarm = await runTrialCommand([...args, '--again']);
  assert.is(alarm.code, 3, alarm.err);
  assert.equal(lineOf(alarm, 'alarm').digests, [wrong, digest]);
  assert.match(alarm.err, 'DigestAlarm');
  assert.equal((await readdir(folder)).sort(), [
    `${id}.result-${digest.slice(0, 8)}.json`,
    `${id}.result.json`,
    `${id}.safetensors`,
  ]);
});

test('two processes on one trial in one folder end in the same bits, and one result', async ({
  folder,
}) => {
  const args = [text, '--checkpoint', folder, '--runtime', 'node', '--every', '0'];
  const runs = await Promise.all([runTrialCommand(args), runTrialCommand(args)]);
  const { digest } = await whole('node');
  for (const run of runs) {
    assert.is(run.code, 0, run.err);
    assert.is(lineOf(run, 'result').digest, digest);
  }
  const { id } = lineOf(runs[0], 'result');
  assert.equal((await readdir(folder)).sort(), [`${id}.result.json`, `${id}.safetensors`]);
});

test('a trial is kept by a server, which may fail for a while, and resumed with other temporary files', async ({
  folder,
}) => {
  const files = new Map<string, Buffer>();
  let requests = 0;
  const server = createServer(async (request, response) => {
    const body = await buffer(request);
    const { method, url = '', headers } = request;
    const isRight = headers.authorization === 'Bearer secret';
    // Every seventh request fails.
    const failed = !isRight ? 401 : ++requests % 7 === 0 ? 503 : undefined;
    if (failed) return response.writeHead(failed).end();
    if (method === 'PUT') files.set(url, body);
    if (method === 'DELETE') files.delete(url);
    const file = files.get(url);
    return response.writeHead(file ? 200 : method === 'GET' ? 404 : 204).end(file);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  try {
    const url = `http://127.0.0.1:${port}/kept`;
    const args = [text, '--checkpoint', url, '--runtime', 'node', '--every', '0'];
    const env = { GRADWEAVE_CHECKPOINT_TOKEN: 'secret' };
    const refused = await runTrialCommand(args, undefined, { GRADWEAVE_CHECKPOINT_TOKEN: 'no' });
    assert.is(refused.code, 1);
    assert.match(refused.err, 'answered 401');
    const first = await runTrialCommand(
      args,
      (line, kill) => {
        if (line.event === 'epoch' && line.epoch === 2) kill('SIGTERM');
      },
      env,
    );
    assert.is(first.code, 75, first.err);
    const rest = await runTrialCommand(args, undefined, { ...env, TMPDIR: folder });
    assert.is(rest.code, 0, rest.err);
    assert.ok(lineOf(rest, 'start').step > 0);
    const { id, digest } = lineOf(rest, 'result');
    assert.is(digest, (await whole('node')).digest);
    assert.equal([...files.keys()].sort(), [`/kept/${id}.result.json`, `/kept/${id}.safetensors`]);
  } finally {
    server.closeAllConnections();
    server.close();
  }
});

test.run();
