import { spawn } from 'node:child_process';

const PROGRAMS: Partial<Record<NodeJS.Platform, readonly [string, readonly string[]]>> = {
  darwin: ['open', []],
  win32: ['cmd', ['/c', 'start', '""']],
};

/** Opens an address in the user's browser, if there is one; the address was printed, so it does not matter if it fails. */
export function openBrowser(address: string): void {
  const [program, given] = PROGRAMS[process.platform] ?? ['xdg-open', []];
  const child = spawn(program, [...given, address], { stdio: 'ignore', detached: true });
  child.on('error', () => {});
  child.unref();
}
