import { readFileSync } from 'node:fs';
import { SourceMap } from 'node:module';
import { join, relative, resolve } from 'node:path';

/**
 * Maps the places of bundles in a stack (`http://…/tests/a.js:12:34`) to their sources (`src/gpu/kernel.ts:5:6`),
 * relative to `root`.
 *
 * @param folder Where the bundles are, each with its map beside it (`a.js.map`), whose sources are relative to it.
 */
export function mapStack(text: string, folder: string, root: string): string {
  const maps = new Map<string, SourceMap | undefined>();
  return text.replace(
    /https?:\/\/[^\s()]+\/([^\s()/]+\.js):(\d+):(\d+)/g,
    (place, script: string, line, column) => {
      if (!maps.has(script)) maps.set(script, readMap(join(folder, `${script}.map`)));
      const entry = maps.get(script)?.findEntry(Number(line) - 1, Number(column) - 1);
      if (entry === undefined || !('originalSource' in entry)) return place;
      const source = relative(root, resolve(folder, entry.originalSource));
      return `${source}:${entry.originalLine + 1}:${entry.originalColumn + 1}`;
    },
  );
}

function readMap(path: string): SourceMap | undefined {
  try {
    return new SourceMap(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    // No script of the tests: a worker's, say.
    return undefined;
  }
}
