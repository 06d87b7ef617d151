/**
 * The reference: runs graphs on the CPU in float64, with bounds on the error of a GPU.
 *
 * @module reference
 */
export { Graph, type Node } from '../graph/graph.ts';
export { exact, type Reference, type Value, type World } from '../graph/value.ts';
export { parameterLayout } from '../nn/layers.ts';
export { input, parameter } from '../ops/sources.ts';
export { type ReferenceOptions, referenceOutputs } from './outputs.ts';
export { runReference } from './run.ts';
export { scheduleFactor } from './schedules.ts';
export { type ReferenceName, type References, references } from './table.ts';
