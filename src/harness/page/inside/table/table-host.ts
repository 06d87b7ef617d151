import type { LossKind } from '../../../../nn/losses.ts';
import type { TableInsides } from '../../../insides.ts';
import type { TableCalls } from '../../../worker/table-study.ts';
import type { Remote } from '../../remote.ts';

/** What the parts for a table ask of the panel. */
export interface TableHost {
  readonly remote: Remote;
  /** Changes with each network that is shown. */
  readonly turn: number;
  fail(error: unknown): void;
}

/** A table and the network that learns from it. */
export interface TableNetwork {
  readonly table: TableInsides;
  readonly loss: LossKind;
}

/** Asks the worker's part that looks at a network's table. */
export type AskTable = <M extends keyof TableCalls>(
  method: M,
  ...given: Parameters<TableCalls[M]>
) => Promise<Awaited<ReturnType<TableCalls[M]>>>;

export const askTable = ({ remote }: TableHost): AskTable =>
  // A generic method's types are lost on the way through the table of calls.
  ((...given: readonly unknown[]) => remote.call('table', given as never)) as unknown as AskTable;
