/** Which process has a lock: its number is used again, so its machine, boot, start and PID namespace belong to it. */
import { execFileSync } from 'node:child_process';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

export interface ProcessIdentity {
  readonly pid: number;
  readonly host: string;
  /** The machine, beyond its name, which others may have too; '' if the system does not say. */
  readonly machine: string;
  /** The boot of the machine; '' if the system does not say. */
  readonly boot: string;
  /** The PID namespace, a container's own; '' where there are none. */
  readonly namespace: string;
  /** When the process started, as the system says it; '' if it does not say. */
  readonly started: string;
}

/** This process. */
export function ownIdentity(): ProcessIdentity {
  return {
    pid: process.pid,
    host: hostname(),
    machine: firstOf('/etc/machine-id', '/var/lib/dbus/machine-id'),
    boot: firstOf('/proc/sys/kernel/random/boot_id'),
    namespace: namespaceOf(),
    started: startOf(process.pid) ?? '',
  };
}

/**
 * Whether the process is still there.
 *
 * @returns `unseen` if this process cannot see it: on another machine, or in another container
 */
export function fateOf(other: ProcessIdentity, own = ownIdentity()): 'alive' | 'dead' | 'unseen' {
  if (other.host !== own.host || other.machine !== own.machine) return 'unseen';
  // The machine was started anew since.
  if (other.boot !== own.boot) return 'dead';
  if (other.namespace !== own.namespace) return 'unseen';
  const started = startOf(other.pid);
  if (started === null) return 'dead';
  // The number belongs to another process now.
  if (started !== '' && other.started !== '' && started !== other.started) return 'dead';
  return 'alive';
}

function firstOf(...files: readonly string[]): string {
  for (const file of files) {
    try {
      return readFileSync(file, 'utf8').trim();
    } catch {
      // The next one.
    }
  }
  return '';
}

function namespaceOf(): string {
  try {
    return readlinkSync('/proc/self/ns/pid');
  } catch {
    return '';
  }
}

/** When a process started; null if there is none of this number, '' if it cannot be known. */
function startOf(pid: number): string | null {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: it is another user's.
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return null;
  }
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // proc(5): the name, in brackets, may hold anything; fields 3 (state) and 22 (start in ticks since the boot) follow it.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    // Zombies and dead processes write nothing any more.
    return /^[ZX]/.test(fields[0] ?? '') ? null : (fields[19] ?? '');
  } catch {
    return startByPs(pid);
  }
}

function startByPs(pid: number): string {
  if (process.platform === 'win32' || process.platform === 'linux') return '';
  try {
    return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], {
      encoding: 'utf8',
      env: { ...process.env, LC_ALL: 'C', TZ: 'UTC' },
    }).trim();
  } catch {
    return '';
  }
}
