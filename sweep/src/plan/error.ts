import { OptionError } from '../../../src/errors.ts';

/** A plan of a sweep is wrong. The message says where, what was given and what is allowed. */
export class PlanError extends OptionError {
  override name = 'PlanError';
  /** Where in the plan, such as `space.lr.from`; empty for the plan as a whole. */
  readonly at: string;
  constructor(at: string, message: string, options?: ErrorOptions) {
    super(`plan${at === '' ? '' : `.${at}`}: ${message}`, options);
    this.at = at;
  }
}
