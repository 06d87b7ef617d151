import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join, normalize, relative } from 'node:path';
import { promisify } from 'node:util';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { COMMANDS } from '../../src/cli/commands/index.ts';
import { parseOptions } from '../../src/cli/options.ts';
import { PACKAGE_ROOT as ROOT } from '../../src/cli/paths.ts';
import { blocksOf, fileOf, isForNode, scriptOf } from '../run/blocks.ts';

/** Every page that people read, from the repository's root. */
const PAGES = [
  ...readdirSync(ROOT).filter((name) => name.endsWith('.md')),
  ...readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name.replaceAll('\\', '/')}`),
];
const textOf = (page: string): string => readFileSync(join(ROOT, page), 'utf8');

/** `typescript` is code of the engine itself, which is not compiled against the public types: see walk.test.ts. */
const LANGUAGES = [
  ...['html', 'js', 'json', 'jsx', 'sh', 'text', 'ts', 'tsx', 'typescript', 'wgsl', 'yaml'],
];

test('every block of code names its language', () => {
  for (const page of PAGES) {
    for (const { language, line } of blocksOf(textOf(page))) {
      assert.ok(LANGUAGES.includes(language), `${page}:${line}: '${language}'`);
    }
  }
});

test('every page with scripts is run by blocks.gpu.test.ts', () => {
  const tests = readFileSync(join(ROOT, 'test/docs/blocks.gpu.test.ts'), 'utf8');
  const run = [...tests.matchAll(/from '\.\.\/\.\.\/(.*\.md)'/g)].map(([, page]) => page);
  const scripted = PAGES.filter((page) =>
    blocksOf(textOf(page)).some((block) => {
      const script = scriptOf(block);
      return script !== undefined && !isForNode(script);
    }),
  );
  assert.equal(run.sort(), scripted.sort());
});

test('blocks of JSON are JSON', () => {
  for (const page of PAGES) {
    for (const { language, code } of blocksOf(textOf(page))) {
      if (language === 'json') JSON.parse(code);
    }
  }
});

test('blocks of TypeScript compile against the public types', async () => {
  const folder = join(ROOT, '.build/docs');
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const compilerOptions = { noUnusedLocals: false };
  const config = { extends: '../../tsconfig.json', compilerOptions, include: ['.'] };
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(config));
  let count = 0;
  for (const page of PAGES) {
    for (const { language, code, line } of blocksOf(textOf(page))) {
      if (!/^tsx?$/.test(language)) continue;
      const name = `${page.replace(/\W+/g, '-')}-line-${line}.${language}`;
      await writeFile(join(folder, name), `${code}export {};\n`);
      count++;
    }
  }
  assert.ok(count > 0);
  const tsc = join(ROOT, 'node_modules/typescript/bin/tsc');
  try {
    await promisify(execFile)(process.execPath, [tsc, '-p', folder], { cwd: ROOT });
  } catch (error) {
    assert.unreachable((error as { stdout: string }).stdout);
  }
});

const SCRIPTS: Readonly<Record<string, string>> = JSON.parse(textOf('package.json')).scripts;
/** Commands of a shell and of npm that are not this repository's. */
const FOREIGN =
  /^(cd |mkdir |kubectl |sbatch |JOBS=\d+ bash |pip install |tensorboard |mlflow server|sudo |ssh |deno run |git clone |npm (ci|pack|init -y|create |install )|vulkaninfo|npm run dev$|open )/;

/** What is wrong with a line of a shell, if anything. */
function faultOf(line: string, page: string): string | undefined {
  const [program, second, third] = line.split(' ');
  if (line === '' || FOREIGN.test(line)) return undefined;
  if (program === 'npm') {
    const name = second === 'run' ? third : second;
    return SCRIPTS[name] === undefined ? `package.json has no script ${name}` : undefined;
  }
  const [, command] = /^(?:npx )?gradweave (.*)$/.exec(line) ?? [];
  if (command !== undefined) {
    if (/^--(help|version)$/.test(command)) return undefined;
    const [name, ...given] = command.split(' ');
    const spec = COMMANDS.find((known) => known.name === name);
    if (!spec) return `there is no command ${name}`;
    parseOptions(spec, given);
    return undefined;
  }
  if (program === 'node') {
    const isNamed = blocksOf(textOf(page)).length > 0 && textOf(page).includes(`\`${second}\``);
    return isNamed || existsSync(join(ROOT, second)) ? undefined : `there is no ${second}`;
  }
  return 'it is no command that this test knows';
}

test('commands in blocks for the shell exist, and take their options', () => {
  for (const page of PAGES) {
    for (const { language, code, line } of blocksOf(textOf(page))) {
      if (language !== 'sh') continue;
      for (const text of code.replaceAll('\\\n', ' ').split('\n')) {
        const fault = faultOf(text.replace(/(^|\s)#.*$/, '').trim(), page);
        assert.is(fault, undefined, `${page}:${line}: ${text}: ${fault}`);
      }
    }
  }
});

/** The anchors of a page, as GitHub makes them from headings. */
function anchorsOf(page: string): string[] {
  const outside = textOf(page).replace(/^```.*?^```/gms, '');
  return [...outside.matchAll(/^#+ (.*)$/gm)].map(([, heading]) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

test('links between pages and to files lead somewhere', () => {
  for (const page of PAGES) {
    const outside = textOf(page).replace(/^```.*?^```/gms, '');
    for (const [, target] of outside.matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^(https?|mailto):/.test(target)) continue;
      const [path, anchor] = target.split('#');
      const to = path === '' ? page : relative(ROOT, normalize(join(ROOT, dirname(page), path)));
      assert.ok(existsSync(join(ROOT, to)), `${page}: ${target}`);
      if (anchor === undefined || !to.endsWith('.md')) continue;
      assert.ok(anchorsOf(to).includes(anchor), `${page}: ${target}`);
    }
  }
});

test('scripts that other scripts load are named once a page', () => {
  for (const page of PAGES) {
    const names = blocksOf(textOf(page)).flatMap((block) => fileOf(scriptOf(block) ?? '') ?? []);
    assert.is(new Set(names).size, names.length, page);
  }
});

test.run();
