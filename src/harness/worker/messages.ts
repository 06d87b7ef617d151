/** Messages between the page and its worker: calls, answers, and events in between. */
import type { SentError } from '../describe-error.ts';
import type { Lab } from './lab.ts';
import type { LabEvent } from './lab-event.ts';

/** The methods that the page can call. */
export type LabCalls = Pick<
  Lab,
  | 'attach'
  | 'attention'
  | 'classify'
  | 'endFinding'
  | 'endWriting'
  | 'findRate'
  | 'images'
  | 'insides'
  | 'lesson'
  | 'inspect'
  | 'look'
  | 'more'
  | 'needWeights'
  | 'learnsFrom'
  | 'networksIn'
  | 'outputs'
  | 'own'
  | 'pause'
  | 'resume'
  | 'show'
  | 'stop'
  | 'table'
  | 'takeWeights'
  | 'task'
  | 'train'
  | 'unit'
  | 'useText'
  | 'weights'
  | 'write'
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
