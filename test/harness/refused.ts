import * as assert from 'uvu/assert';
import { DataError } from '../../src/errors.ts';

/** Data are refused, with a text that matches. */
export function refused(act: () => unknown, text: RegExp): void {
  assert.throws(act, (error: unknown) => error instanceof DataError && text.test(error.message));
}
