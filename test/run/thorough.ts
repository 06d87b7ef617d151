/**
 * Whether everything is to be tested (`npm run test:all`). Else what takes long, and repeats in another
 * shape what other tests have, is left out. In a page the bundle sets it, in Node the environment.
 */
export const THOROUGH = process.env.GRADWEAVE_THOROUGH === 'true';

/** All of a list where everything is to be tested, else what is chosen of it. */
export function thoroughly<T>(all: readonly T[], chosen: (item: T, i: number) => boolean): T[] {
  return THOROUGH ? [...all] : all.filter(chosen);
}
