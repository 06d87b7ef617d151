import type { TaskEvent } from '../protocol.ts';

/** The state of a run. */
export type LabState = 'preparing' | 'running' | 'pausing' | 'paused' | 'ended';

/** Events that the page gets during a call. */
export type LabEvent = TaskEvent | { readonly type: 'state'; readonly state: LabState };
