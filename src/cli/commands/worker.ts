import { hostname } from 'node:os';
import type { WorkerOutcome } from '../../harness/tasks/worker/news.ts';
import { MOST_PACK } from '../../harness/tasks/worker.ts';
import { serverAddress } from '../../trial/client/address.ts';
import { COMMON_OPTIONS, type Command, type CommandContext, runCommandTask } from '../command.ts';
import { UsageError } from '../errors.ts';
import { EXIT_DONE, EXIT_FAILED, EXIT_STOPPED } from '../exit-codes.ts';
import { datasetLine } from '../format.ts';
import { Renderer } from '../render.ts';
import { RUNTIME_OPTION } from '../shared-options.ts';
import { type Crew, crewOf } from '../worker/crew.ts';
import { workerSummary } from '../worker/summary.ts';
import { tokenOf } from '../worker/token.ts';

/** Most workers of a command. */
const MOST_PARALLEL = 64;

/** `gradweave worker`. */
export const worker: Command = {
  name: 'worker',
  summary: 'Train trials of a sweep for its server, until there are no more',
  positionals: [],
  options: [
    {
      name: 'server',
      kind: 'path',
      placeholder: 'URL',
      help: 'Address that gradweave sweep printed, as http://127.0.0.1:8791; needed',
    },
    {
      name: 'token',
      kind: 'path',
      placeholder: 'TOKEN',
      scope: 'command',
      defaultText: 'GRADWEAVE_TOKEN',
      help: 'Secret that gradweave sweep printed; others on this machine see it in the list of processes',
    },
    {
      name: 'token-file',
      kind: 'path',
      placeholder: 'FILE',
      scope: 'command',
      help: 'File with the token',
    },
    {
      name: 'name',
      kind: 'string',
      scope: 'command',
      defaultText: 'the machine’s',
      help: 'Name of the worker in tables',
    },
    {
      name: 'trials',
      kind: 'int',
      range: { min: 1, max: 1_000_000_000 },
      scope: 'command',
      defaultText: 'no limit',
      help: 'End after so many trials',
    },
    {
      name: 'idle',
      kind: 'int',
      range: { min: 0, max: 1_000_000_000 },
      defaultText: 'wait until the sweep is over',
      help: 'End after so many seconds without a trial, or without the server',
    },
    {
      name: 'parallel',
      kind: 'int',
      range: { min: 1, max: MOST_PARALLEL },
      scope: 'command',
      defaultText: '1',
      help: 'Workers side by side on one device, each in a process of its own',
    },
    {
      name: 'pack',
      kind: 'int',
      range: { min: 1, max: MOST_PACK },
      defaultText: '1',
      help: 'Trials of equal shapes that a worker trains in the same dispatches, to the same bits',
    },
    RUNTIME_OPTION,
    ...COMMON_OPTIONS,
  ],
  async run(context) {
    const { values } = context.arguments;
    const given = values.get('server');
    if (given === undefined) {
      throw new UsageError('--server is missing: the address that gradweave sweep printed.');
    }
    const server = serverAddress(given, '--server');
    const token = await tokenOf(values, context.env);
    const crew = crewOf(values, hostname());
    const ends = await Promise.allSettled(
      crew.map((one) => workAs(one, { server, token }, context)),
    );
    const failures = ends.flatMap((end) => (end.status === 'rejected' ? [end.reason] : []));
    const outcomes = ends.flatMap((end) => (end.status === 'fulfilled' ? [end.value] : []));
    if (outcomes.length === 0) throw failures[0];
    const renderer = rendererFor(context);
    renderer.print(...workerSummary(outcomes));
    for (const failure of failures) renderer.warn(String(failure?.message ?? failure));
    if (failures.length > 0) return EXIT_FAILED;
    return outcomes.some(({ why }) => why === 'stopped') ? EXIT_STOPPED : EXIT_DONE;
  },
};

const rendererFor = (
  { terminal, arguments: { values } }: CommandContext,
  to: CommandContext['terminal'] = terminal,
): Renderer => new Renderer(to, { quiet: values.has('quiet') });

/** Runs one worker of the command. */
async function workAs(
  { name, terminal, options }: Crew,
  { server, token }: { readonly server: URL; readonly token: string },
  context: CommandContext,
): Promise<WorkerOutcome> {
  const renderer = rendererFor(context, terminal(context.terminal));
  const quiet = context.arguments.values.has('quiet');
  const outcome = await runCommandTask(worker, 'worker', context, renderer, {
    options: { ...options, server: server.href, name },
    connect: [server.origin],
    // Its trials' epochs are in the sweep's own tables.
    hidden: ['epoch', 'written', 'dataset'],
    // What the data are is for the sweep to say loudly.
    onEvent: (event) => {
      if (event.type === 'dataset' && !quiet) renderer.print(datasetLine(event));
    },
    host: async ({ kind }) => {
      if (kind === 'token') return token;
      throw new UsageError(`a worker has no ${kind}.`);
    },
    onStop: () =>
      renderer.warn('Stopping, to give the trial back. Press Ctrl-C again to end at once.'),
  });
  // The page and this command are of one build.
  return outcome.value as WorkerOutcome;
}
