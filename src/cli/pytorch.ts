import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Host } from '../bench/host.ts';
import { GradweaveError } from '../errors.ts';

/** PyTorch, which the page reaches through the command. */
export interface PyTorch {
  readonly host: Host;
  /** E.g. `2.4.0`. */
  readonly version: string;
  close(): void;
}

/** Debian's PyTorch belongs to Debian's Python, which may not be the first in PATH. */
const PYTHONS = ['python3', '/usr/bin/python3'];
const ASK = 'import torch; print(torch.__version__)';

/** The first Python that can `import torch`, and PyTorch's version; null if there is none. */
export function findPyTorch(
  pythons: readonly string[] = PYTHONS,
): { readonly python: string; readonly version: string } | null {
  for (const python of pythons) {
    const { status, stdout } = spawnSync(python, ['-c', ASK], { encoding: 'utf8' });
    if (status === 0) return { python, version: stdout.trim() };
  }
  return null;
}

interface Answer {
  readonly value?: unknown;
  readonly error?: string;
}

/**
 * Starts the script that trains with PyTorch. It answers requests line by line.
 *
 * @param script bench/pytorch.py
 * @param data the files of the training images and labels, then those of the test images and labels
 */
export function startPyTorch(
  { python, version }: { readonly python: string; readonly version: string },
  script: string,
  data: readonly string[],
): PyTorch {
  const child: ChildProcess = spawn(python, [script, ...data], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const waiting: { resolve(value: unknown): void; reject(error: Error): void }[] = [];
  const fail = (why: string): void => {
    for (const { reject } of waiting.splice(0)) reject(new GradweaveError(`PyTorch ended: ${why}`));
  };
  child.on('error', (error) => fail(error.message));
  child.on('exit', (code, signal) => fail(String(signal ?? code)));
  if (child.stdout) {
    createInterface({ input: child.stdout }).on('line', (line) => {
      const { value, error }: Answer = JSON.parse(line);
      const asked = waiting.shift();
      if (error === undefined) asked?.resolve(value);
      else asked?.reject(new GradweaveError(`PyTorch: ${error}`));
    });
  }
  return {
    version,
    host: ({ kind: _, ...request }) =>
      new Promise((resolve, reject) => {
        waiting.push({ resolve, reject });
        child.stdin?.write(`${JSON.stringify(request)}\n`);
      }),
    close: () => {
      child.kill();
    },
  };
}
