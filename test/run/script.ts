import { basename, dirname, resolve } from 'node:path';
import { build, type Plugin } from 'esbuild';

const ENDING = /\.ts\?script$/;

/** `import address from './thread.ts?script'`: a file and its imports as one script, for a worker. */
export const script: Plugin = {
  name: 'scripts of workers',
  setup: ({ onResolve, onLoad }) => {
    onResolve({ filter: ENDING }, ({ path, importer }) => ({
      path: basename(path).replace(ENDING, '.js'),
      namespace: 'script',
      pluginData: resolve(dirname(importer), path.replace(/\?script$/, '')),
    }));
    onLoad({ filter: /./, namespace: 'script' }, async ({ pluginData }) => {
      const { outputFiles } = await build({
        entryPoints: [pluginData],
        bundle: true,
        write: false,
        format: 'esm',
        target: 'es2022',
        logLevel: 'silent',
      });
      return { contents: outputFiles[0].contents, loader: 'file' };
    });
  },
};
