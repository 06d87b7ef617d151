import { OptionError } from '../errors.ts';
import { liveNodes, type Node } from '../graph/graph.ts';

/**
 * Answers must not depend on which samples are asked for together.
 *
 * @throws OptionError if a tensor depends on the statistics of the batch
 */
export function refuseBatchStatistics(what: string, targets: readonly Node[]): void {
  if (liveNodes(targets).every(({ op }) => op.name !== 'batchStatistics')) return;
  throw new OptionError(
    `${what}: a batch norm has no running statistics; make it without trackRunningStats: false`,
  );
}
