import * as errors from '../errors.ts';
import * as ofSweeps from '../trial/client/errors.ts';

/** Error classes by their errors' `name` (a bundler may rename the class itself). */
const CLASSES = new Map(
  Object.values({ ...errors, ...ofSweeps }).map(
    (Class: new (message: string) => errors.GradweaveError) => [new Class('').name, Class],
  ),
);

/**
 * The error that the page threw: of its own class if that is one of gradweave's, else a plain
 * Error with that name and the page's stack.
 */
export function revive(name: string, message: string): Error {
  const Class = CLASSES.get(name);
  if (Class !== undefined) return new Class(message);
  const error = new Error(message.split('\n', 1)[0]);
  error.name = name;
  error.stack = message;
  return error;
}
