import type { Images } from '../../data/dataset.ts';
import type { TestFacts } from '../insides.ts';
import type { Job } from '../tasks/job.ts';

/** What is held out for testing. */
export interface Test {
  readonly facts: TestFacts;
  readonly labels: ArrayLike<number>;
  readonly samples: Images | Float32Array;
}

/** Test images, or rows of a table, which are images of one line; undefined without classes. */
export function testOf(job: Job): Test | undefined {
  if (job.data === 'images') {
    const { test, classes } = job.dataset;
    const { count, height, width, channels = 1, labels } = test;
    return { facts: { count, classes, height, width, channels }, labels, samples: test };
  }
  if (job.data !== 'table') return undefined;
  const { inputs, classes, test } = job.table;
  if (!classes || !test.labels) return undefined;
  const size = { height: 1, width: inputs.length, channels: 1 };
  const facts = { count: test.count, classes, ...size };
  return { facts, labels: test.labels, samples: test.inputs };
}
