import { describe } from '../check.ts';
import { OptionError } from '../errors.ts';
import { normal as normalValues, uniform as uniformValues } from '../random/init.ts';

/** The distribution of a parameter's initial values. */
export interface Initial {
  /** For messages. */
  readonly name: string;
  /**
   * The values, a function of (key, stream).
   *
   * @param stream the number of the parameter in its model
   * @param key of the run's seed
   */
  values(count: number, stream: number, key: readonly [number, number]): Float32Array;
}

const MOST = 1e6;

function number(what: string, value: unknown, least: number): number {
  if (typeof value === 'number' && value >= least && value <= MOST) return value;
  throw new OptionError(
    `${what} ${describe(value)} was given; use a number from ${least} to ${MOST}`,
  );
}

/** Uniform in ±bound. @throws OptionError unless the bound is from 0 to 10⁶ */
export function uniform(bound: number): Initial {
  number('uniform(): bound', bound, 0);
  return {
    name: `uniform ${bound}`,
    values: (count, stream, key) => uniformValues(count, bound, stream, key),
  };
}

/** Normal with mean 0. @throws OptionError unless the standard deviation is from 0 to 10⁶ */
export function normal(deviation: number): Initial {
  number('normal(): deviation', deviation, 0);
  return {
    name: `normal ${deviation}`,
    values: (count, stream, key) => normalValues(count, deviation, stream, key),
  };
}

/** The same value everywhere. @throws OptionError unless it is from −10⁶ to 10⁶ */
export function constants(value: number): Initial {
  number('constants(): value', value, -MOST);
  return {
    name: `constants ${value}`,
    values: (count) => new Float32Array(count).fill(value),
  };
}

/** 0 everywhere. */
export const zeros: Initial = /* @__PURE__ */ constants(0);
