import type { Collected } from './results.ts';

/** Sets uvu's globals; must run before uvu is first imported. */
export function prepare(): void;
/** Runs the queued suites and sums them up. */
export function collect(): Promise<Collected>;
