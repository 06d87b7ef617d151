/** A whole sweep with workers in browsers: killed, started again, stopped. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { PACKAGE_ROOT } from '../../src/cli/paths.ts';
import type { SweepState } from '../../sweep/src/contract.ts';

const PLAN = {
  name: 'small',
  data: 'built-in',
  options: { 'train-limit': 300, loss: 'cross_entropy' },
  space: { lr: [0.001, 0.003], dropout: [0, 0.2] },
  seeds: 2,
  epochs: 2,
};

interface Place {
  folder: string;
}

const test = suite<Place>('gradweave sweep, whole');

test.before.each(async (place) => {
  place.folder = await mkdtemp(join(tmpdir(), 'gradweave-sweep-'));
  await writeFile(join(place.folder, 'plan.json'), JSON.stringify(PLAN));
});
test.after.each(({ folder }) => rm(folder, { recursive: true, force: true, maxRetries: 10 }));

interface Run {
  readonly child: ChildProcess;
  said(): string;
  /** Resolves with the exit code, or the signal. */
  readonly end: Promise<number | string | null>;
  /** Waits for the text. */
  until(text: RegExp): Promise<void>;
}

function start(folder: string, ...more: readonly string[]): Run {
  const command = join(PACKAGE_ROOT, 'scripts/gradweave.mjs');
  const given = [command, 'sweep', 'plan.json', '--adapter', 'software', ...more];
  const child = spawn(process.execPath, given, { cwd: folder });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
  }
  const end = new Promise<number | string | null>((resolve) => {
    child.on('close', (code, signal) => resolve(code ?? signal));
  });
  return {
    child,
    end,
    said: () => said,
    until: async (text) => {
      const ended = end.then((how) => {
        throw new Error(`ended with ${how} before ${text}:\n${said}`);
      });
      ended.catch(() => {});
      while (!text.test(said)) {
        await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, 100))]);
      }
    },
  };
}

const stateIn = async (folder: string): Promise<SweepState> =>
  JSON.parse(await readFile(join(folder, 'out.json'), 'utf8'));

/** The process that has the database. */
async function ownerOf(folder: string): Promise<number> {
  const { stdout } = spawn('pgrep', ['-f', `sweep/dist/main.mjs .*${folder}`]);
  let text = '';
  for await (const part of stdout) text += part;
  return Number(text.split('\n')[0]);
}

test('a sweep that was killed goes on, and ends with every trial once', async ({ folder }) => {
  const kept = ['--folder', join(folder, 'kept'), '--parallel', '2'];
  const first = start(folder, ...kept);
  await first.until(/^trial \d+ {2}done/m);
  process.kill(await ownerOf(folder), 'SIGKILL');
  first.child.kill('SIGKILL');
  await first.end;
  const second = start(folder, ...kept, '--json', 'out.json');
  assert.is(await second.end, 0, second.said());
  assert.match(second.said(), /8 of 8 trials done/);
  const { trials, over, alarms } = await stateIn(folder);
  assert.ok(over);
  assert.equal(alarms, []);
  assert.equal(
    trials.map(({ state, result }) => [state, result?.history.length]),
    Array.from({ length: 8 }, () => ['done', 2]),
  );
});

test('Ctrl-C gives trials back and says how to go on', async ({ folder }) => {
  const first = start(folder, '--json', 'out.json');
  await first.until(/^trial \d+ {2}done/m);
  first.child.kill('SIGINT');
  assert.is(await first.end, 130, first.said());
  assert.match(
    first.said(),
    /To continue: npx gradweave sweep plan\.json --adapter software --json out\.json/,
  );
  const { trials } = await stateIn(folder);
  assert.not.ok(trials.some(({ state }) => state === 'running'));
  const second = start(folder);
  assert.is(await second.end, 0, second.said());
});

test.run();
