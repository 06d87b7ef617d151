import { GradweaveError } from '../../../src/errors.ts';

/** The database cannot be opened or used. Nothing was stored. */
export class StoreError extends GradweaveError {
  override name = 'StoreError';
}

/** Another process has the sweep open. */
export class LockError extends StoreError {
  override name = 'LockError';
}

/** The lease is not held any more, or never was: the trial was given to another worker, or has ended. */
export class LeaseError extends GradweaveError {
  override name = 'LeaseError';
}

/** What a worker says of its trial cannot be: an epoch out of order, a result with too few epochs. */
export class ReportError extends GradweaveError {
  override name = 'ReportError';
}
