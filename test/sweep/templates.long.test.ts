import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { PACKAGE_ROOT } from '../../src/cli/paths.ts';
import type { TrialLine } from '../../src/trial/line.ts';
import type { TrialResult } from '../../src/trial/result.ts';
import type { TrialSpec } from '../../src/trial/spec.ts';
import { completed, DRAFT, GRADWEAVE, lineOf, runTrialCommand } from '../cli/trial-command.ts';
import { installDebian } from '../run/apt.ts';
import { installRuntimes } from '../run/runtimes.ts';
import { Slurm } from './slurm.ts';

const test = suite<{ folder: string }>('templates');

const TEMPLATES = join(PACKAGE_ROOT, 'sweep', 'templates');
const ENV = {
  GRADWEAVE: `${process.execPath} ${GRADWEAVE}`,
  OPTIONS: '--runtime node --adapter software --every 1',
};

let specs: readonly TrialSpec[] = [];
/** By their ids. */
const digests = new Map<string, string>();

test.before(async () => {
  installRuntimes();
  const spec = await completed({ ...DRAFT, epochs: 8 });
  specs = [1, 2].map((seed) => ({ ...spec, seed }));
  const folder = await mkdtemp(join(tmpdir(), 'gradweave-templates-whole-'));
  for (const one of specs) {
    const args = [JSON.stringify(one), '--checkpoint', folder, '--runtime', 'node'];
    const { id, digest } = lineOf(await runTrialCommand(args), 'result');
    digests.set(id, digest);
  }
  await rm(folder, { recursive: true });
});
test.before.each(async (context) => {
  context.folder = await mkdtemp(join(tmpdir(), 'gradweave-templates-'));
  const lines = specs.map((spec) => `${JSON.stringify(spec)}\n`);
  await writeFile(join(context.folder, 'trials.jsonl'), lines.join(''));
});
test.after.each(({ folder }) => rm(folder, { recursive: true, force: true }));

const linesOf = async (file: string): Promise<TrialLine[]> =>
  (await readFile(file, 'utf8').catch(() => ''))
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));

const hasTrained = async (file: string): Promise<boolean> =>
  (await linesOf(file)).some(({ event }) => event === 'epoch');

const resultsIn = async (kept: string): Promise<TrialResult[]> => {
  const names = (await readdir(kept)).filter((name) => name.endsWith('.result.json'));
  return Promise.all(
    names.map(async (name) => JSON.parse(await readFile(join(kept, name), 'utf8'))),
  );
};

/** Holds the results against those of undisturbed runs. */
async function checkResults(kept: string): Promise<void> {
  const results = await resultsIn(kept);
  assert.is(results.length, specs.length);
  for (const { id, digest, resumed } of results) {
    assert.is(digest, digests.get(id));
    assert.ok(resumed >= 1, `resumed ${resumed} times`);
  }
}

test('GNU parallel: stopped by TERM it ends with 75, started again it finishes to the same bits', async ({
  folder,
}) => {
  installDebian(['parallel'], ['parallel']);
  const kept = join(folder, 'kept');
  const start = () =>
    spawn('bash', [join(TEMPLATES, 'parallel.sh'), join(folder, 'trials.jsonl'), kept], {
      cwd: folder,
      env: { ...process.env, ...ENV, JOBS: '2' },
      stdio: 'inherit',
    });
  const first = start();
  const ended = once(first, 'exit');
  const files = [1, 2].map((n) => join(kept, `${n}.jsonl`));
  while (!(await hasTrained(files[0])) || !(await hasTrained(files[1]))) await pause(100);
  first.kill('SIGTERM');
  assert.equal(await ended, [75, null]);
  for (const file of files) {
    const last = (await linesOf(file)).at(-1);
    assert.is(last?.event, 'stopped');
    assert.ok(last.event === 'stopped' && Number(last.step) > 0, 'the signal did not end the run');
  }
  assert.equal(await resultsIn(kept), []);

  assert.equal(await once(start(), 'exit'), [0, null]);
  await checkResults(kept);
});

test('Slurm: tasks that are stopped before their time limit are queued again, and finish to the same bits', async ({
  folder,
}) => {
  installDebian(
    ['slurmd', 'slurmctld', 'slurm-client', 'munge'],
    ['slurmd', 'slurmctld', 'sbatch', 'munged'],
  );
  const slurm = await Slurm.start(folder, [16817, 16818]);
  const kept = join(folder, 'kept');
  await mkdir(kept);
  try {
    const script = [join(TEMPLATES, 'slurm.sh'), join(folder, 'trials.jsonl'), kept];
    slurm.run('sbatch', ['--array=1-2', ...script], ENV);
    const queued = (): string[] =>
      slurm.run('squeue', ['-h', '-r', '-o', '%A %T %F_%K']).split('\n').filter(Boolean);
    const stopped = new Set<string>();
    for (let i = 0; i < 400 && queued().length > 0; i++) {
      for (const line of queued()) {
        const [job, state, task] = line.split(' ');
        const output = join(folder, `gradweave-${task.replace('_', '-')}.jsonl`);
        // What Slurm does before the limit, in the middle of a trial, however fast the machine is.
        if (!stopped.has(task) && state === 'RUNNING' && (await hasTrained(output))) {
          stopped.add(task);
          slurm.run('scancel', ['--batch', '--signal=TERM', task]);
        }
        // Slurm waits two minutes before it starts one again.
        if (state === 'PENDING') slurm.startNow(job);
      }
      await pause(1000);
    }
    assert.equal(queued(), []);
    await checkResults(kept);
    const outputs = (await readdir(folder)).filter((name) => /^gradweave-.*\.jsonl$/.test(name));
    assert.is(outputs.length, 2);
    for (const name of outputs) {
      const events = (await linesOf(join(folder, name))).map(({ event }) => event);
      assert.ok(events.includes('stopped'), events.join(' '));
      assert.is(events.at(-1), 'result');
    }
  } finally {
    slurm.stop();
    await pause(2000);
  }
});

test('Kubernetes: the job fits the schema, and its policy knows the exit codes', async ({
  folder,
}) => {
  const file = join(TEMPLATES, 'kubernetes.yaml');
  installDebian(['python3-venv'], ['python3']);
  execFileSync('python3', ['-m', 'venv', join(folder, 'venv')]);
  const bin = join(folder, 'venv', 'bin');
  execFileSync(join(bin, 'pip'), ['install', '--quiet', 'kubernetes-validate==1.36.0'], {
    stdio: 'pipe',
  });
  execFileSync(join(bin, 'kubernetes-validate'), ['--strict', file], { stdio: 'pipe' });
  const broken = join(folder, 'broken.yaml');
  const text = await readFile(file, 'utf8');
  await writeFile(broken, text.replace('onExitCodes', 'onExitCode'));
  assert.throws(() =>
    execFileSync(join(bin, 'kubernetes-validate'), ['--strict', broken], { stdio: 'pipe' }),
  );
});

test.run();
