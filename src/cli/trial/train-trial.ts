import { rmSync } from 'node:fs';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Host } from '../../bench/host.ts';
import { GradweaveError } from '../../errors.ts';
import { BEGIN_FILE } from '../../harness/tasks/keeping.ts';
import type { TrialEnd } from '../../harness/tasks/run-trial.ts';
import { trialId } from '../../trial/id.ts';
import type { TrialLine } from '../../trial/line.ts';
import type { TrialResult } from '../../trial/result.ts';
import type { TrialSpec } from '../../trial/spec.ts';
import { type CommandContext, runCommandTask, type TaskExtras } from '../command.ts';
import type { ServedData } from '../data.ts';
import { InterruptedError, PageError } from '../errors.ts';
import { EXIT_DIFFER, EXIT_DONE, EXIT_STOPPED } from '../exit-codes.ts';
import { onInterrupt } from '../interrupt.ts';
import { openPlace } from '../places/open.ts';
import type { CheckpointPlace } from '../places/place.ts';
import type { Renderer } from '../render.ts';
import type { CommandSpec } from '../spec.ts';
import { trialExtras } from './data.ts';
import { KeptTrial } from './kept-trial.ts';

/**
 * Trains a trial, from its checkpoint on if there is one, and keeps its result.
 *
 * @param command whose options were given
 * @param given where it is kept, as `--checkpoint` says
 * @param print writes a line of standard output
 * @returns the exit code
 */
export async function trainTrial(
  command: CommandSpec,
  spec: TrialSpec,
  given: string,
  context: CommandContext,
  renderer: Renderer,
  print: (line: TrialLine) => void,
): Promise<number> {
  const id = await trialId(spec);
  const signals = countSignals();
  const folder = await mkdtemp(join(tmpdir(), 'gradweave-trial-'));
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  process.once('exit', remove);
  try {
    const ready = await untilSignal(prepare(spec, id, given, folder, context, renderer));
    if ('result' in ready) {
      print({ event: 'result', ...ready.result });
      renderer.note(`The trial ${id} has this result already. To train it again: --again`);
      return EXIT_DONE;
    }
    return await train(command, ready, id, context, renderer, print);
  } catch (error) {
    // The signal may reach the browser, too, which then ends by itself.
    const isStopped =
      error instanceof InterruptedError || (error instanceof PageError && signals.count > 0);
    if (!isStopped) throw error;
    renderer.warn(`${error.message} The trial goes on from its last checkpoint: start it again.`);
    print({ event: 'stopped', id });
    return EXIT_STOPPED;
  } finally {
    signals.dispose();
    process.off('exit', remove);
    remove();
  }
}

/** What is needed to train. */
interface Ready {
  readonly place: CheckpointPlace;
  readonly kept: KeptTrial;
  /** The name of its checkpoint. */
  readonly name: string;
  /** Whether it has a result already. */
  readonly again: boolean;
  readonly extras: ServedData;
}

async function prepare(
  spec: TrialSpec,
  id: string,
  given: string,
  folder: string,
  context: CommandContext,
  renderer: Renderer,
): Promise<Ready | { readonly result: TrialResult }> {
  const { values } = context.arguments;
  const place = await openPlace(given, context.env);
  const kept = new KeptTrial(place, id);
  const result = await kept.result();
  const again = result !== undefined;
  if (result && !values.has('again')) return { result };
  const name = kept.checkpointName(again);
  const bytes = await kept.checkpoint(name);
  const data = await trialExtras(spec.data, context, renderer);
  const file = join(folder, BEGIN_FILE);
  if (bytes) await writeFile(file, bytes);
  renderer.note(`Trial ${id}, kept as ${place.at(name)}`);
  return {
    ...{ place, kept, name, again },
    extras: {
      options: {
        ...data.options,
        spec: JSON.stringify(spec),
        every: values.get('every') ?? '60',
        // The checkpoint of the end has the trained network; a repetition ends without one.
        ...(again ? {} : { last: '' }),
        ...(bytes ? { begin: 'resume' } : {}),
      },
      files: new Map([...data.files, ...(bytes ? [[`/data/${BEGIN_FILE}`, file] as const] : [])]),
    },
  };
}

async function train(
  command: CommandSpec,
  { place, kept, name, again, extras }: Ready,
  id: string,
  context: CommandContext,
  renderer: Renderer,
  print: (line: TrialLine) => void,
): Promise<number> {
  const store = new StoreHost(place, name);
  const more: TaskExtras = {
    ...extras,
    // The advice to give other data is for those who did not choose them: the specification has.
    hidden: ['dataset'],
    host: store.host,
    onStop: () => renderer.warn('Stopping, to keep the trial. Press Ctrl-C again to end at once.'),
    onEvent: (event) => {
      if (event.type === 'trial') print(event.line);
    },
  };
  const outcome = await runCommandTask(command, 'trial', context, renderer, more).catch(
    (error: unknown) => {
      throw store.failure ?? error;
    },
  );
  // The page and this command are of one build.
  const end = outcome.value as TrialEnd;
  if (end.ended === 'stopped') {
    print({ event: 'stopped', id, epoch: end.epoch, step: end.step });
    renderer.note('Stopped. Start the trial again to go on.');
    return EXIT_STOPPED;
  }
  const { result } = end;
  const { at, alarm } = await kept.keep(result);
  if (again) await place.remove(name);
  print({ event: 'result', ...result });
  renderer.note(`Result: ${at}`);
  if (alarm === undefined) return EXIT_DONE;
  print({ event: 'alarm', id, kind: alarm.kind, digests: alarm.digests });
  renderer.warn(`${alarm.name}: ${alarm.message}`);
  return EXIT_DIFFER;
}

/** Puts the checkpoints that a run sends in their place. */
class StoreHost {
  readonly #place: CheckpointPlace;
  readonly #name: string;
  #parts: Uint8Array[] = [];
  /** Why one could not be written. The page, which gets it too, knows only its text. */
  failure: unknown;

  constructor(place: CheckpointPlace, name: string) {
    this.#place = place;
    this.#name = name;
  }

  /** Answers the page's request `store`. */
  readonly host: Host = async (request) => {
    if (request.kind !== 'store' || request.what !== 'checkpoint') {
      throw new GradweaveError(`${request.kind} is not answered here`);
    }
    this.#parts.push(Buffer.from(request.base64, 'base64'));
    if (request.more) return null;
    const bytes = Buffer.concat(this.#parts);
    this.#parts = [];
    try {
      await this.#place.save(this.#name, bytes);
    } catch (error) {
      this.failure = error;
      throw error;
    }
    return null;
  };
}

/** Waits for work that a signal may leave undone. @throws {InterruptedError} at a signal */
async function untilSignal<T>(work: Promise<T>): Promise<T> {
  const interruption = onInterrupt();
  work.catch(() => {});
  try {
    return await Promise.race([work, interruption.promise]);
  } finally {
    interruption.dispose();
  }
}

/** Counts signals to end. While it does, none of them ends the process by itself. */
function countSignals(): { readonly count: number; dispose(): void } {
  const names = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  let count = 0;
  const listener = (): void => {
    count++;
  };
  for (const name of names) process.on(name, listener);
  return {
    get count() {
      return count;
    },
    dispose: () => {
      for (const name of names) process.off(name, listener);
    },
  };
}
