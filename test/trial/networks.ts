/** Network namespaces: machines with addresses of their own, on one machine. They need root and Linux. */
import { execFileSync, spawnSync } from 'node:child_process';

const ip = (...words: readonly string[]): void => {
  execFileSync('ip', words, { stdio: ['ignore', 'ignore', 'pipe'] });
};

/** Whether namespaces can be made here. */
export function hasNamespaces(): boolean {
  const name = `gw-${process.pid}`;
  if (spawnSync('ip', ['netns', 'add', name]).status !== 0) return false;
  ip('netns', 'del', name);
  return true;
}

/** A server between machines, each with a line of its own to it. */
export interface Networks {
  /** What a process is started with to be on the server, or on a machine. */
  readonly server: readonly string[];
  readonly machines: readonly { readonly inside: readonly string[]; readonly server: string }[];
  close(): void;
}

/** Makes a server's namespace, and so many machines'. Machine i is 10.213.i.2, and reaches the server at 10.213.i.1. */
export function makeNetworks(count: number): Networks {
  const name = (what: string): string => `gw-${process.pid}-${what}`;
  const inside = (what: string): string[] => ['ip', 'netns', 'exec', name(what)];
  const made: string[] = [];
  const add = (what: string): void => {
    ip('netns', 'add', name(what));
    made.push(name(what));
    ip('-n', name(what), 'link', 'set', 'lo', 'up');
  };
  const close = (): void => {
    for (const one of made) spawnSync('ip', ['netns', 'del', one]);
  };
  try {
    add('s');
    for (let i = 0; i < count; i++) {
      const machine = name(String(i));
      add(String(i));
      const ends = [`gws${i}`, `gwm${i}`];
      ip('-n', name('s'), 'link', 'add', ends[0], 'type', 'veth', 'peer', 'name', ends[1]);
      ip('-n', name('s'), 'link', 'set', ends[1], 'netns', machine);
      ip('-n', name('s'), 'addr', 'add', `10.213.${i}.1/24`, 'dev', ends[0]);
      ip('-n', machine, 'addr', 'add', `10.213.${i}.2/24`, 'dev', ends[1]);
      ip('-n', name('s'), 'link', 'set', ends[0], 'up');
      ip('-n', machine, 'link', 'set', ends[1], 'up');
    }
  } catch (error) {
    close();
    throw error;
  }
  return {
    server: inside('s'),
    machines: Array.from({ length: count }, (_, i) => ({
      inside: inside(String(i)),
      server: `10.213.${i}.1`,
    })),
    close,
  };
}
