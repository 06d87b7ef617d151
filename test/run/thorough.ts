/**
 * Whether to run everything (`npm run test:all`), including slow tests that vary what other tests check. In a
 * page the bundle sets it, in Node the environment.
 */
export const THOROUGH = process.env.GRADWEAVE_THOROUGH === 'true';

/** All of a list if everything is tested, else a selection. */
export function thoroughly<T>(all: readonly T[], chosen: (item: T, i: number) => boolean): T[] {
  return THOROUGH ? [...all] : all.filter(chosen);
}

/** A test of uvu that runs only if everything is tested. */
export const inLongRun = <Test extends (name: string, ...more: never[]) => void>(
  test: Test,
): Test => (THOROUGH ? test : ((() => {}) as unknown as Test));
