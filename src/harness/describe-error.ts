import { GradweaveError } from '../errors.ts';

/** An error in a message: classes cannot be sent. */
export interface SentError {
  readonly name: string;
  readonly message: string;
}

/** The message of an expected error; the stack of any other. */
export function describeError(error: unknown): SentError {
  if (error instanceof GradweaveError) return { name: error.name, message: error.message };
  // Unexpected: its origin is what helps.
  const { name, message, stack } = error instanceof Error ? error : new Error(String(error));
  return { name, message: stack?.includes(message) ? stack : message };
}
