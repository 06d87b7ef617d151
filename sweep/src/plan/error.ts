import { OptionError } from '../../../src/errors.ts';

/** How a check says that there is nothing. */
const MISSING = 'undefined was given';

/** A plan of a sweep is wrong. The message says where, what was given and what is allowed. */
export class PlanError extends OptionError {
  override name = 'PlanError';
  /** Where in the plan, such as `space.lr.from`; empty for the plan as a whole. */
  readonly at: string;
  constructor(at: string, message: string, options?: ErrorOptions) {
    const text = message.startsWith(MISSING)
      ? ` is missing${message.slice(MISSING.length)}`
      : `: ${message}`;
    super(`plan${at === '' ? '' : `.${at}`}${text}`, options);
    this.at = at;
  }
}
