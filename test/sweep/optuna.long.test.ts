/** Real Optuna reads a sweep's journal: needs Python 3 and the registry of pip. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { journalOf } from '../../sweep/src/view/journal.ts';
import { scoreOf } from '../../sweep/src/view/summary.ts';
import { sampleState, sampleSweep, sampleTrial } from './sample.ts';

const run = promisify(execFile);

const READ = `
import json, sys, optuna
from optuna.storages.journal import JournalFileBackend, JournalFileOpenLock
path = sys.argv[1]
storage = optuna.storages.JournalStorage(JournalFileBackend(path, lock_obj=JournalFileOpenLock(path)))
study = optuna.load_study(study_name="paper", storage=storage)
rows = [
    dict(
        number=t.number, state=t.state.name, params=t.params, values=t.values,
        steps=t.intermediate_values, id=t.user_attrs["id"], began=t.datetime_start is not None,
    )
    for t in study.trials
]
best = study.best_trial.number
study.enqueue_trial({"lr": 0.001})
print(json.dumps(dict(rows=rows, best=best, direction=study.direction.name)))
`;

interface Row {
  readonly number: number;
  readonly state: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly values: readonly number[] | null;
  readonly steps: Readonly<Record<string, number>>;
  readonly id: string;
}

test('Optuna reads the same trials, parameters, values, intermediate values and states', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'gradweave-optuna-'));
  try {
    const python = join(folder, 'venv/bin/python');
    await run('python3', ['-m', 'venv', join(folder, 'venv')]);
    await run(python, ['-m', 'pip', 'install', '--quiet', 'optuna==5.0.0']);
    const diverged = sampleTrial({ number: 60, point: 20, seed: 1, state: 'done', accuracy: null });
    const sweep = sampleSweep(20);
    const state = sampleState([...sweep.trials, diverged]);
    const file = join(folder, 'journal.log');
    await writeFile(file, journalOf(state));
    await writeFile(join(folder, 'read.py'), READ);
    const { stdout } = await run(python, [join(folder, 'read.py'), file]);
    const got: { rows: Row[]; best: number; direction: string } = JSON.parse(stdout);
    assert.is(got.direction, 'MAXIMIZE');
    const names = { done: 'COMPLETE', pruned: 'PRUNED', failed: 'FAIL' };
    assert.equal(
      got.rows,
      state.trials.map((trial) => {
        const score = scoreOf(trial, state.objective);
        const { layers, ...others } = trial.values;
        return {
          number: trial.number,
          state:
            trial === diverged
              ? 'FAIL'
              : { ...names, running: 'RUNNING', waiting: 'WAITING' }[trial.state],
          params: { ...others, layers: JSON.stringify(layers) },
          values: score === null ? null : [score],
          steps: Object.fromEntries(
            trial.epochs.flatMap(({ epoch, test: { accuracy } }) =>
              accuracy === null ? [] : [[epoch, accuracy]],
            ),
          ),
          id: trial.id,
          began: trial.state !== 'waiting',
        };
      }),
    );
    const best = state.trials
      .filter((trial) => scoreOf(trial, state.objective) !== null)
      .reduce((a, b) => ((b.result?.test.accuracy ?? 0) > (a.result?.test.accuracy ?? 0) ? b : a));
    assert.is(got.best, best.number);
  } finally {
    await rm(folder, { recursive: true });
  }
});

test.run();
