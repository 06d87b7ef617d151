import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

/** Whether a program is on the PATH or in a folder of system programs. */
const isThere = (program: string): boolean =>
  [...(process.env.PATH ?? '').split(':'), '/usr/sbin', '/sbin'].some((folder) =>
    existsSync(`${folder}/${program}`),
  );

/**
 * Installs Debian's packages if a program that they have is missing.
 *
 * @throws {Error} that says what to install, if this cannot
 */
export function installDebian(packages: readonly string[], programs: readonly string[]): void {
  const missing = programs.filter((program) => !isThere(program));
  if (missing.length === 0) return;
  const need = `${missing.join(', ')} missing. As root: apt-get install ${packages.join(' ')}`;
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) throw new Error(need);
  for (const args of [
    ['update', '-qq'],
    ['install', '-y', '-qq', '--no-install-recommends', ...packages],
  ]) {
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    const { status, stdout, stderr } = spawnSync('apt-get', args, { encoding: 'utf8', env });
    if (status !== 0) throw new Error(`${need}\n${stdout}${stderr}`);
  }
}
