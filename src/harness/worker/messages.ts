/** How the page and its worker talk: calls, their answers, and events in between. */
import { GradweaveError } from '../../errors.ts';
import type { TaskEvent } from '../protocol.ts';
import type { Lab } from './lab.ts';

/** Where a run is. */
export type RunState = 'preparing' | 'running' | 'pausing' | 'paused' | 'ended';

/** What the page is told while a call goes on. */
export type LabEvent =
  | TaskEvent
  | { readonly type: 'state'; readonly state: RunState; readonly step: number };

/** What the page can call. */
export type LabCalls = Pick<
  Lab,
  | 'attach'
  | 'classify'
  | 'images'
  | 'inspect'
  | 'outputs'
  | 'pause'
  | 'resume'
  | 'show'
  | 'stop'
  | 'task'
  | 'train'
  | 'useFiles'
  | 'weights'
>;

export interface CallMessage {
  readonly id: number;
  readonly method: keyof LabCalls;
  readonly given: readonly unknown[];
}

/** An error as it travels: classes do not. */
export interface SentError {
  readonly name: string;
  readonly message: string;
}

export type WorkerMessage =
  | { readonly kind: 'answer'; readonly id: number; readonly value: unknown }
  | { readonly kind: 'refusal'; readonly id: number; readonly error: SentError }
  | { readonly kind: 'event'; readonly event: LabEvent };

/** One clear message for what was foreseen; the stack for what was not. */
export function describeError(error: unknown): SentError {
  if (error instanceof GradweaveError) return { name: error.name, message: error.message };
  // Nobody meant this one to be thrown: where it came from is what helps.
  const { name, message, stack } = error instanceof Error ? error : new Error(String(error));
  return { name, message: stack?.includes(message) ? stack : message };
}
