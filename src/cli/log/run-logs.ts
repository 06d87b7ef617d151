import { userInfo } from 'node:os';
import { join } from 'node:path';
import type { AdapterInfo } from '../../gpu/adapter-info.ts';
import type { TaskEvent } from '../../harness/protocol.ts';
import type { ManyRun } from '../../harness/tasks/many-runs.ts';
import type { EndRecord, Facts, LogRecord } from '../../log/records.ts';
import { type Append, RunFiles } from '../../log/run-files.ts';
import { logFolder } from '../../node/log-folder.ts';
import type { CommandContext, TaskExtras } from '../command.ts';
import { InterruptedError, UsageError } from '../errors.ts';
import { checkFolder } from '../json-file.ts';
import { MlflowClient } from '../mlflow/client.ts';
import { MlflowReporter } from '../mlflow/reporter.ts';
import { packageVersion } from '../paths.ts';
import type { Renderer } from '../render.ts';
import type { TaskOutcome } from '../run-task.ts';
import { endFacts, hashesOf } from './facts.ts';
import { makeFolders, nameOf } from './names.ts';

/** What takes the records of a run. */
interface Sink {
  add(record: LogRecord): void;
}

/**
 * Checks `--log`, `--log-histograms` and `--mlflow`, before anything is started.
 *
 * @throws {UsageError} if the folder cannot be used, or the options do not go together.
 */
export async function checkLog(
  { arguments: { values }, env }: CommandContext,
  runs: readonly ManyRun[],
): Promise<void> {
  const folder = values.get('log');
  if (folder !== undefined) await checkFolder(folder, '--log');
  const url = values.get('mlflow');
  if (url !== undefined) new MlflowClient(url, env);
  if (!values.has('log-histograms')) return;
  if (folder === undefined) throw new UsageError('--log-histograms needs --log DIR.');
  if (runs.length > 1) {
    throw new UsageError('--log-histograms is for one network. Leave it out for several.');
  }
}

/** The logs of a command's runs: folders with files, and a tracking server. */
export class RunLogs {
  readonly #runs: readonly ManyRun[];
  readonly #context: CommandContext;
  readonly #renderer: Renderer;
  #names: readonly string[];
  #sinks: readonly (readonly Sink[])[] = [];
  #reporter: MlflowReporter | undefined;
  /** Writes of each run that are not done; they reject if the disk is full. */
  #written: Promise<unknown> = Promise.resolve();
  #adapter: AdapterInfo | undefined;
  #data: Extract<TaskEvent, { type: 'dataset' }> | undefined;
  readonly #ended = new Set<number>();
  readonly #begun = new Set<number>();

  private constructor(context: CommandContext, renderer: Renderer, runs: readonly ManyRun[]) {
    this.#context = context;
    this.#renderer = renderer;
    this.#runs = runs;
    this.#names = runs.map(nameOf);
  }

  /**
   * Makes the folders, and adds to a task what it needs to report.
   *
   * @returns undefined for the logs if none was asked for
   */
  static async open(
    context: CommandContext,
    renderer: Renderer,
    runs: readonly ManyRun[],
    extras: TaskExtras,
  ): Promise<{ readonly logs?: RunLogs; readonly extras: TaskExtras }> {
    const { values } = context.arguments;
    const [folder, url] = [values.get('log'), values.get('mlflow')];
    if (folder === undefined && url === undefined) return { extras };
    const logs = new RunLogs(context, renderer, runs);
    await logs.#open(folder, url, extras);
    const options = {
      ...extras.options,
      log: '',
      ...(values.has('log-histograms') ? { 'log-histograms': '' } : {}),
    };
    return { logs, extras: { ...extras, options, onEvent: (event) => logs.#receive(event) } };
  }

  async #open(
    folder: string | undefined,
    url: string | undefined,
    extras: TaskExtras,
  ): Promise<void> {
    const { env } = this.#context;
    const files = await hashesOf(extras.files ?? new Map());
    const sinks: Sink[][] = this.#runs.map(() => []);
    if (folder !== undefined) {
      this.#names = await makeFolders(folder, this.#names);
      for (const [run, name] of this.#names.entries()) {
        const append = await logFolder(join(folder, name));
        sinks[run].push(this.#fileSink(name, append, files));
      }
    }
    if (url !== undefined) {
      const client = new MlflowClient(url, env);
      const kept = folder === undefined ? 'add --log DIR to keep it in files' : '--log has it';
      const experiment = env.MLFLOW_EXPERIMENT_NAME || 'gradweave';
      this.#reporter = new MlflowReporter(client, experiment, (why) =>
        this.#renderer.warn(
          `MLflow at ${client.address}: ${why}. The run goes on. What MLflow lacks: ${kept}.`,
        ),
      );
      for (const [run, name] of this.#names.entries()) {
        sinks[run].push(this.#reporter.open(name, tagsOf(this.#context)));
      }
    }
    this.#sinks = sinks;
  }

  /** Files that begin when the run does: only then the adapter and the data are known. */
  #fileSink(name: string, append: Append, hashes: Readonly<Record<string, string>>): Sink {
    let files: RunFiles | undefined;
    return {
      add: (record) => {
        files ??= new RunFiles({
          append: (file, bytes) => {
            this.#written = Promise.all([this.#written, append(file, bytes)]);
            this.#written.catch(() => {});
          },
          facts: {
            name,
            command: this.#context.commandLine,
            versions: { gradweave: packageVersion(), node: process.versions.node },
            adapter: this.#adapter,
            data: {
              name: this.#data?.name,
              train: this.#data?.train,
              test: this.#data?.test,
              sha256: hashes,
            },
          },
        });
        files.add(record);
      },
    };
  }

  #receive(event: TaskEvent): void {
    if (event.type === 'adapter') this.#adapter = event.adapter;
    if (event.type === 'dataset') this.#data = event;
    if (event.type === 'log') this.#add(event.run, event.record);
  }

  #add(run: number, record: LogRecord): void {
    if (record.type === 'start') this.#begun.add(run);
    if (record.type === 'end') this.#ended.add(run);
    for (const sink of this.#sinks[run]) sink.add(record);
  }

  /** Runs a task and ends the logs as it ends. */
  async during<T extends TaskOutcome>(work: () => Promise<T>): Promise<T> {
    let outcome: T;
    try {
      outcome = await work();
    } catch (error) {
      const state = error instanceof InterruptedError ? 'killed' : 'failed';
      const message = error instanceof Error ? error.message : String(error);
      await this.#end(state, () => ({ error: message }));
      throw error;
    }
    const { stopped } = outcome.value as { readonly stopped?: unknown };
    await this.#end(stopped ? 'killed' : 'finished', (run) =>
      endFacts(outcome.value, run, outcome.browser),
    );
    return outcome;
  }

  async #end(state: EndRecord['state'], facts: (run: number) => Facts): Promise<void> {
    for (const run of this.#runs.keys()) {
      // A run that did not begin has nothing to end.
      if (!this.#begun.has(run) || this.#ended.has(run)) continue;
      this.#add(run, { type: 'end', time: Date.now() / 1000, state, facts: facts(run) });
    }
    try {
      await this.#written;
    } catch (error) {
      this.#renderer.warn(`--log: not everything could be written: ${(error as Error).message}`);
    }
    await this.#reporter?.close();
  }

  /** The last line of the summary: where the logs are. */
  get lines(): string[] {
    const folder = this.#context.arguments.values.get('log');
    if (folder === undefined) return [];
    const [first] = this.#names;
    const many = this.#names.length;
    return [`Logged to ${join(folder, first)}${many > 1 ? ` and ${many - 1} beside it` : ''}`];
  }
}

function tagsOf({ commandLine }: CommandContext) {
  const tags = {
    'mlflow.source.name': 'gradweave train',
    'mlflow.source.type': 'LOCAL',
    'mlflow.user': userName(),
    'gradweave.command': commandLine.slice(0, 5000),
    'gradweave.version': packageVersion(),
  };
  return Object.entries(tags).map(([key, value]) => ({ key, value }));
}

/** Some containers know no user. */
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return 'unknown';
  }
}
