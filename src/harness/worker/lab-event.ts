import type { TaskEvent } from '../protocol.ts';

/** The state of a run. */
export type LabState = 'preparing' | 'running' | 'pausing' | 'paused' | 'ended';

/** Events that the page gets during a call. */
export type LabEvent =
  | TaskEvent
  | { readonly type: 'state'; readonly state: LabState }
  /** A character that the network writes on the user's wish. */
  | { readonly type: 'character'; readonly text: string };
