import type { Lease } from '../../trial/client/client.ts';
import { say } from '../page/words/words.ts';
import type { TaskEvent } from '../protocol.ts';
import type { WorkerOutcome } from '../tasks/worker/news.ts';
import type { FromThread, ToThread } from './messages.ts';

/** What a {@link Shift} needs. */
export interface ShiftOptions {
  readonly server: URL;
  readonly token: string;
  readonly name: string;
  /** Most trials; Infinity for no limit. */
  readonly trials: number;
  readonly view: { event(event: TaskEvent): void; say(text: string): void };
  /** Called once at the end, with what went wrong. */
  readonly onEnd: (error?: unknown) => void;
  /** Gives a trial back when its thread cannot any more. */
  readonly release: (lease: Lease) => void;
  /** Starts a thread. Default {@link threadOf}. */
  readonly thread?: () => Worker;
}

const threadOf = (): Worker =>
  new Worker(new URL('./join-worker.js', import.meta.url), {
    type: 'module',
    name: 'gradweave worker',
  });

function whyText(why: Exclude<WorkerOutcome['why'], 'stopped'>): string {
  const texts = {
    over: say('The sweep is over: thank you.'),
    trials: say('That were the trials that you allowed: thank you.'),
    idle: say('There was nothing to do.'),
  };
  return texts[why];
}

/** The work of a page for a sweep: a thread that trains, and ends while it is paused. */
export class Shift {
  readonly #options: ShiftOptions;
  #left: number;
  #thread: Worker | undefined;
  #held: readonly Lease[] = [];
  /** Why it pauses. */
  #pause: string | undefined;
  /** Why it ends, said at the end. */
  #ending: string | undefined;
  #isOver = false;

  constructor(options: ShiftOptions) {
    this.#options = options;
    this.#left = options.trials;
  }

  /** Works, or goes on. */
  resume(): void {
    this.#pause = undefined;
    if (this.#isOver || this.#ending !== undefined) return;
    // A thread that still stops is followed by another.
    if (this.#thread) return;
    const { server, token, name, view } = this.#options;
    view.say(say('Requesting the GPU…'));
    const thread = (this.#options.thread ?? threadOf)();
    this.#thread = thread;
    thread.onmessage = ({ data }: MessageEvent<FromThread>) => this.#hear(data);
    thread.onerror = ({ message }) =>
      this.#end(
        Object.assign(
          new Error(
            say('the worker failed: {why}. Reload the page', {
              why: message || say('its script could not be loaded'),
            }),
          ),
          {
            name: 'WorkerError',
          },
        ),
      );
    const trials = this.#left < Infinity ? { trials: this.#left } : {};
    this.#send({ kind: 'start', run: { server: server.href, token, name, ...trials } });
  }

  /** Gives the trial back, and waits for {@link resume}. */
  pause(why: string): void {
    if (this.#isOver) return;
    this.#pause = why;
    this.#options.view.say(why);
    this.#send({ kind: 'stop' });
  }

  /** Stores a checkpoint, gives the trial back and ends. A second call ends at once. */
  stop(why: string): void {
    if (this.#isOver) return;
    if (this.#ending !== undefined || !this.#thread) {
      this.leave();
      this.#options.view.say(why);
      return;
    }
    this.#ending = why;
    this.#options.view.say(say('Stopping: the trial is kept and given back…'));
    this.#send({ kind: 'stop' });
  }

  /** Ends at once: the page is closed. Trials go on elsewhere from their last checkpoints. */
  leave(): void {
    if (this.#isOver) return;
    for (const lease of this.#held) this.#options.release(lease);
    this.#end();
  }

  #send(message: ToThread): void {
    this.#thread?.postMessage(message);
  }

  #hear(message: FromThread): void {
    switch (message.kind) {
      case 'event':
        this.#options.view.event(message.event);
        return;
      case 'held':
        this.#held = message.leases;
        return;
      case 'failed':
        this.#end(Object.assign(new Error(message.error.message), { name: message.error.name }));
        return;
      case 'ended':
        this.#ended(message.outcome);
    }
  }

  #ended({ why, counts }: WorkerOutcome): void {
    this.#thread?.terminate();
    this.#thread = undefined;
    this.#held = [];
    this.#left -= Object.entries(counts).reduce(
      (sum, [how, count]) => sum + (how === 'stopped' ? 0 : count),
      0,
    );
    if (this.#ending !== undefined || why !== 'stopped') {
      this.#end();
      this.#options.view.say(this.#ending ?? (why === 'stopped' ? '' : whyText(why)));
    } else if (this.#pause === undefined) this.resume();
    else this.#options.view.say(this.#pause);
  }

  #end(error?: unknown): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#thread?.terminate();
    this.#thread = undefined;
    this.#held = [];
    this.#options.onEnd(error);
  }
}
