/** What a model file says of the table that its network learned from: a text of its metadata, as JSON. */
import type { ColumnScale } from '../../data/standardise.ts';

/** A column that a network learns from. */
export type UsedColumn =
  /** An input, standardised: (x − mean) / deviation. One without a value is the mean. */
  | {
      readonly name: string;
      readonly mean: number;
      readonly deviation: number;
      /** The least and the largest number of the rows that were trained on. Absent in older files. */
      readonly range?: readonly [least: number, most: number];
      /** Whether the table had its numbers with decimal commas: 1.234 is then above a thousand. */
      readonly comma?: true;
    }
  /** An input for each value, 0 or 1. One without a value is 0 for all of them. */
  | { readonly name: string; readonly values: readonly string[] };

/** A table as a model file describes it. */
export interface TableFacts {
  /** In the order of the network's inputs. No two have the same name. */
  readonly columns: readonly UsedColumn[];
  /** What is learned: a class, or a number, whose value is the output × deviation + mean. */
  readonly target: { readonly name: string } & (
    | { readonly classes: readonly string[] }
    | { readonly mean: number; readonly deviation: number }
  );
}

/** The key among a model file's texts. */
export const TABLE_KEY = 'table';

/** The texts of a model file that tell of its table. */
export function tableTexts({
  columns,
  target,
  classes,
  scale,
}: {
  readonly columns: readonly UsedColumn[];
  readonly target: string;
  readonly classes?: readonly string[];
  /** Of a number that is learned. */
  readonly scale?: { readonly mean: number; readonly deviation: number };
}): Record<string, string> {
  const { mean, deviation } = scale ?? { mean: 0, deviation: 1 };
  const facts: TableFacts = {
    columns: named(columns),
    target: { name: target, ...(classes ? { classes } : { mean, deviation }) },
  };
  return { [TABLE_KEY]: JSON.stringify(facts) };
}

/** Columns of different names: a second `a` becomes `a (2)`. */
function named(columns: readonly UsedColumn[]): UsedColumn[] {
  const taken = new Set<string>();
  return columns.map((column) => {
    let { name } = column;
    for (let i = 2; taken.has(name); i++) name = `${column.name} (${i})`;
    taken.add(name);
    return { ...column, name };
  });
}

/** What raw inputs are standardised with: those of values stay as they are. */
export function scaleOfColumns(columns: readonly UsedColumn[]): ColumnScale {
  const all = columns.flatMap((column) =>
    'values' in column ? column.values.map(() => ({ mean: 0, deviation: 1 })) : [column],
  );
  return { mean: all.map(({ mean }) => mean), deviation: all.map(({ deviation }) => deviation) };
}
