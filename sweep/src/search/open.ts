import { join } from 'node:path';
import { SWEEP_ROOT } from '../engine.ts';
import type { CheckedPlan } from '../plan/checked.ts';
import { OptunaSearch } from './optuna.ts';
import { PlannedSearch } from './planned.ts';
import { findOptuna } from './python.ts';
import type { Search } from './search.ts';
import { Sidecar } from './sidecar.ts';

export interface SearchPlace {
  /** The sweep's folder. */
  readonly folder: string;
  /**
   * Where Optuna keeps its study: an address such as `sqlite:///study.db` or `postgresql://…`, or the path of a journal file. Default
   * a database of SQLite in the folder, `optuna.db`.
   */
  readonly storage?: string | undefined;
  readonly env?: NodeJS.ProcessEnv;
}

/** Optuna's storage in a folder, if no other is given. */
export const optunaStorage = (folder: string): string => `sqlite:///${join(folder, 'optuna.db')}`;

/**
 * Begins a plan's search.
 *
 * @throws OptunaMissingError if it needs Optuna, and there is none
 */
export async function openSearch(
  plan: CheckedPlan,
  { folder, storage = optunaStorage(folder), env }: SearchPlace,
): Promise<Search> {
  const { search } = plan;
  if (search.kind !== 'optuna') return new PlannedSearch(plan);
  const python = await findOptuna(env);
  const sidecar = new Sidecar(python, [join(SWEEP_ROOT, 'optuna/sidecar.py')]);
  return new OptunaSearch(plan, search, sidecar, storage);
}
