import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PACKAGE_ROOT } from '../../src/cli/paths.ts';
import { GradweaveError } from '../../src/errors.ts';
import type { Target } from './targets.ts';

/** The folder of stored inputs: former faults, and one for each kind of refusal. */
export const CORPUS = join(PACKAGE_ROOT, 'test/fuzz/corpus');

/** What no input of a kilobyte may take. */
const MOST_MS = 500;
const MOST_BYTES = 64 * 2 ** 20;

/** The outcome of an input. */
export interface Outcome {
  /** The error's name and message without numbers and quoted words; absent if the input was accepted. */
  readonly refusal?: string;
  readonly fault?: string;
}

/** Passes an input to a target: it is accepted, refused with a named error, or a fault. */
export async function attempt(target: Target, input: Uint8Array | string): Promise<Outcome> {
  const memory = process.memoryUsage().arrayBuffers;
  // CPU time, not wall time: other processes may use the CPU.
  const begun = process.cpuUsage();
  let refusal: string | undefined;
  try {
    await target.take(input);
  } catch (error) {
    if (!(error instanceof GradweaveError)) return { fault: String(error) };
    if (error.message.length > 2000) return { fault: 'the message is longer than a screen' };
    refusal = kindOf(error);
  }
  const { user, system } = process.cpuUsage(begun);
  const took = (user + system) / 1000;
  const grown = process.memoryUsage().arrayBuffers - memory;
  const outcome = refusal === undefined ? {} : { refusal };
  if (took > MOST_MS) return { ...outcome, fault: `it took ${took.toFixed(0)} ms` };
  if (grown > MOST_BYTES) return { ...outcome, fault: `it took ${grown} bytes` };
  return outcome;
}

/** The same for all inputs that are refused in the same place: the words before anything of the input. */
function kindOf({ name, message }: GradweaveError): string {
  const words = message
    .replace(/[-+]?[\d.][\d.,×e+-]*/g, '0')
    .replace(/"[^"]*"/g, '"…"')
    .split(/\s+/);
  // Names of tensors and words of options: what is no plain word.
  return [name, ...words.filter((word) => /^[a-z]+[;:,.]?$/.test(word)).slice(0, 8)].join(' ');
}

/** Prefix of the names of a target's inputs. */
export const prefixOf = ({ name }: Target): string => `${name.replaceAll(' ', '-')}.`;

/** The stored inputs of a target, by file name. */
export async function keptFor(target: Target): Promise<[string, Uint8Array][]> {
  const names = (await readdir(CORPUS).catch(() => [])).sort();
  const own = names.filter((name) => name.startsWith(prefixOf(target)));
  return Promise.all(
    own.map(
      async (name): Promise<[string, Uint8Array]> => [name, await readFile(join(CORPUS, name))],
    ),
  );
}
