/** The script of a page of tests, before any of them: uvu must see the globals before it is loaded. */
import { collect, prepare } from './collect.mjs';
import { limitDevices } from './device.ts';
import type { Collected } from './results.ts';

declare global {
  /** Runs the file of tests at an address. The page has the modules that several files import only once. */
  var gradweaveRun: (address: string) => Promise<void>;
  /** Defined by the runner (page.exposeFunction). */
  function gradweaveTestsDone(collected: Collected): Promise<void>;
}

limitDevices();
prepare();

globalThis.gradweaveRun = async (address) => {
  prepare();
  await import(address);
  // Not awaited: a page that crashes in a test would reject this too late to matter.
  collect().then(globalThis.gradweaveTestsDone);
};
