import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { UsageError } from '../../../src/cli/errors.ts';
import { Renderer } from '../../../src/cli/render.ts';
import { engineRoot } from '../engine.ts';
import { reportOf } from '../report/report.ts';
import type { SweepContext } from './context.ts';
import { continueCommand } from './continue-command.ts';
import { sweepData } from './data.ts';
import { listTrials } from './list.ts';
import { outputsOf } from './outputs.ts';
import { givenPlan } from './plan-given.ts';
import { showFile } from './show.ts';
import { trainSweep } from './train-sweep.ts';

/**
 * Runs what the options ask for.
 *
 * @returns the exit code
 * @throws {UsageError} if options contradict each other
 */
export async function runSweep(context: SweepContext): Promise<number> {
  const { positionals, values } = context.arguments;
  const [name, another] = positionals;
  const stored = values.get('show');
  if (stored !== undefined) {
    if (name === undefined) return showFile(stored, context);
    throw new UsageError(`'${name}' was given with --show, which takes no PLAN.`);
  }
  if (name === undefined) throw new UsageError('PLAN is missing. See: gradweave sweep --help');
  if (another !== undefined) {
    throw new UsageError(`'${another}' is one argument too many: a sweep has one PLAN.`);
  }
  const given = await givenPlan(name, values);
  // The files are checked before anything long begins.
  const write = await outputsOf(values, ({ trials, alarms }) =>
    reportOf({
      ...{ plan: given.plan, trials, alarms, engine: version },
      data: { name: data.name, sha256: data.data.sha256 },
      command: continueCommand(context.arguments),
    }),
  );
  const root = engineRoot(context.env);
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const list = values.has('list');
  // What is printed is for other programs.
  const quiet = list || values.has('quiet');
  const renderer = new Renderer(context.terminal, { quiet });
  const data = await sweepData(given, context, version, renderer);
  const source = { engine: version, data: data.data };
  const folder = values.get('folder') ?? `${given.title}.sweep`;
  if (!list) return trainSweep({ context, given, data, source, folder, root, write });
  await listTrials(given.plan, folder, source, context.terminal);
  return 0;
}
