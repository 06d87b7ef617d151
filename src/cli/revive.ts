import * as errors from '../errors.ts';

/** Error classes by the name that their errors bear (a bundler may rename the class itself). */
const CLASSES = new Map(
  Object.values(errors).map((Class: new (message: string) => errors.GradweaveError) => [
    new Class('').name,
    Class,
  ]),
);

/**
 * The error that the page threw: of its own class when that is one of gradweave's, else a plain
 * Error of that name whose stack is the page's.
 */
export function revive(name: string, message: string): Error {
  const Class = CLASSES.get(name);
  if (Class !== undefined) return new Class(message);
  const error = new Error(message.split('\n', 1)[0]);
  error.name = name;
  error.stack = message;
  return error;
}
