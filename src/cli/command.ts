import type { FoundBrowser } from '../../scripts/find-browser.mjs';
import { DeviceLostError } from '../errors.ts';
import type { TaskEvent, TaskName } from '../harness/protocol.ts';
import { ChoiceMemory } from '../node/memory.ts';
import type { AdapterChoice } from './adapter.ts';
import { runChildTask } from './child-runtime.ts';
import { pageOptions } from './options.ts';
import { Renderer, type RendererOptions } from './render.ts';
import { runTask, type TaskOutcome, type TaskRequest } from './run-task.ts';
import type { Files } from './server.ts';
import { QUIET_OPTION } from './shared-options.ts';
import type { CommandSpec, OptionSpec, ParsedArguments } from './spec.ts';
import type { Terminal } from './terminal.ts';

/** What a command gets to work with. */
export interface CommandContext {
  readonly arguments: ParsedArguments;
  readonly terminal: Terminal;
  readonly env: NodeJS.ProcessEnv;
  /** As it was typed, for the report: `gradweave paper --seeds 3`. */
  readonly commandLine: string;
  /** Installs a browser if none is found. */
  readonly installBrowser?: ((chrome?: string) => FoundBrowser) | undefined;
}

/** A command of the command line. */
export interface Command extends CommandSpec {
  /** @returns the exit code. */
  run(context: CommandContext): Promise<number>;
}

/** Options of every command that runs a task. */
export const COMMON_OPTIONS: readonly OptionSpec[] = [
  {
    name: 'chrome',
    kind: 'path',
    placeholder: 'PATH',
    scope: 'command',
    help: 'Chrome or Chromium to run',
    defaultText: 'CHROME_PATH, or search for one',
  },
  {
    name: 'adapter',
    kind: 'choice',
    choices: ['auto', 'hardware', 'software'],
    scope: 'command',
    default: 'auto',
    help: 'GPU, SwiftShader, or the best available',
  },
  {
    name: 'forget',
    kind: 'flag',
    scope: 'command',
    help: 'Forget which adapter worked here, and try all again',
  },
  {
    name: 'no-sandbox',
    kind: 'flag',
    scope: 'command',
    help: 'Run Chrome without its sandbox, for systems on which the sandbox fails',
  },
  { name: 'headful', kind: 'flag', scope: 'command', help: 'Show the browser’s window' },
  QUIET_OPTION,
];

/** A task's outcome and its rows. */
export interface CommandOutcome extends TaskOutcome {
  readonly renderer: Renderer;
  /** Rows of tables that were not ok. */
  readonly badRows: number;
  readonly rows: readonly Extract<TaskEvent, { type: 'row' }>[];
}

/** What a command adds to the user's options. */
export interface TaskExtras {
  readonly options?: Readonly<Record<string, string>>;
  readonly files?: Files;
  readonly scripts?: TaskRequest['scripts'];
  readonly connect?: readonly string[];
  readonly host?: TaskRequest['host'];
  readonly onEvent?: (event: TaskEvent) => void;
  /** See {@link TaskRequest.onStop}. */
  readonly onStop?: TaskRequest['onStop'];
  /** Events of these types are not shown. */
  readonly hidden?: readonly TaskEvent['type'][];
  /** Whether to report a fallback to another adapter. Default true. */
  readonly announce?: boolean;
}

/** A renderer that respects `--quiet`. */
export function rendererOf(
  { arguments: { values }, terminal }: CommandContext,
  options: Pick<RendererOptions, 'rows'> = {},
): Renderer {
  return new Renderer(terminal, { quiet: values.has('quiet'), ...options });
}

/** Runs a command's task with the user's options and shows its events. */
export async function runCommandTask(
  spec: CommandSpec,
  task: TaskName,
  context: CommandContext,
  renderer: Renderer,
  extras: TaskExtras = {},
): Promise<CommandOutcome> {
  const { arguments: parsed, installBrowser } = context;
  const rows: Extract<TaskEvent, { type: 'row' }>[] = [];
  const said = new Set<string>();
  if (parsed.values.has('forget')) new ChoiceMemory().forget();
  try {
    const runtime = parsed.values.get('runtime');
    const run = (request: TaskRequest): Promise<TaskOutcome> =>
      runtime === 'node' || runtime === 'deno' ? runChildTask(runtime, request) : runTask(request);
    const request: TaskRequest = {
      task,
      options: { ...pageOptions(spec, parsed), ...extras.options },
      files: extras.files ?? new Map(),
      scripts: extras.scripts ?? [],
      connect: extras.connect ?? [],
      host: extras.host,
      onStop: extras.onStop,
      chrome: {
        chrome: parsed.values.get('chrome'),
        // The option allows nothing else.
        adapter: parsed.values.get('adapter') as AdapterChoice,
        headful: parsed.values.has('headful'),
        sandbox: parsed.values.has('no-sandbox') ? 'off' : 'on',
        announce: (text) => {
          if (extras.announce !== false) renderer.warn(text);
        },
        note: (text) => {
          if (extras.announce !== false) renderer.note(text);
        },
        install: installBrowser,
      },
      onEvent: (event) => {
        if (event.type === 'row') rows.push(event);
        extras.onEvent?.(event);
        if (!extras.hidden?.includes(event.type)) renderer.show(event);
      },
      onConsole: (text) => {
        // WebGPU repeats a warning for every dispatch.
        if (said.has(text) || said.size >= CONSOLE_LIMIT) return;
        said.add(text);
        renderer.warn(`page: ${text}`);
      },
    };
    const outcome = await run(request).catch((error: unknown) => {
      if (!(error instanceof DeviceLostError)) throw error;
      if (!REPEATABLE.has(task)) throw lostFor(task, error);
      renderer.warn(`${LOST} Starting again from the beginning…`);
      renderer.restart();
      rows.length = 0;
      return run(request).catch((second: unknown) => {
        throw second instanceof DeviceLostError ? lostFor(task, second) : second;
      });
    });
    return { ...outcome, renderer, rows, badRows: rows.filter((row) => !row.ok).length };
  } finally {
    renderer.finish();
  }
}

const CONSOLE_LIMIT = 20;

/** Tasks that give the same from the beginning, in a new browser. `train` and `paper` resume by themselves. */
const REPEATABLE: ReadonlySet<TaskName> = new Set(['verify', 'parity']);

const LOST = 'The GPU was lost.';

/** What to do about a task that cannot be started again. */
function lostFor(task: TaskName, error: DeviceLostError): DeviceLostError {
  if (task !== 'bench' && !REPEATABLE.has(task)) return error;
  const text =
    task === 'bench'
      ? `${LOST} Times before and after cannot be compared, so nothing is kept. Run the command again.`
      : `${LOST} It was lost twice in a row: the driver crashes. Try --adapter software.`;
  return new DeviceLostError(text, undefined, { cause: error });
}
