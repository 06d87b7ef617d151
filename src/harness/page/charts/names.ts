import { calledOf } from '../notebook/run-store.ts';
import { say } from '../words/words.ts';
import type { Shown } from './seeds.ts';

/** A text that takes turns with shorter ones, if there is no room for it. */
export interface Name {
  readonly name: string;
  /** Shorter ones, the longest first. */
  readonly shorts: readonly string[];
}

type WidthOf = (text: string) => number;

/** A name's end: the number, which tells every run from all others, and of joined runs how many seeds they are. */
function endsOf({ run, keys }: Shown): readonly string[] {
  const number = `#${run.id}`;
  const { length: count } = run.networks;
  if (count === 0 || keys.length === 1) return [number];
  return [`${number} ${say('×{count} seeds', { count })}`, `${number} ×${count}`];
}

/** How a run is called in charts: with the number of its seeds, if it joins several runs. */
export const nameOf = (one: Shown): string => `${calledOf(one.run)} ${endsOf(one)[0]}`;

/** What a network has of its own, at the end of its title: `, rate 0.01`. */
const OWN = /, \S+ \S+$/;

/** A name in the parts that it can be cut between: `784–`, `32–`, `10`; words; and what a network has of its own. */
function partsOf(name: string): readonly string[] {
  const [own] = OWN.exec(name) ?? [];
  const head = own ? name.slice(0, -own.length) : name;
  return [...(head.match(/[^\s–]+[\s–]*/g) ?? []), ...(own ? [own] : [])];
}

/** How many parts two lists have in common, from their start. */
function sameStart(one: readonly string[], other: readonly string[]): number {
  const end = one.findIndex((part, i) => part !== other[i]);
  return end < 0 ? one.length : end;
}

/**
 * What tells a name from others, without what all begin and end with: `…32…` of `784–32–10` beside `784–64–10`. Undefined if there is
 * no other, or nothing is alike; empty if it has nothing of its own.
 */
export function telling(name: string, others: readonly string[]): string | undefined {
  const bare = (text: string): string[] => partsOf(text).map((part) => part.replace(/[\s–]+$/, ''));
  const own = bare(name);
  const different = others.filter((other) => other !== name).map(bare);
  if (different.length === 0) return undefined;
  const start = Math.min(...different.map((other) => sameStart(own, other)));
  const most = Math.min(...[own, ...different].map(({ length }) => length)) - start;
  const back = own.toReversed();
  const end = Math.min(
    ...different.map((other) => sameStart(back, other.toReversed())),
    Math.max(0, most),
  );
  if (start === 0 && end === 0) return undefined;
  const parts = partsOf(name).slice(start, own.length - end);
  const text = parts.join('').replace(/[\s–]+$/, '');
  if (text === '') return '';
  const isOwn = text.startsWith(', ');
  return `${start > 0 && !isOwn ? '…' : ''}${isOwn ? text.slice(2) : text}${end > 0 ? '…' : ''}`;
}

/** The title of a run of the paper's models. */
const PRESET = /^Model (\d+)$/;

/** The names of runs at the ends of their curves, and what stands there instead if there is no room: what tells them apart stays. */
export function namesOf(shown: readonly Shown[]): Name[] {
  const called = shown.map(({ run }) => calledOf(run));
  const distinct = [...new Set(called)];
  return shown.map((one, i) => {
    const ends = endsOf(one);
    const [, model] = (one.run.name === undefined && PRESET.exec(one.run.title)) || [];
    const told = model && distinct.length > 1 ? `M${model}` : telling(called[i], distinct);
    const [name, ...less] = ends.map((end) => `${called[i]} ${end}`);
    const short = told === undefined ? [] : ends.map((end) => `${told} ${end}`.trimStart());
    return { name, shorts: [...less, ...short] };
  });
}

/** Fewer letters than these name nothing. */
const LEAST_LETTERS = 8;

/** More letters than these fit beside no chart. */
const MOST_LETTERS = 200;

/** What a name keeps of its end: its number, and before it what a network has of its own: `784–16–10, rate 0.01 #3`. */
const ENDS = [/^(.*?), (\S+ \S+ #\d+.*)$/s, /^(.*?) (#\d+.*)$/s, /^(.*)()$/s];

/**
 * A name that fits in a width. The end, which tells runs of one name apart, stays: `784–16–10 #3`, `784–16–1… #3`, `#3`; and
 * `784–16–1…, rate 0.01 #3`, `rate 0.01 #3`.
 */
export function cut(text: string, width: number, widthOf: WidthOf): string {
  if (widthOf(text) <= width) return text;
  for (const pattern of ENDS) {
    const [, name, end] = pattern.exec(text) ?? [];
    if (name === undefined || widthOf(end) > width) continue;
    const between = text.slice(name.length, text.length - end.length);
    const shorter = (length: number): string =>
      `${name.slice(0, length).trimEnd()}…${between}${end}`;
    // The longest that fits: halving, since each width is measured.
    let [fits, most] = [LEAST_LETTERS - 1, Math.min(name.length - 1, MOST_LETTERS)];
    while (fits < most) {
      const length = Math.ceil((fits + most) / 2);
      if (widthOf(shorter(length)) <= width) fits = length;
      else most = length - 1;
    }
    return fits < LEAST_LETTERS ? end : shorter(fits);
  }
  return '';
}

/** What of a name fits in a width: the longest of its texts that does, else the last one, cut. */
export function nameIn({ name, shorts }: Name, width: number, widthOf: WidthOf): string {
  const fitting = [name, ...shorts].find((text) => widthOf(text) <= width);
  return fitting ?? cut(shorts.at(-1) ?? name, width, widthOf);
}
