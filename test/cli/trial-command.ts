import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { PACKAGE_ROOT } from '../../src/cli/paths.ts';
import type { TrialLine } from '../../src/trial/line.ts';
import type { TrialSpec } from '../../src/trial/spec.ts';
import { PACKAGE_VERSION } from '../../src/version.ts';

/** The command's file, for scripts that start it. */
export const GRADWEAVE = join(PACKAGE_ROOT, 'scripts', 'gradweave.mjs');

/** A trial of some seconds on SwiftShader, without the hash of its data. */
export const DRAFT = {
  model: '2',
  data: { kind: 'built-in' },
  options: {
    ...{ layers: [784, 32, 10], dropout: 0.2, 'batch-size': 20, 'train-limit': 10_000 },
    ...{ schedule: 'cosine', family: 'portable' },
  },
  seed: 7,
  epochs: 4,
};

/** What the command printed, and its exit code. */
export interface TrialRun {
  readonly code: number | null;
  readonly lines: readonly TrialLine[];
  readonly err: string;
}

/** Runs `gradweave trial` in a process of its own; `see` gets each line, and may send signals. */
export async function runTrialCommand(
  args: readonly string[],
  see: (line: TrialLine, kill: (signal: NodeJS.Signals) => void) => void = () => {},
  env: NodeJS.ProcessEnv = {},
): Promise<TrialRun> {
  const child = spawn(process.execPath, [GRADWEAVE, 'trial', ...args, '--adapter', 'software'], {
    cwd: PACKAGE_ROOT,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const lines: TrialLine[] = [];
  let [open, err] = ['', ''];
  child.stderr.setEncoding('utf8').on('data', (part: string) => {
    err += part;
  });
  child.stdout.setEncoding('utf8').on('data', (part: string) => {
    const full = (open + part).split('\n');
    open = full.pop() ?? '';
    for (const text of full) {
      // Standard output has nothing else: this throws for what is not JSON.
      const line = JSON.parse(text) as TrialLine;
      lines.push(line);
      see(line, (signal) => child.kill(signal));
    }
  });
  const [code] = await once(child, 'close');
  return { code, lines, err };
}

/** A draft with the hash of its data. */
export async function completed(draft: object): Promise<TrialSpec> {
  const { lines, err } = await runTrialCommand([JSON.stringify(draft), '--complete']);
  if (lines.length !== 1) throw new Error(err);
  const spec = lines[0] as unknown as TrialSpec;
  if (spec.engine !== PACKAGE_VERSION) throw new Error(`version ${spec.engine}`);
  return spec;
}

/** The last line of an event. */
export function lineOf<E extends TrialLine['event']>(
  { lines, err }: TrialRun,
  event: E,
): Extract<TrialLine, { event: E }> {
  const found = lines.findLast((line) => line.event === event);
  if (found === undefined) throw new Error(`no line ${event}: ${JSON.stringify(lines)} ${err}`);
  return found as Extract<TrialLine, { event: E }>;
}
