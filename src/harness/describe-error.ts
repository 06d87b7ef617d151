import { GradweaveError } from '../errors.ts';

/** An error as it travels: classes do not. */
export interface SentError {
  readonly name: string;
  readonly message: string;
}

/** One clear message for what was foreseen; the stack for what was not. */
export function describeError(error: unknown): SentError {
  if (error instanceof GradweaveError) return { name: error.name, message: error.message };
  // Nobody meant this one to be thrown: where it came from is what helps.
  const { name, message, stack } = error instanceof Error ? error : new Error(String(error));
  return { name, message: stack?.includes(message) ? stack : message };
}
