import type { TrialValue } from '../../../src/trial/spec.ts';
import type { Point } from '../contract.ts';

/** An option that is varied, after the check. */
export type Axis = ChoiceAxis | RangeAxis;

interface CommonAxis {
  /** The option. */
  readonly name: string;
  /** Options before it, and the values with which this one is there; empty for no condition. */
  readonly when: readonly Condition[];
}

export interface Condition {
  readonly name: string;
  readonly values: readonly TrialValue[];
}

export interface ChoiceAxis extends CommonAxis {
  readonly kind: 'choice';
  readonly choices: readonly TrialValue[];
}

export interface RangeAxis extends CommonAxis {
  readonly kind: 'float' | 'int';
  readonly from: number;
  /** The last value, if there are steps. */
  readonly to: number;
  /** Null for any number. */
  readonly step: number | null;
  readonly log: boolean;
}

/** The options that are varied, in the plan's order; conditions name earlier ones. */
export type Space = readonly Axis[];

/** Whether two values of an option are the same one. */
export const sameValue = (a: TrialValue, b: TrialValue): boolean =>
  a === b || (typeof a === 'object' && JSON.stringify(a) === JSON.stringify(b));

/** Whether an option is there, given the values of those before it. */
export const isActive = (axis: Axis, point: Point): boolean =>
  axis.when.every(
    ({ name, values }) =>
      Object.hasOwn(point, name) && values.some((value) => sameValue(value, point[name])),
  );

/** How many steps a range has after its first value. */
export const stepsOf = ({ from, to, step }: RangeAxis): number =>
  step === null ? Number.POSITIVE_INFINITY : Math.round((to - from) / step);

/** A value of a range with steps; 0.1 + 2 · 0.1 is 0.3. The first is `from` with all its digits. */
export const stepped = ({ from, step }: RangeAxis, i: number): number =>
  i === 0 ? from : Number((from + i * (step ?? 0)).toPrecision(15));

/** How many values an option has; infinite for a range without steps. */
export const countOf = (axis: Axis): number =>
  axis.kind === 'choice' ? axis.choices.length : stepsOf(axis) + 1;

/** All values of an option. Only for those with finitely many. */
export const valuesOf = (axis: Axis): readonly TrialValue[] =>
  axis.kind === 'choice'
    ? axis.choices
    : Array.from({ length: countOf(axis) }, (_, i) => stepped(axis, i));

/** Whether an option has a value. */
export function hasValue(axis: Axis, value: TrialValue): boolean {
  if (axis.kind === 'choice') return axis.choices.some((one) => sameValue(one, value));
  if (typeof value !== 'number' || value < axis.from || value > axis.to) return false;
  if (axis.step === null) return true;
  const i = Math.round((value - axis.from) / axis.step);
  // The difference of 0.3 and 0.1 is no multiple of 0.1.
  return Math.abs(value - axis.from - i * axis.step) <= 1e-9 * axis.step;
}
