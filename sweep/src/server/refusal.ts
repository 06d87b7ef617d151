import { GradweaveError } from '../../../src/errors.ts';
import { LeaseError, ReportError, StoreError } from '../store/errors.ts';

/** A request is refused. The name and the message go to the client. */
export class RefusedError extends GradweaveError {
  override name: string;
  readonly status: number;

  constructor(status: number, name: string, message: string) {
    super(message);
    this.status = status;
    this.name = name;
  }
}

export const wrongMessage = (message: string): RefusedError =>
  new RefusedError(400, 'MessageError', message);

/** How an error is answered. What is not meant for clients is 500, without its text. */
export function refusalOf(error: unknown): RefusedError {
  if (error instanceof RefusedError) return error;
  if (error instanceof LeaseError) return new RefusedError(409, error.name, error.message);
  if (error instanceof ReportError) return new RefusedError(400, error.name, error.message);
  if (error instanceof StoreError) {
    return new RefusedError(
      503,
      error.name,
      'the database does not answer; nothing was stored. Send it again',
    );
  }
  return new RefusedError(500, 'ServerError', 'the server failed; its log says why');
}
