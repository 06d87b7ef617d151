/** How the page and its worker talk: calls, their answers, and events in between. */
import type { SentError } from '../describe-error.ts';
import type { TaskEvent } from '../protocol.ts';
import type { Lab } from './lab.ts';

/** Where a run is. */
export type RunState = 'preparing' | 'running' | 'pausing' | 'paused' | 'ended';

/** What the page is told while a call goes on. */
export type LabEvent = TaskEvent | { readonly type: 'state'; readonly state: RunState };

/** What the page can call. */
export type LabCalls = Pick<
  Lab,
  | 'attach'
  | 'classify'
  | 'images'
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

export type WorkerMessage =
  | { readonly kind: 'answer'; readonly id: number; readonly value: unknown }
  | { readonly kind: 'refusal'; readonly id: number; readonly error: SentError }
  | { readonly kind: 'event'; readonly event: LabEvent };
