import type { TaskName } from '../protocol.ts';
import { bench } from './bench.ts';
import { paper } from './paper.ts';
import { parity } from './parity.ts';
import { predict } from './predict.ts';
import type { Task } from './task.ts';
import { train } from './train.ts';
import { trial } from './trial.ts';
import { verify } from './verify.ts';
import { worker } from './worker.ts';

export type { Task } from './task.ts';

/** All tasks that the address can start. */
export const tasks: Partial<Record<TaskName, Task>> = {
  train,
  trial,
  predict,
  paper,
  parity,
  verify,
  bench,
  worker,
};
