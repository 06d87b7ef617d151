import { existsSync } from 'node:fs';
import { basename, dirname, extname, join, resolve } from 'node:path';
import { UsageError } from '../../../src/cli/errors.ts';
import { SWEEP_ROOT } from '../engine.ts';
import type { CheckedPlan } from '../plan/checked.ts';
import { loadPlan } from '../plan/load.ts';
import type { Plan, SearchName } from '../plan/plan.ts';

/** A plan with what the command line says of it. */
export interface GivenPlan {
  readonly plan: CheckedPlan;
  /** Where files that it names lie. */
  readonly folder: string;
  /** Its file's name without the ending. */
  readonly title: string;
}

/**
 * The plan of a file, or one of this package by its name; options of the command line replace its fields.
 *
 * @throws {UsageError} if there is no such plan, or an option is wrong
 * @throws {PlanError}
 */
export async function givenPlan(
  name: string,
  values: ReadonlyMap<string, string>,
): Promise<GivenPlan> {
  const shipped = join(SWEEP_ROOT, 'plans', `${name}.json`);
  const isShipped = /^[\w-]+$/.test(name) && !existsSync(name) && existsSync(shipped);
  const path = isShipped ? shipped : name;
  const plan = await loadPlan(path, fieldsOf(values));
  const title = basename(path, extname(path));
  return { plan, folder: dirname(resolve(path)), title };
}

function fieldsOf(values: ReadonlyMap<string, string>): Partial<Plan> {
  const search = values.get('search');
  const trials = values.get('trials');
  const seeds = values.get('seeds');
  return {
    ...(search === undefined ? {} : { search: search as SearchName }),
    ...(trials === undefined ? {} : { trials: Number(trials) }),
    ...(seeds === undefined ? {} : { seeds: seedsOf(seeds) }),
  };
}

/** `3`, `1..10` or `1,2,5`. */
function seedsOf(text: string): number | number[] {
  if (/^\d{1,4}$/.test(text)) return Number(text);
  const [, first, last] = /^(\d{1,10})\.\.(\d{1,10})$/.exec(text) ?? [];
  if (first !== undefined) {
    const count = Number(last) - Number(first) + 1;
    if (count >= 1 && count <= 1000)
      return Array.from({ length: count }, (_, i) => Number(first) + i);
  } else if (/^\d{1,10}(,\d{1,10})+$/.test(text)) return text.split(',').map(Number);
  throw new UsageError(
    `--seeds is '${text}'; give how many, as 3, or the seeds themselves, as 1..10 or 1,2,5; up to 1000.`,
  );
}
