import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { PACKAGE_ROOT } from '../../src/cli/paths.ts';

// The folders of the engine, which also runs in Node, where WebGPU has no globals.
const ROOMS = ['gpu', 'graph', 'ops', 'fusion', 'nn', 'data', 'train', 'infer', 'reference'];

test("the engine does not use WebGPU's global constants", () => {
  for (const room of ROOMS) {
    const folder = join(PACKAGE_ROOT, 'src', room);
    for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
      if (!name.endsWith('.ts')) continue;
      const lines = readFileSync(join(folder, name), 'utf8').split('\n');
      const uses = lines.filter(
        (line) =>
          /\bGPU(BufferUsage|MapMode|ShaderStage|TextureUsage|ColorWrite)\./.test(line) &&
          // Docstrings and messages may mention them.
          !/^\s*\*|^\s*`/.test(line),
      );
      assert.equal(uses, [], `src/${room}/${name}`);
    }
  }
});

test.run();
