import { spawn } from 'node:child_process';
import type { Command } from '../command.ts';
import { EXIT_FAILED } from '../exit-codes.ts';
import { PACKAGE_ROOT } from '../paths.ts';
import type { ParsedArguments } from '../spec.ts';
import { findSweep } from '../sweep-package.ts';
import { SWEEP_SPEC } from './sweep-options.ts';

/** `gradweave sweep`: starts the package of sweeps, which is not part of this one. */
export const sweep: Command = {
  ...SWEEP_SPEC,
  async run(context) {
    const { main, node, nodeArguments } = findSweep();
    const given = [...nodeArguments, main, ...argumentsOf(context.arguments)];
    return start(node, given, { ...context.env, GRADWEAVE_ROOT: PACKAGE_ROOT });
  },
};

/** A command line with the same meaning. */
function argumentsOf({ positionals, values }: ParsedArguments): string[] {
  const flags = new Set(
    SWEEP_SPEC.options.filter(({ kind }) => kind === 'flag').map(({ name }) => name),
  );
  const options = [...values].map(([name, value]) =>
    flags.has(name) ? `--${name}` : `--${name}=${value}`,
  );
  return [...options, '--', ...positionals];
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Runs a program to its end, with this process's files and signals.
 *
 * @returns its exit code
 */
function start(program: string, given: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  // A group of its own: a terminal sends Ctrl+C to the whole group of this process, and a second one would end it at once.
  const detached = process.platform !== 'win32';
  // The channel closes if this process is killed, which tells the child to end.
  const child = spawn(program, given, {
    env,
    detached,
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
  });
  const forward = (signal: NodeJS.Signals): void => {
    if (detached) child.kill(signal);
  };
  for (const signal of SIGNALS) process.on(signal, forward);
  const resized = (): void => {
    child.kill('SIGWINCH');
  };
  if (detached && process.stdout.isTTY) process.on('SIGWINCH', resized);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      for (const signal of SIGNALS) process.off(signal, forward);
      process.off('SIGWINCH', resized);
      resolve(code ?? EXIT_FAILED);
    });
  });
}
