import { GradweaveError } from '../../errors.ts';

/** The server of a sweep refuses the token: no other request of this worker will be answered. */
export class TokenError extends GradweaveError {
  override name = 'TokenError';
}

/** A trial belongs to another worker by now, or has ended: what this one has of it is worth nothing. */
export class LeaseError extends GradweaveError {
  override name = 'LeaseError';
}

/** The server of a sweep refuses a message for good, or is none. */
export class ServerError extends GradweaveError {
  override name = 'ServerError';
  /** HTTP's status; 0 if an answer could not be understood. */
  readonly status: number;

  constructor(message: string, status = 0, options?: ErrorOptions) {
    super(message, options);
    this.status = status;
  }
}

/** The server of a sweep has not answered for so long that the worker gave up. */
export class AwayError extends GradweaveError {
  override name = 'AwayError';
}
