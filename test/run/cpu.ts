import { readdirSync, readFileSync } from 'node:fs';
import { treeOf } from '../../src/node/process-tree.ts';

/** Linux counts in ticks of this length for programs. */
const TICKS_PER_SECOND = 100;

/** What a test took. */
export interface TestCpu {
  readonly name: string;
  readonly seconds: number;
}

/**
 * The CPU seconds that a program and all that it started have used, those that have ended too. Wall time says little on
 * a machine that does something else besides.
 *
 * @returns 0 where there is no /proc
 */
export function cpuSeconds(pid: number | undefined): number {
  if (pid === undefined || process.platform !== 'linux') return 0;
  const all = new Map(readdirSync('/proc').flatMap(statOf));
  // Of groups nothing is asked: a child's is often that of the process that asks.
  const facts = [...all].map(([id, { parent }]) => ({ pid: id, parent, group: id, command: '' }));
  const ticks = treeOf(facts, pid).map((id) => all.get(id)?.ticks ?? 0);
  return ticks.reduce((sum, more) => sum + more, 0) / TICKS_PER_SECOND;
}

/** A process's numbers, if it is one and still there. */
function statOf(name: string): [number, { parent: number; ticks: number }][] {
  if (!/^\d+$/.test(name)) return [];
  try {
    const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
    // The second field is a name in brackets that may contain anything; these begin with field 3.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    // Fields 14 to 17: in user mode and in the kernel, its own and those of children that have ended.
    const ticks = fields.slice(11, 15).reduce((sum, text) => sum + Number(text), 0);
    return [[Number(name), { parent: Number(fields[1]), ticks }]];
  } catch {
    return [];
  }
}

/** Counts the CPU seconds of a program by file and by test. */
export class CpuClock {
  readonly #pid: number | undefined;
  #fileStart = 0;
  #testStart = 0;
  #test = '';
  #tests: TestCpu[] = [];

  constructor(pid: number | undefined) {
    this.#pid = pid;
    this.file();
  }

  /** A test begins; `''`: it has ended. */
  at(name: string): void {
    const now = cpuSeconds(this.#pid);
    if (this.#test !== '') this.#tests.push({ name: this.#test, seconds: now - this.#testStart });
    this.#test = name;
    this.#testStart = now;
  }

  /** A file has ended: its seconds, and those of its tests, the longest first. */
  file(): { readonly seconds: number; readonly tests: readonly TestCpu[] } {
    this.at('');
    const seconds = this.#testStart - this.#fileStart;
    const tests = this.#tests.sort((a, b) => b.seconds - a.seconds);
    this.#fileStart = this.#testStart;
    this.#tests = [];
    return { seconds, tests };
  }
}
