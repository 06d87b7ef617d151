import type { ImageDataset } from '../data/dataset.ts';
import { OptionError } from '../errors.ts';
import type { Engine } from '../gpu/engine.ts';
import type { MemoryWatch } from './hooks.ts';
import type { Peak } from './peak.ts';
import type { Peer } from './peer.ts';

/** What `--only` chooses from. `cold` is the command's own: it takes a fresh browser a time. */
export const PARTS = [
  'steps',
  'epoch',
  'guards',
  'dispatches',
  'repeat',
  'gemm',
  'scaling',
  'cold',
] as const;
export type Part = (typeof PARTS)[number];

/** What every part of the bench has to work with. */
export interface BenchContext {
  readonly engine: Engine;
  readonly dataset: ImageDataset;
  readonly rounds: number;
  /** Model 2's recipe alone. */
  readonly quick: boolean;
  readonly memory: MemoryWatch;
  /** Runs in every race, so that a share of the peak is taken within the race. */
  readonly peak: Peak;
  /** Those that could be started. */
  readonly peers: readonly Peer[];
  row(table: string, cells: Readonly<Record<string, string>>, ok: boolean): void;
  note(text: string): void;
}

/**
 * Reads `--only`.
 *
 * @throws OptionError for a name that is none of {@link PARTS}.
 */
export function partsOf(text: string | null | undefined): readonly Part[] {
  const given = (text ?? '').split(',').map((name) => name.trim());
  const names = given.filter((name) => name !== '');
  if (names.length === 0) return PARTS;
  for (const name of names) {
    if (PARTS.some((part) => part === name)) continue;
    throw new OptionError(
      `only=${text} was given; '${name}' is no part of the bench. Use ${PARTS.join(', ')}, with commas between`,
    );
  }
  return PARTS.filter((part) => names.includes(part));
}

/** 2048³ takes software adapters minutes. */
const SIZES = [256, 512, 1024];
const MORE_SIZES = [...SIZES, 2048];

/**
 * Reads `--sizes`: sides of square products with commas between, or `auto`.
 *
 * @throws OptionError for what is no positive integer.
 */
export function sizesOf(text: string | null | undefined, software: boolean): readonly number[] {
  if (text === null || text === undefined || text === 'auto') return software ? SIZES : MORE_SIZES;
  const sizes = text.split(',').map(Number);
  if (sizes.every((n) => Number.isInteger(n) && n > 0 && n <= 8192)) return sizes;
  throw new OptionError(
    `sizes=${text} was given; use integers from 1 to 8192 with commas between, or auto`,
  );
}

/** Reads `--rounds`. @throws OptionError for what is no positive integer. */
export function roundsOf(text: string | null | undefined): number {
  const rounds = Number(text ?? 5);
  if (Number.isInteger(rounds) && rounds > 0) return rounds;
  throw new OptionError(`rounds=${text} was given; it must be a positive integer`);
}

export const percent = (share: number): string => `${(100 * share).toFixed(1)}%`;
