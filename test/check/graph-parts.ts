import { Graph } from '../../src/graph/graph.ts';
import { labels } from '../../src/ops/sources.ts';

/** An op, as nodes have it. */
export const labelsOp = () => labels(new Graph(), 1).op;
