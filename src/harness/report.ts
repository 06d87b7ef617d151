/** Runs the task in the address on the page's own thread, for a driver. */
import { OptionError } from '../errors.ts';
import { describeError } from './describe-error.ts';
import { heartbeat } from './heartbeat.ts';
import { progressText } from './progress-text.ts';
import type { TaskEvent, TaskName } from './protocol.ts';
import { tasks } from './tasks/index.ts';

declare global {
  interface Window {
    /** Every event so far, for a look by hand. */
    gradweaveEvents?: TaskEvent[];
    /** Defined by the driver before the page loads. */
    gradweaveEvent?: (event: TaskEvent) => unknown;
  }
}

const EVENTS_KEPT = 10_000;

async function run(query: URLSearchParams, emit: (event: TaskEvent) => void): Promise<unknown> {
  const options = new URLSearchParams(query);
  const name = options.get('run') ?? '';
  options.delete('run');
  options.delete('report');
  const names = Object.keys(tasks);
  const task = Object.hasOwn(tasks, name) ? tasks[name as TaskName] : undefined;
  if (task === undefined) {
    throw new OptionError(`The address says run=${name}; the tasks are ${names.join(', ')}.`);
  }
  return task(options, emit);
}

/**
 * Replaces the page by a log of the task. The result is in `#report` as JSON, and in the last event.
 */
export async function report(query: URLSearchParams): Promise<void> {
  const log = document.createElement('pre');
  log.id = 'progress';
  log.setAttribute('aria-live', 'polite');
  document.body.replaceChildren(log);
  const events: TaskEvent[] = [];
  window.gradweaveEvents = events;
  const alive = heartbeat((event) => void window.gradweaveEvent?.(event));
  const emit = (event: TaskEvent): void => {
    alive.progress();
    events.push(event);
    if (events.length > EVENTS_KEPT) events.shift();
    void window.gradweaveEvent?.(event);
    const text = progressText(event);
    if (text !== null) log.textContent += `${text}\n`;
  };
  let last: TaskEvent;
  try {
    last = { type: 'result', value: await run(query, emit) };
  } catch (error) {
    last = { type: 'error', ...describeError(error) };
  }
  alive.stop();
  const result = document.createElement('pre');
  result.id = 'report';
  result.textContent = JSON.stringify(last);
  result.hidden = true;
  document.body.append(result);
  emit(last);
}
