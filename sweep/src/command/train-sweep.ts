/** Joins the parts of a sweep: its database, its server, its search and the workers of this computer. */
import { mkdir } from 'node:fs/promises';
import { InterruptedError } from '../../../src/cli/errors.ts';
import {
  EXIT_DIFFER,
  EXIT_DONE,
  EXIT_FAILED,
  EXIT_INTERRUPTED,
} from '../../../src/cli/exit-codes.ts';
import { isLoopback, networkOrigins, parseHost } from '../../../src/cli/hosts.ts';
import { onInterrupt } from '../../../src/cli/interrupt.ts';
import { shellWord } from '../../../src/cli/shell-word.ts';
import { GradweaveError } from '../../../src/errors.ts';
import type { SweepState } from '../contract.ts';
import { createCoordinator } from '../coordinator/coordinator.ts';
import type { SpecSource } from '../plan/specs.ts';
import { openSearch } from '../search/open.ts';
import { type SweepServer, startSweepServer } from '../server/index.ts';
import { openStore, type SweepStore } from '../store/index.ts';
import { countsOf } from '../view/summary.ts';
import { atPort, givenToken, keepAddress, tokenFile } from './address.ts';
import type { SweepContext } from './context.ts';
import { continueCommand } from './continue-command.ts';
import type { SweepData } from './data.ts';
import { Display } from './display.ts';
import { Crew } from './local-workers.ts';
import { openBrowser } from './open-browser.ts';
import { sweepPages } from './pages.ts';
import type { GivenPlan } from './plan-given.ts';

/** The workers of this computer cannot be started. */
export class WorkersError extends GradweaveError {
  override name = 'WorkersError';
}

export interface SweepRun {
  readonly context: SweepContext;
  readonly given: GivenPlan;
  readonly data: SweepData;
  readonly source: SpecSource;
  readonly folder: string;
  /** The folder of gradweave. */
  readonly root: string;
  /** Writes the files that options ask for. */
  readonly write: (state: SweepState) => Promise<string[]>;
}

/** How long workers may take to hear that the sweep is over, in milliseconds. */
const END_MS = 45_000;

/**
 * Trains all trials of a plan, or goes on with them.
 *
 * @returns the exit code: whether all are done, some failed, digests differ, or the user stopped it
 */
export async function trainSweep(run: SweepRun): Promise<number> {
  const { context, given, folder, root, write } = run;
  const { values } = context.arguments;
  const { plan } = given;
  await mkdir(folder, { recursive: true });
  const interruption = onInterrupt();
  // Opened in this order, closed in the other.
  const closing: (() => Promise<void>)[] = [];
  const opened = <One>(one: One, close: (one: One) => Promise<void>): One => {
    closing.unshift(() => close(one));
    return one;
  };
  try {
    const search = await openSearch(plan, {
      folder,
      env: context.env,
      storage: values.get('optuna-storage'),
    });
    const database = values.get('database');
    // Until the store is open, there is nothing to display.
    let display: Display | undefined;
    const store = opened(
      await openStore({
        folder,
        name: plan.name,
        ...(database === undefined ? {} : { database }),
        log: (text) => {
          if (display) display.renderer.warn(text);
          else context.terminal.err(`${text}\n`);
        },
      }),
      (one) => one.close(),
    );
    const coordinator = createCoordinator({
      ...{ plan, search, store, source: run.source },
      window: () => Math.max(4, 2 * busy(store)),
    });
    let over = false;
    const state = (): SweepState => ({
      revision: store.revision,
      name: plan.name,
      objective: plan.objective,
      dimensions: plan.space.map(({ name }) => name),
      planned: coordinator.planned,
      over,
      trials: store.trialsSince(null),
      workers: store.workers,
      alarms: store.alarms,
      began: store.began,
      now: Date.now() / 1000,
    });
    const shown = new Display(context.terminal, { quiet: values.has('quiet'), state });
    display = shown;
    const server = opened(await serve(run, store, state, shown), (one) => one.close());
    await keepAddress(folder, server);
    store.listen((event) => {
      if (event.type === 'ended') shown.ended(event.trial);
    });
    opened(coordinator, (one) => one.close());
    await coordinator.start();
    announce(run, server, shown);
    // A sweep that had ended needs no workers.
    const ended = await Promise.race([coordinator.over.then(() => true), turn()]);
    const crew = new Crew({
      ...{ root, values, env: context.env, server: server.origin, token: server.token },
      count: ended ? 0 : Number(values.get('parallel') ?? 1),
      warn: (text) => shown.renderer.warn(text),
    });
    opened(crew, (one) => one.stop());
    shown.start();
    opened(shown, async (one) => one.stop());
    const hopeless = crew.hopeless.then((why) => {
      throw new WorkersError(
        `No worker of this computer can be started: ${why}\nThe trials are kept. ${continueText(run)}`,
      );
    });
    let stopped = false;
    try {
      await Promise.race([coordinator.over, interruption.promise, hopeless]);
      over = true;
    } catch (error) {
      if (!(error instanceof InterruptedError)) throw error;
      stopped = true;
      shown.renderer.warn(
        'Stopping; workers give their trials back. Press Ctrl-C again to end at once.',
      );
    }
    await (stopped ? crew.stop() : crew.end(END_MS));
    shown.stop();
    shown.end();
    shown.renderer.print(...(await write(state())));
    if (stopped) {
      shown.renderer.print(`To continue: ${continueCommand(context.arguments)}`);
      return EXIT_INTERRUPTED;
    }
    if (store.alarms.length > 0) return EXIT_DIFFER;
    return countsOf(store.trialsSince(null)).failed > 0 ? EXIT_FAILED : EXIT_DONE;
  } finally {
    for (const close of closing) await close();
    interruption.dispose();
  }
}

/** False, after all that is resolved already was heard. */
const turn = (): Promise<false> => new Promise((resolve) => setImmediate(() => resolve(false)));

const continueText = ({ context }: SweepRun): string =>
  `To continue: ${continueCommand(context.arguments)}`;

/** Workers that have trials. */
const busy = ({ workers }: SweepStore): number =>
  workers.filter(({ running }) => running.length > 0).length;

async function serve(
  { context, data, folder, given: { plan } }: SweepRun,
  store: SweepStore,
  state: () => SweepState,
  display: Display,
): Promise<SweepServer> {
  const { values } = context.arguments;
  // Files that are published anyway need no token.
  const pages = await sweepPages(data.published ? data.files : new Map());
  const token = await givenToken(folder, values, context.env);
  return atPort(folder, values.get('port'), (port) =>
    startSweepServer({
      store,
      folder,
      sweep: {
        name: plan.name,
        objective: plan.objective,
        dimensions: plan.space.map(({ name }) => name),
        planned: () => state().planned,
        over: () => state().over,
      },
      ...(token === undefined ? {} : { token }),
      host: parseHost(values.get('host') ?? '127.0.0.1'),
      port,
      allowedHosts: listed(values, 'allow-host').map((name) => parseHost(name, 'allow-host')),
      allowedOrigins: listed(values, 'allow-origin'),
      pages,
      data: data.files,
      log: (line) => display.renderer.warn(line),
    }),
  );
}

/** What stands between the commas of an option. */
const listed = (values: ReadonlyMap<string, string>, name: string): string[] =>
  values
    .get(name)
    ?.split(',')
    .map((one) => one.trim()) ?? [];

/** Says where the sweep is kept, how others join, and where it is seen. */
function announce(
  { context, folder, given }: SweepRun,
  { origin, address, port, token }: SweepServer,
  { renderer }: Display,
): void {
  const { values } = context.arguments;
  const page = `${origin}/sweep.html#token=${token}`;
  renderer.note(`Sweep    ${given.plan.name}, kept in ${folder}`);
  renderer.note(
    `Workers  npx gradweave worker --server ${origin} --token-file ${shellWord(tokenFile(folder))}`,
  );
  if (!isLoopback(address)) {
    for (const other of networkOrigins(address, port)) renderer.note(`In the network: ${other}`);
  }
  if (!values.has('ui')) return;
  renderer.print(page);
  openBrowser(page);
}
