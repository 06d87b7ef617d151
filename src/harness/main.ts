/** The page: runs the task that the address names and reports what happens. See protocol.ts. */
import { GradweaveError, OptionError } from '../errors.ts';
import { progressText } from './progress-text.ts';
import type { TaskEvent, TaskName } from './protocol.ts';
import { tasks } from './tasks/index.ts';

declare global {
  interface Window {
    /** Every event so far; for whoever looks at the page by hand. */
    gradweaveEvents?: TaskEvent[];
    /** Defined by the driver before the page is loaded. */
    gradweaveEvent?: (event: TaskEvent) => unknown;
  }
}

const EVENTS_KEPT = 10_000;

const events: TaskEvent[] = [];
window.gradweaveEvents = events;

function emit(event: TaskEvent): void {
  events.push(event);
  if (events.length > EVENTS_KEPT) events.shift();
  void window.gradweaveEvent?.(event);
  const text = progressText(event);
  const progress = document.getElementById('progress');
  if (text !== null && progress) progress.textContent += `${text}\n`;
}

async function run(query: URLSearchParams): Promise<void> {
  const options = new URLSearchParams(query);
  const name = options.get('run') ?? '';
  options.delete('run');
  const names = Object.keys(tasks);
  const task = Object.hasOwn(tasks, name) ? tasks[name as TaskName] : undefined;
  if (task === undefined) {
    throw new OptionError(`The address says run=${name}; the tasks are ${names.join(', ')}.`);
  }
  emit({ type: 'result', value: await task(options, emit) });
}

function describe(error: unknown): TaskEvent {
  if (error instanceof GradweaveError) {
    return { type: 'error', name: error.name, message: error.message };
  }
  // Nobody meant this one to be thrown: where it came from is what helps.
  const { name, message, stack } = error instanceof Error ? error : new Error(String(error));
  return { type: 'error', name, message: stack?.includes(message) ? stack : message };
}

const progress = document.getElementById('progress');
if (progress) progress.textContent = '';
run(new URLSearchParams(location.search)).catch((error) => emit(describe(error)));
