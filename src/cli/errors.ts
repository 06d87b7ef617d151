import { GradweaveError, OptionError } from '../errors.ts';
import { duration } from '../node/within.ts';

/** The command line itself is wrong: unknown command, unknown option, bad value. Exit code 2. */
export class UsageError extends OptionError {
  override name = 'UsageError';
}

/** No browser was found, or it cannot be started. */
export class BrowserError extends GradweaveError {
  override name = 'BrowserError';
}

/** The page crashed, was closed, or could not be loaded. */
export class PageError extends GradweaveError {
  override name = 'PageError';
}

/** An optional package that `--runtime` needs is not installed. */
export class RuntimeMissingError extends GradweaveError {
  override name = 'RuntimeMissingError';
}

/** The user pressed Ctrl+C, or a signal ended the process. */
export class InterruptedError extends GradweaveError {
  override name = 'InterruptedError';
}

/** The server cannot listen on the given host and port. */
export class ListenError extends GradweaveError {
  override name = 'ListenError';
}

/** Another program uses the port. */
export class PortTakenError extends ListenError {
  override name = 'PortTakenError';
}

/** There was no answer within a limit. */
export class SilenceError extends GradweaveError {
  override name = 'SilenceError';

  /**
   * @param what the beginning of a sentence, e.g. `Chrome opened no page`
   * @param limitMs the limit that has passed
   */
  constructor(
    what: string,
    readonly limitMs = 0,
  ) {
    super(limitMs > 0 ? `${what} within ${duration(limitMs)}.` : what);
  }
}
