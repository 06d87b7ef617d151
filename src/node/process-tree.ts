import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

/** The facts about a process that ending a tree needs. */
export interface ProcessFacts {
  readonly pid: number;
  readonly parent: number;
  readonly group: number;
  readonly command: string;
}

/**
 * Ends a program that was started as the leader of a process group, with everything that it started: its
 * descendants, its group, and processes outside of both whose command line contains `mark`. Sends SIGKILL, because
 * a spinning process ignores other signals. Blocks for some milliseconds.
 *
 * @param mark a text in the command lines of this program's processes only, such as the path of its profile
 */
export function endTree(pid: number | undefined, mark?: string): void {
  if (process.platform === 'win32') {
    if (pid !== undefined) runQuietly('taskkill', ['/pid', String(pid), '/T', '/F']);
    return;
  }
  // Twice, for processes that started while the first list was read.
  for (let round = 0; round < 2; round++) {
    const found = treeOf(listProcesses(), pid, mark);
    if (found.length === 0) return;
    for (const one of found) kill(one);
  }
}

/** The processes that belong to a program; never the caller's own. */
export function treeOf(
  all: readonly ProcessFacts[],
  pid: number | undefined,
  mark?: string,
): number[] {
  const belongs = new Set<number>();
  const isRoot = (one: ProcessFacts): boolean =>
    (pid !== undefined && (one.pid === pid || one.group === pid)) ||
    (mark !== undefined && mark !== '' && one.command.includes(mark));
  for (const one of all) if (isRoot(one)) belongs.add(one.pid);
  for (let before = -1; before !== belongs.size; ) {
    before = belongs.size;
    for (const one of all) if (belongs.has(one.parent)) belongs.add(one.pid);
  }
  belongs.delete(process.pid);
  return [...belongs];
}

/** All processes of this machine: from /proc on Linux, because slim images lack `ps`, else from `ps`. */
export function listProcesses(): ProcessFacts[] {
  return process.platform === 'linux' ? fromProc() : fromPs();
}

function fromProc(): ProcessFacts[] {
  return readdirSync('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
      // The second field is a name in brackets that may contain anything; then come state, parent and group.
      const [state, parent, group] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      if (state === 'Z') return [];
      const command = readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ');
      return [{ pid: Number(name), parent: Number(parent), group: Number(group), command }];
    } catch {
      // It has ended.
      return [];
    }
  });
}

function fromPs(): ProcessFacts[] {
  const text = runQuietly('ps', ['-axww', '-o', 'pid=,ppid=,pgid=,args=']);
  return text.split('\n').flatMap((line) => {
    const [, pid, parent, group, command] = /^\s*(\d+)\s+(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [];
    if (command === undefined) return [];
    return [{ pid: Number(pid), parent: Number(parent), group: Number(group), command }];
  });
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended, or belongs to another user.
  }
}

function runQuietly(program: string, args: readonly string[]): string {
  try {
    return execFileSync(program, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  } catch {
    return '';
  }
}
