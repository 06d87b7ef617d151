import type { TaskEvent } from '../protocol.ts';

/** Reports an event. */
export type Emit = (event: TaskEvent) => void;

/** Runs in the page: reports through `emit`, returns the result, throws on failure. */
export type Task = (options: URLSearchParams, emit: Emit) => Promise<unknown>;
