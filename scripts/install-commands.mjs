/** Runs other programs for setup, without output unless they fail. No dependencies. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

/**
 * Runs a program to its end without showing its output.
 *
 * @param {string} program
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv }} options
 * @returns {string | null} null on success, else its output.
 */
export function runCommand(program, args, options) {
  // npm and npx are .cmd files on Windows, which only a shell can run.
  const shell = process.platform === 'win32';
  const done = spawnSync(program, args, {
    ...options,
    shell,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    maxBuffer: 64 * 1024 * 1024,
  });
  if (done.error) return `${program}: ${done.error.message}`;
  if (done.status === 0) return null;
  const how = done.status === null ? `signal ${done.signal}` : `exit code ${done.status}`;
  return `${program} ${args.join(' ')} ended with ${how}\n${done.stdout}${done.stderr}`;
}

/**
 * The commands that install Debian's chromium; none if they cannot work (no apt, not root).
 *
 * @returns {[string, string[]][]}
 */
export function aptCommands() {
  const root = typeof process.getuid === 'function' && process.getuid() === 0;
  if (!root || !existsSync('/usr/bin/apt-get')) return [];
  return [
    ['apt-get', ['update']],
    ['apt-get', ['install', '-y', '--no-install-recommends', 'chromium']],
  ];
}
