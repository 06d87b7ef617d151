import { OptionError } from '../../../src/errors.ts';
import { checkSpec } from '../../../src/trial/check.ts';
import { trialId } from '../../../src/trial/id.ts';
import { isSha256 } from '../../../src/trial/sha256.ts';
import type { NewTrial } from '../contract.ts';
import type { Context } from './context.ts';
import type { Transaction } from './database.ts';
import type { Entry } from './entry.ts';
import type { Handler } from './writer.ts';

/** Rows of one statement. */
const CHUNK = 1000;

/** @throws OptionError if an id is not that of its specification */
export async function checkTrials(trials: readonly NewTrial[]): Promise<void> {
  for (const { id, spec } of trials) {
    if (!isSha256(id))
      throw new OptionError(`a trial's id ${JSON.stringify(id)} was given; use trialId(spec)`);
    const right = await trialId(checkSpec(spec));
    if (right !== id) {
      throw new OptionError(
        `a trial has the id ${id}, but that of its specification is ${right}; use trialId(spec)`,
      );
    }
  }
}

/** Queues trials that are not there yet. */
export function adding(context: Context): Handler<readonly NewTrial[], null> {
  return async (transaction, [trials = []]) => {
    const { memory, queue } = context;
    const ids = new Set<string>();
    const fresh = trials.filter(({ id }) => {
      if (memory.get(id) !== undefined || ids.has(id)) return false;
      ids.add(id);
      return true;
    });
    const first = memory.list.length;
    const entries = fresh.map((trial, k) => entryOf(trial, first + k));
    for (let at = 0; at < entries.length; at += CHUNK) {
      const some = entries.slice(at, at + CHUNK);
      await insert(context, transaction, some);
      await queue.send(
        transaction,
        some.map(({ job, trial }) => ({ job, id: trial.id, number: trial.number })),
      );
    }
    const apply = () => {
      for (const entry of entries) memory.insert(entry);
      memory.waiting += entries.length;
    };
    return [{ answer: null, apply }];
  };
}

function entryOf({ id, spec, point, values, shape }: NewTrial, number: number): Entry {
  return {
    revision: 0,
    trial: Object.freeze({
      id,
      spec,
      point,
      values,
      shape,
      number,
      state: 'waiting' as const,
      attempts: 0,
      lost: 0,
      worker: null,
      epochs: [],
      result: null,
      failure: null,
      began: null,
      ended: null,
    }),
    job: jobOf(id),
    stop: false,
    failures: 0,
    failedBy: new Set(),
    barren: 0,
    epochAttempts: [],
    kinds: [],
    workers: [],
    held: null,
  };
}

/** A trial's job has the first 128 bits of its id, so that it cannot be queued twice either. */
function jobOf(id: string): string {
  return [
    id.slice(0, 8),
    id.slice(8, 12),
    id.slice(12, 16),
    id.slice(16, 20),
    id.slice(20, 32),
  ].join('-');
}

async function insert(
  { schema }: Context,
  { query }: Transaction,
  entries: readonly Entry[],
): Promise<void> {
  const rows = entries.map(({ trial, job }) => ({
    id: trial.id,
    number: trial.number,
    job,
    spec: trial.spec,
    point: trial.point,
    values: trial.values,
    shape: trial.shape,
  }));
  await query(
    `insert into ${schema}.trial (id, number, job, spec, point, values, shape)
     select * from jsonb_to_recordset($1::jsonb) as t (id text, number integer, job uuid, spec jsonb, point integer,
       values jsonb, shape text)`,
    [JSON.stringify(rows)],
  );
}
