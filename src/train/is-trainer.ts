import { looksLike } from '../check.ts';
import type { Trainer } from './trainer.ts';

/** Whether a run is a trainer, not what it was at another moment. */
export const isTrainer = (run: unknown): run is Trainer =>
  looksLike(run, { snapshot: 'function', parameters: 'function', resume: 'function' });
