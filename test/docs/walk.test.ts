import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { link, use } from '../../src/gpu/link.ts';
import type { Rule } from '../../src/ops/activation-rule.ts';

const test = suite('the walk of adding an op');

const ROOT = new URL('../../', import.meta.url);
const text = readFileSync(new URL('CONTRIBUTING.md', ROOT), 'utf8');
const section = text.slice(text.indexOf('### Hardswish'));
const block = (kind: string): string =>
  new RegExp(`\`\`\`${kind}\n([^]*?)\`\`\``).exec(section)?.[1] ?? '';

/** The TypeScript file of the walk, with its shader file. */
async function written(): Promise<{ readonly hardswishRule: Rule; readonly HARDSWISH: object }> {
  const file = { name: 'activation/hardswish', source: block('wgsl') };
  const { outputFiles } = await build({
    stdin: {
      contents: block('typescript'),
      loader: 'ts',
      resolveDir: fileURLToPath(new URL('src/ops', ROOT)),
    },
    bundle: true,
    write: false,
    format: 'esm',
    plugins: [
      {
        name: 'the shader file',
        setup: ({ onResolve, onLoad }) => {
          onResolve({ filter: /shaders\.gen\.ts$/ }, ({ path }) => ({ path, namespace: 'made' }));
          onLoad({ filter: /./, namespace: 'made' }, () => ({
            contents: `export const activationHardswish = ${JSON.stringify(file)};`,
          }));
        },
      },
    ],
  });
  return import(`data:text/javascript,${encodeURIComponent(outputFiles[0].text)}`);
}

test('its files are whole: a shader that links, an op, and a reference whose slope is that of its value', async () => {
  const { hardswishRule, HARDSWISH } = await written();
  const { file } = HARDSWISH as { readonly file: Parameters<typeof use>[0] };
  assert.match(link([use<never, never>(file as never)]).code, 'fn activateGradient(');
  const { value, slope, steepest } = hardswishRule;
  for (const x of [-5, -3.5, -2, -1.5, 0, 0.3, 2.9, 3.5, 8]) {
    const difference = (value(x + 1e-5) - value(x - 1e-5)) / 2e-5;
    assert.ok(Math.abs(difference - slope(x)) < 1e-6, `${x}: ${difference}, not ${slope(x)}`);
    assert.ok(Math.abs(slope(x)) <= steepest(x, 0));
  }
  assert.equal([value(-3), value(3), value(1)], [-0, 3, 4 / 6]);
});

test('the table that it names has the place for its line', () => {
  const table = readFileSync(new URL('src/ops/activation-reference.ts', ROOT), 'utf8');
  assert.match(table, /^const OTHERS: readonly \(readonly \[Activation, Rule\]\)\[\] = \[/m);
});

test.run();
