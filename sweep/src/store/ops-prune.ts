import { type Context, now } from './context.ts';
import type { Entry } from './entry.ts';
import type { Handler } from './writer.ts';

/** Ends trials early: those that wait at once, those that run when their worker speaks next. */
export function pruning(context: Context): Handler<readonly string[], null> {
  return async (transaction, [ids = []]) => {
    const { memory, queue, schema } = context;
    const entries = [...new Set(ids)].flatMap((id) => memory.get(id) ?? []);
    const waiting = entries.filter(({ trial }) => trial.state === 'waiting');
    const running = entries.filter(({ trial }) => trial.state === 'running');
    const at = now();
    const ends = waiting.map((entry) => ({ entry, seq: memory.next() }));
    if (waiting.length > 0) {
      await queue.cancel(
        transaction,
        waiting.map(({ job }) => job),
      );
      await transaction.query(
        `update ${schema}.trial t set state = 'pruned', stop = true, ended = $2, seq = e.seq
         from jsonb_to_recordset($1::jsonb) as e (id text, seq bigint) where t.id = e.id`,
        [JSON.stringify(ends.map(({ entry, seq }) => ({ id: entry.trial.id, seq }))), at],
      );
    }
    if (running.length > 0) {
      await transaction.query(`update ${schema}.trial set stop = true where id = any($1::text[])`, [
        running.map(({ trial }) => trial.id),
      ]);
    }
    return [{ answer: null, apply: () => apply(context, running, waiting, at) }];
  };
}

function apply(
  { memory }: Context,
  running: readonly Entry[],
  waiting: readonly Entry[],
  at: number,
): void {
  for (const entry of running) entry.stop = true;
  for (const entry of waiting) {
    entry.stop = true;
    memory.set(entry, { state: 'pruned', ended: at });
    memory.tell({ type: 'ended', trial: entry.trial });
  }
}
