import { openJob } from '../tasks/job.ts';
import { createTrainer } from '../tasks/run-trainer.ts';
import { studyMany } from './many-study.ts';
import { weightsOf } from './run-weights.ts';

/** What makes a run; tests have others, without a GPU. */
export const MAKING = { openJob, createTrainer, weightsOf, study: studyMany };

export type Making = typeof MAKING;
