/** StrykerJS runs this in its copy of the sources. Bundles the tests of a part into one file, which starts fast. */
import { build } from 'esbuild';

const tests = process.env.MUTATE_TESTS.split(' ').map((name) => `test/${name}.test.ts`);
const start = process.env.MUTATE_WEBGPU ? ['scripts/mutate-ts/gpu.mjs'] : [];
const files = [...start, 'scripts/mutate-ts/start.mjs', ...tests, 'scripts/mutate-ts/end.mjs'];
await build({
  stdin: { contents: files.map((file) => `import './${file}';`).join('\n'), resolveDir: '.' },
  outfile: 'mutated.mjs',
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  // Messages contain names of functions.
  keepNames: true,
  // package.json says `sideEffects: false`, which would drop these imports.
  ignoreAnnotations: true,
  loader: { '.wgsl': 'text' },
  logLevel: 'error',
});
