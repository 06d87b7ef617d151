import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { PACKAGE_ROOT } from '../../src/cli/paths.ts';

// The engine's rooms: Node has no globals of WebGPU's there.
const ROOMS = ['gpu', 'graph', 'ops', 'fusion', 'nn', 'data', 'train', 'infer', 'reference'];

test("the engine uses none of WebGPU's constants as a global", () => {
  for (const room of ROOMS) {
    const folder = join(PACKAGE_ROOT, 'src', room);
    for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
      if (!name.endsWith('.ts')) continue;
      const lines = readFileSync(join(folder, name), 'utf8').split('\n');
      const uses = lines.filter(
        (line) =>
          /\bGPU(BufferUsage|MapMode|ShaderStage|TextureUsage|ColorWrite)\./.test(line) &&
          // Docstrings and messages speak of an app's.
          !/^\s*\*|^\s*`/.test(line),
      );
      assert.equal(uses, [], `src/${room}/${name}`);
    }
  }
});

test.run();
