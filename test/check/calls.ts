/** How the tables of calls are written. */

// Callers are JavaScript too: what is given here has any type.
// biome-ignore lint/suspicious/noExplicitAny: it stands for untyped callers
export type Any = any;

/** One way to call something, with a value where it does not belong. */
export type Call = (wrong: Any) => unknown;

/** Each option of an object at a time, and the object itself. */
export function options(
  valid: Record<string, unknown>,
  call: (options: Any) => unknown,
  more: readonly string[] = [],
): Call[] {
  const keys = [...Object.keys(valid), ...more];
  return [
    call,
    (wrong) => call({ ...valid, unknownOption: wrong }),
    ...keys.map(
      (key): Call =>
        (wrong) =>
          call({ ...valid, [key]: wrong }),
    ),
  ];
}

/** Each argument at a time. */
export function args(valid: readonly unknown[], call: (...args: Any[]) => unknown): Call[] {
  return valid.map(
    (_, at) => (wrong) => call(...valid.map((value, i) => (i === at ? wrong : value))),
  );
}

/** Why nothing is called. */
export const VALUE = 'a value';
export const ERROR = 'an error, which takes any text';
export const INTERNAL = 'for the engine itself';
