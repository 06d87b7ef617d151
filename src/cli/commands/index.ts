import type { Command } from '../command.ts';
import { bench } from './bench.ts';
import { exportModel } from './export.ts';
import { harness } from './harness.ts';
import { info } from './info.ts';
import { paper } from './paper.ts';
import { parity } from './parity.ts';
import { predict } from './predict.ts';
import { sweep } from './sweep.ts';
import { train } from './train.ts';
import { trial } from './trial.ts';
import { verify } from './verify.ts';
import { worker } from './worker.ts';

/** Every command, in the order of the help. */
export const COMMANDS: readonly Command[] = [
  train,
  trial,
  predict,
  info,
  exportModel,
  paper,
  parity,
  verify,
  bench,
  harness,
  sweep,
  worker,
];
