import type { SentError } from '../describe-error.ts';
import type { LabEvent } from '../worker/lab-event.ts';
import type { CallMessage, LabCalls, WorkerMessage } from '../worker/messages.ts';
import { counted } from './numbers.ts';
import { say } from './words/words.ts';

/** An error from the worker, with its name. */
export class RemoteError extends Error {
  constructor({ name, message }: SentError) {
    super(message);
    this.name = name;
  }
}

/** What the page says of its worker, in its language of then. */
const workerError = (said: () => string): RemoteError =>
  Object.assign(new RemoteError({ name: 'WorkerError', message: said() }), { said });

/** For how many ticks the worker, or the GPU as it says, may be silent while a call waits: two minutes. */
const MOST_SILENT = 24;
const TICK_MS = 5_000;

interface Waiting {
  readonly resolve: (value: never) => void;
  readonly reject: (error: Error) => void;
}

/** Calls the methods of a worker; see src/harness/worker. */
export class Remote {
  readonly #worker: Worker | undefined;
  readonly #waiting = new Map<number, Waiting>();
  #next = 0;
  /** Whether the worker has sent anything yet. */
  #heard = false;
  /** Counted in ticks, so that a computer that slept is no silence. */
  #silent = 0;
  readonly #timer: ReturnType<typeof setInterval> | undefined;
  /** Why it cannot be called. */
  #dead: RemoteError | undefined;

  constructor(onEvent: (event: LabEvent) => void) {
    const url = new URL('./worker.js', import.meta.url);
    try {
      this.#worker = new Worker(url, { type: 'module', name: 'gradweave' });
    } catch (error) {
      this.#dead = workerError(() =>
        say('this page may not start a worker: {error}. Open it directly, outside of a frame', {
          error: String(error),
        }),
      );
      return;
    }
    this.#worker.onmessage = ({ data }: MessageEvent<WorkerMessage>) => {
      this.#heard = true;
      this.#silent = 0;
      if (data.kind === 'event' && data.event.type === 'alive') {
        const { gpuSilentMs } = data.event;
        if (gpuSilentMs >= MOST_SILENT * TICK_MS) this.#giveUp(() => say('The GPU'));
        return;
      }
      if (data.kind === 'event') {
        onEvent(data.event);
        return;
      }
      const waiting = this.#waiting.get(data.id);
      this.#waiting.delete(data.id);
      if (data.kind === 'answer') waiting?.resolve(data.value as never);
      else waiting?.reject(new RemoteError(data.error));
    };
    this.#worker.onerror = ({ message }) => {
      const error = workerError(() => {
        const why = message || say('its script could not be loaded');
        return say('the worker failed: {why}. Reload the page', { why });
      });
      // A worker that did not start will not answer later calls.
      if (!this.#heard) this.#dead = error;
      this.#failAll(error);
    };
    this.#timer = setInterval(() => {
      this.#silent = this.#waiting.size > 0 ? this.#silent + 1 : 0;
      if (this.#silent >= MOST_SILENT) this.#giveUp(() => say('The worker'));
    }, TICK_MS);
  }

  /** Ends a worker that does not answer any more. */
  #giveUp(who: () => string): void {
    this.#dead = workerError(() => {
      const time = counted((MOST_SILENT * TICK_MS) / 60_000, 'minute');
      return say(
        '{who} has not answered for {time}. Reload the page; if that does not help, restart the browser',
        { who: who(), time },
      );
    });
    this.#end(this.#dead);
  }

  #end(error: Error): void {
    clearInterval(this.#timer);
    this.#worker?.terminate();
    this.#failAll(error);
  }

  #failAll(error: Error): void {
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }

  /** Calls a method. Objects in `transfer` move to the worker. */
  call<K extends keyof LabCalls>(
    method: K,
    given: Parameters<LabCalls[K]>,
    transfer: Transferable[] = [],
  ): Promise<Awaited<ReturnType<LabCalls[K]>>> {
    if (this.#dead) return Promise.reject(this.#dead);
    const id = this.#next++;
    const message: CallMessage = { id, method, given };
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#worker?.postMessage(message, transfer);
    });
  }

  /** Ends the worker at once. Pending calls are rejected. */
  terminate(): void {
    this.#end(new RemoteError({ name: 'StoppedError', message: say('it was stopped') }));
  }
}
