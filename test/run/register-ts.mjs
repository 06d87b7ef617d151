/** `node --import ./test/run/register-ts.mjs` or an import: TypeScript files can be imported after. */
import { register } from 'node:module';

if (typeof register !== 'function') {
  throw new Error(`Running TypeScript needs Node 20.6 or newer; this is ${process.version}.`);
}
register('./ts-hooks.mjs', import.meta.url);
