import { cp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { PACKAGE_ROOT as ROOT } from '../../src/cli/paths.ts';
import { project } from './project.ts';
import { removeFolders, run } from './stage.ts';

const test = suite<{ app: string }>('typescript');

const VERSIONS = ['5.9', '6', '7'] as const;
type Version = (typeof VERSIONS)[number];

/** Of TypeScript's options, those that change what a package's declarations mean. */
interface Setting {
  readonly file: 'arrays.ts' | 'buffers.ts';
  readonly type: 'module' | 'commonjs';
  readonly resolution: 'bundler' | 'nodenext' | 'node16' | 'node10';
  readonly dom: boolean;
  readonly types: readonly string[];
  readonly skipLibCheck: boolean;
}

test.before(async (context) => {
  context.app = await project('typescript');
  await cp(join(ROOT, 'test/package/consumer.ts'), join(context.app, 'buffers.ts'));
});
test.after(removeFolders);

/** @returns the lines of TypeScript's complaints */
async function complaints(app: string, version: Version, setting: Setting): Promise<string[]> {
  const { file, type, resolution, dom, types, skipLibCheck } = setting;
  const compilerOptions = {
    strict: true,
    noEmit: true,
    target: 'es2022',
    module: { bundler: 'esnext', node10: 'commonjs' }[resolution as string] ?? resolution,
    moduleResolution: resolution,
    lib: dom ? ['ES2023', 'DOM'] : ['ES2023'],
    types,
    skipLibCheck,
  };
  await writeFile(join(app, 'package.json'), JSON.stringify({ type }));
  await writeFile(join(app, 'tsconfig.json'), JSON.stringify({ files: [file], compilerOptions }));
  const compiler = join('node_modules', `typescript-${version}`, 'lib', 'tsc.js');
  try {
    await run(process.execPath, [compiler, '-p', '.', '--pretty', 'false'], { cwd: app });
    return [];
  } catch (error) {
    const { stdout } = error as { stdout: string };
    return stdout.split('\n').filter((line) => line.trim() !== '');
  }
}

const RESOLUTIONS = [
  { resolution: 'bundler', type: 'module' },
  { resolution: 'nodenext', type: 'module' },
  { resolution: 'nodenext', type: 'commonjs' },
  { resolution: 'node16', type: 'commonjs' },
  { resolution: 'node10', type: 'commonjs' },
] as const;

for (const version of VERSIONS) {
  for (const { resolution, type } of RESOLUTIONS) {
    // TypeScript 6 wants to be asked for node10, 7 has it no more.
    if (resolution === 'node10' && version !== '5.9') continue;
    if (version === '6' && !resolution.startsWith('nodenext')) continue;

    test(`${version}: an app of arrays compiles with ${resolution} in ${type}, whatever its libraries`, async ({
      app,
    }) => {
      for (const dom of [true, false]) {
        for (const types of [[], ...(dom ? [] : [['node']]), ['@webgpu/types']]) {
          const setting = { file: 'arrays.ts', type, resolution, dom, types } as const;
          const found = await complaints(app, version, { ...setting, skipLibCheck: false });
          if (types.includes('@webgpu/types') && (!dom || version !== '5.9')) {
            // It wants the DOM, and contradicts the one of TypeScript 6 and 7: not ours to mend.
            assert.ok(found.length > 0);
            const ours = found.filter((line) => /^node_modules\/gradweave|^arrays/.test(line));
            assert.equal(ours, []);
            assert.equal(await complaints(app, version, { ...setting, skipLibCheck: true }), []);
          } else {
            assert.equal(found, [], JSON.stringify(setting));
          }
        }
      }
    });
  }

  test(`${version}: an app with a device of its own needs the types of WebGPU, from either place`, async ({
    app,
  }) => {
    const setting = {
      file: 'buffers.ts',
      type: 'module',
      resolution: 'nodenext',
      dom: true,
      types: [] as string[],
      skipLibCheck: false,
    } as const;
    const bare = await complaints(app, version, setting);
    if (version === '5.9') {
      assert.ok(
        bare.length > 0 && bare.every((line) => /^buffers\.ts/.test(line)),
        bare.join('\n'),
      );
      const types = ['@webgpu/types'];
      assert.equal(await complaints(app, version, { ...setting, types }), []);
    } else {
      assert.equal(bare, []);
    }
  });
}

test.run();
