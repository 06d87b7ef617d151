import { parseArgs } from 'node:util';

export interface StormOptions {
  readonly trials: number;
  readonly databases: readonly ('pglite' | 'postgres')[];
  readonly workers: number;
  readonly seed: number;
  readonly heartbeatSeconds: number;
}

/** @throws Error with what is allowed */
export function optionsOf(argv: readonly string[]): StormOptions {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      trials: { type: 'string', default: '200' },
      database: { type: 'string', default: 'both' },
      workers: { type: 'string', default: '4' },
      seed: { type: 'string', default: '1' },
      heartbeat: { type: 'string', default: '4' },
    },
  });
  const { database } = values;
  if (!['both', 'pglite', 'postgres'].includes(database)) {
    throw new Error(`--database is '${database}'; use pglite, postgres or both`);
  }
  return {
    trials: integer('trials', values.trials, 4),
    databases: database === 'both' ? ['pglite', 'postgres'] : [database as 'pglite' | 'postgres'],
    workers: integer('workers', values.workers, 2),
    seed: integer('seed', values.seed, 0),
    heartbeatSeconds: integer('heartbeat', values.heartbeat, 1),
  };
}

function integer(name: string, text: string, least: number): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= least) return value;
  throw new Error(`--${name} is '${text}'; use an integer from ${least} up`);
}

/** Numbers from 0 to 1, the same for each seed (mulberry32). */
export function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
