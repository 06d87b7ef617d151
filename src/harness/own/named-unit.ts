/** The unit of a column's numbers, if its name has it. */

/** A column's name, taken apart. */
export interface NamedUnit {
  readonly name: string;
  /** What stands in brackets at its end, if it may be a unit; else empty. */
  readonly unit: string;
}

/** Longest unit. */
const LONGEST = 12;

/** The unit in a column's name: `Height (cm)`, `speed [m/s]`. */
export function unitIn(column: string): NamedUnit {
  const [, name, round, square] = /^(.*\S)\s*(?:\(([^()]+)\)|\[([^[\]]+)\])$/.exec(column) ?? [];
  const unit = (round ?? square ?? '').trim();
  // Numbers count columns of the same name.
  if (!name || unit === '' || unit.length > LONGEST || /^\d+$/.test(unit)) {
    return { name: column, unit: '' };
  }
  return { name, unit };
}
