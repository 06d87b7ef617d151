import type { Plugin } from 'esbuild';

/** Makes static imports of what modules of the engine load later. */
export const oneFile: Plugin;
