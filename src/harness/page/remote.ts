import type { SentError } from '../describe-error.ts';
import type { CallMessage, LabCalls, LabEvent, WorkerMessage } from '../worker/messages.ts';

/** An error of the worker's, by its name. */
export class RemoteError extends Error {
  constructor({ name, message }: SentError) {
    super(message);
    this.name = name;
  }
}

interface Waiting {
  readonly resolve: (value: never) => void;
  readonly reject: (error: Error) => void;
}

/** A worker whose methods are called as if they were here; see src/harness/worker. */
export class Remote {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiting>();
  #next = 0;

  constructor(onEvent: (event: LabEvent) => void) {
    this.#worker = new Worker(new URL('./worker.js', import.meta.url), {
      type: 'module',
      name: 'gradweave',
    });
    this.#worker.onmessage = ({ data }: MessageEvent<WorkerMessage>) => {
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
      const text = `the worker failed: ${message || 'its script could not be loaded'}. Reload the page`;
      this.#failAll(new RemoteError({ name: 'WorkerError', message: text }));
    };
  }

  #failAll(error: Error): void {
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }

  /** Calls a method; what `transfer` names moves to the worker. */
  call<K extends keyof LabCalls>(
    method: K,
    given: Parameters<LabCalls[K]>,
    transfer: Transferable[] = [],
  ): Promise<Awaited<ReturnType<LabCalls[K]>>> {
    const id = this.#next++;
    const message: CallMessage = { id, method, given };
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#worker.postMessage(message, transfer);
    });
  }

  /** Ends the worker, whatever it does; calls that wait are refused. */
  terminate(): void {
    this.#worker.terminate();
    this.#failAll(new RemoteError({ name: 'StoppedError', message: 'it was stopped' }));
  }
}
