import { OptionError } from '../errors.ts';
import type { Engine } from '../gpu/engine.ts';
import type { ImagesData } from './data.ts';
import type { MemoryWatch } from './hooks.ts';
import type { Peak } from './peak.ts';
import type { Peer } from './peer.ts';
import { NETWORK_NAMES } from './step.ts';

/** The parts that `--only` selects. The command itself runs `cold`, which needs a fresh browser each time. */
export const PARTS = [
  'steps',
  ...NETWORK_NAMES,
  'epoch',
  'guards',
  'dispatches',
  'repeat',
  'gemm',
  'scaling',
  'many',
  'cold',
] as const;
export type Part = (typeof PARTS)[number];

/** What every part of the bench gets to work with. */
export interface BenchContext {
  readonly engine: Engine;
  readonly data: ImagesData;
  readonly rounds: number;
  /** Only Model 2's recipe. */
  readonly quick: boolean;
  readonly memory: MemoryWatch;
  /** Runs in every race, so that shares of the peak are measured in the same race. */
  readonly peak: Peak;
  /** The libraries that could be started. */
  readonly peers: readonly Peer[];
  row(table: string, cells: Readonly<Record<string, string>>, ok: boolean): void;
  note(text: string): void;
}

/**
 * Parses `only=`.
 *
 * @throws OptionError if a name is not one of {@link PARTS}.
 */
export function partsOf(text: string | null | undefined): readonly Part[] {
  const given = (text ?? '').split(',').map((name) => name.trim());
  const names = given.filter((name) => name !== '');
  if (names.length === 0) return PARTS;
  for (const name of names) {
    if (PARTS.some((part) => part === name)) continue;
    throw new OptionError(
      `only=${text} was given; '${name}' is not a part of the bench. Use ${PARTS.join(', ')}, with commas between`,
    );
  }
  return PARTS.filter((part) => names.includes(part));
}

/** Without 2048: 2048³ takes minutes on software adapters. */
const SIZES = [256, 512, 1024];
const MORE_SIZES = [...SIZES, 2048];

/**
 * Parses `sizes=`: sides of square products with commas between, or `auto`.
 *
 * @throws OptionError if one is not an integer from 1 to 8192.
 */
export function sizesOf(text: string | null | undefined, software: boolean): readonly number[] {
  if (text === null || text === undefined || text === 'auto') return software ? SIZES : MORE_SIZES;
  const sizes = text.split(',').map(Number);
  if (sizes.every((n) => Number.isInteger(n) && n > 0 && n <= 8192)) return sizes;
  throw new OptionError(
    `sizes=${text} was given; use integers from 1 to 8192 with commas between, or auto`,
  );
}

/** Parses `rounds=`. @throws OptionError if it is not a positive integer. */
export function roundsOf(text: string | null | undefined): number {
  const rounds = Number(text ?? 5);
  if (Number.isInteger(rounds) && rounds > 0) return rounds;
  throw new OptionError(`rounds=${text} was given; it must be a positive integer`);
}

/** A dash for what could not be told. */
export const percent = (share: number): string =>
  Number.isFinite(share) ? `${(100 * share).toFixed(1)}%` : '–';
