import { UsageError } from '../../../src/cli/errors.ts';
import type { SweepContext } from './context.ts';

/**
 * Runs what the options ask for.
 *
 * @returns the exit code
 * @throws {UsageError} if options contradict each other
 */
export async function runSweep({ arguments: { positionals } }: SweepContext): Promise<number> {
  const [plan, another] = positionals;
  if (plan === undefined) {
    throw new UsageError('PLAN is missing. See: gradweave sweep --help');
  }
  if (another !== undefined) {
    throw new UsageError(`'${another}' is one argument too many: a sweep has one PLAN.`);
  }
  throw new UsageError(`'${plan}' cannot be run yet.`);
}
