/** Starts `real-server.ts`: a sweep's own server, in the Node that it needs. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import { PACKAGE_ROOT } from '../../src/cli/paths.ts';
import type { StoredTrial } from '../../sweep/src/contract.ts';
import type { Queued } from './fake-queue.ts';

export interface RealOptions {
  readonly trials: readonly (Queued & { readonly shape?: string })[];
  readonly heartbeatSeconds: number;
  readonly checkpointSeconds: number;
  readonly host?: string;
  readonly port?: number;
}

export interface RealSweep {
  readonly port: number;
  trials(): Promise<readonly StoredTrial[]>;
  /** Waits until the trials are as is asked for. */
  until(
    what: string,
    holds: (trials: readonly StoredTrial[]) => boolean,
  ): Promise<readonly StoredTrial[]>;
  close(): Promise<void>;
}

/** A Node that sweeps run in. */
export const SWEEP_NODE = join(PACKAGE_ROOT, 'sweep/node_modules/node/bin/node');

const LIMIT_MS = 120_000;

/** @param inside what the process is started with, such as `ip netns exec NAME`. Default nothing */
export async function realSweep(
  options: RealOptions,
  inside: readonly string[] = [],
): Promise<RealSweep> {
  const node = existsSync(SWEEP_NODE) ? SWEEP_NODE : process.execPath;
  const folder = await mkdtemp(join(tmpdir(), 'gradweave-sweep-'));
  const words = [
    ...inside,
    ...[node, '--import', './test/run/register-ts.mjs', 'test/trial/real-server.ts'],
    ...[folder, JSON.stringify(options)],
  ];
  const child = spawn(words[0], words.slice(1), {
    cwd: PACKAGE_ROOT,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream });
  const { port } = (await nextLine(child, lines)) as { port: number };
  const trials = async (): Promise<readonly StoredTrial[]> => {
    child.stdin?.write('state\n');
    return (await nextLine(child, lines)) as readonly StoredTrial[];
  };
  return {
    port,
    trials,
    until: async (what, holds) => {
      const end = performance.now() + LIMIT_MS;
      for (;;) {
        const now = await trials();
        if (holds(now)) return now;
        if (performance.now() > end) {
          const states = now.map(({ state, attempts, lost, epochs, failure }) =>
            JSON.stringify({ state, attempts, lost, epochs: epochs.length, failure }),
          );
          throw new Error(`${what} never came: ${states.join(' ')}`);
        }
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    },
    close: async () => {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.stdin?.end();
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function nextLine(child: ChildProcess, lines: Interface): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const failed = (): void => reject(new Error('the server ended'));
    child.once('exit', failed);
    lines.once('line', (line) => {
      child.off('exit', failed);
      resolve(JSON.parse(line));
    });
  });
}
