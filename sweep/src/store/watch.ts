import type { Context } from './context.ts';
import type { Entry } from './entry.ts';
import type { losing } from './ops-end.ts';
import type { Handler, Writer } from './writer.ts';

/** Tells the queue which attempts live. @returns those whose jobs somebody else has taken away */
function touching({ memory, queue }: Context): Handler<null, readonly Entry[]> {
  return async (transaction) => {
    const running = memory.list.filter(({ held }) => held !== null);
    if (running.length === 0) return [{ answer: [] }];
    const jobs = running.flatMap(({ held }) => held?.job ?? []);
    const touched = await queue.touch(transaction, jobs);
    return [{ answer: running.filter(({ job }) => !touched.has(job)) }];
  };
}

/**
 * Looks for silent workers, as long as the store is open.
 *
 * If this process itself was stopped (a suspended machine, a debugger), nobody could be heard: all get a full interval again.
 *
 * @returns stops
 */
export function watch(
  context: Context,
  writer: Writer,
  lose: ReturnType<typeof losing>,
): () => Promise<void> {
  const { memory, rules, log } = context;
  const limit = rules.heartbeatSeconds * 1000;
  const interval = Math.min(1000, limit / 4);
  const touch = touching(context);
  let last = performance.now();
  let touched = last;
  let pending: Promise<unknown> = Promise.resolve();
  let busy = false;
  const round = async (time: number) => {
    const silent = memory.list.filter(({ held }) => held !== null && time - held.heard > limit);
    for (const { trial, held } of silent) {
      if (held === null) continue;
      const loss = { id: trial.id, attempt: held.attempt, heard: held.heard };
      await writer.run(lose, loss, trial.id);
    }
    if (time - touched < limit / 3) return;
    touched = time;
    for (const { trial, held } of await writer.run(touch, null)) {
      if (held === null) continue;
      const loss = { id: trial.id, attempt: held.attempt, heard: null };
      await writer.run(lose, loss, trial.id);
    }
  };
  const timer = setInterval(() => {
    const time = performance.now();
    const late = time - last;
    last = time;
    if (late > interval + limit / 2) {
      for (const { held } of memory.list) if (held !== null) held.heard = time;
      return;
    }
    if (busy) return;
    busy = true;
    pending = round(time)
      .catch((error: Error) => log(`trials could not be looked after: ${error.message}`))
      .finally(() => {
        busy = false;
      });
  }, interval);
  return async () => {
    clearInterval(timer);
    await pending;
  };
}
