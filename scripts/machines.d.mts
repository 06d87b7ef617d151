import type { SpawnSyncOptions, SpawnSyncReturns } from 'node:child_process';

/** The kinds of machine, by name. */
export const MACHINES: Readonly<Record<string, { readonly says: string }>>;

/** Runs a command on a machine of this kind. */
export function onMachine(
  kind: string,
  command: readonly string[],
  options?: SpawnSyncOptions,
): SpawnSyncReturns<string | Buffer>;
