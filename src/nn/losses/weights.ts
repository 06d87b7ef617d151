import { describe, isNumbers } from '../../check.ts';
import { OptionError } from '../../errors.ts';

/** Weights as float32 has them, frozen. @throws OptionError unless they are numbers from 0 up, and at least one */
export function weightsOf(what: string, given: unknown): readonly number[] {
  if (isNumbers(given) && given.length > 0) {
    const wrong = Array.from(given).find((weight) => !(weight >= 0 && weight <= 1e6));
    if (wrong === undefined) return Object.freeze(Array.from(given, Math.fround));
    throw new OptionError(`${what} has ${describe(wrong)}; use numbers from 0 to 1000000`);
  }
  throw new OptionError(`${what} ${describe(given)} was given; use an array of numbers`);
}

/** The check that a model has an output for each weight. */
export const checkedOutputs = (what: string, weights: readonly number[]) => ({
  checkOutputs: (outputs: number): void => {
    if (outputs === weights.length) return;
    throw new OptionError(
      `${what} has ${weights.length} numbers; the model has ${outputs} outputs, which need one each`,
    );
  },
});
