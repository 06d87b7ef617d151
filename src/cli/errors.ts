import { GradweaveError, OptionError } from '../errors.ts';

/** The command line itself is wrong: unknown command, unknown option, bad value. Exit code 2. */
export class UsageError extends OptionError {
  override name = 'UsageError';
}

/** There is no browser, or it cannot be started. */
export class BrowserError extends GradweaveError {
  override name = 'BrowserError';
}

/** The page crashed, was closed, or could not be loaded. */
export class PageError extends GradweaveError {
  override name = 'PageError';
}

/** An optional package that the runtime asked for needs is not installed. */
export class RuntimeMissingError extends GradweaveError {
  override name = 'RuntimeMissingError';
}

/** The user pressed Ctrl-C, or the process was asked to end. */
export class InterruptedError extends GradweaveError {
  override name = 'InterruptedError';
}

/** The server cannot listen where it was told to. */
export class ListenError extends GradweaveError {
  override name = 'ListenError';
}

/** Another program listens there. */
export class PortTakenError extends ListenError {
  override name = 'PortTakenError';
}
