import { SourceMap, type SourceMapPayload } from 'node:module';
import { relative, resolve } from 'node:path';

/**
 * Maps the places of a bundle in a stack (`http://…/tests/a.js:12:34`) to its sources
 * (`src/gpu/kernel.ts:5:6`), relative to `root`.
 *
 * @param payload The bundle's source map, whose sources are relative to `folder`.
 */
export function mapStack(
  text: string,
  payload: SourceMapPayload,
  folder: string,
  root: string,
): string {
  const map = new SourceMap(payload);
  return text.replace(/https?:\/\/[^\s()]+\.js:(\d+):(\d+)/g, (place, line, column) => {
    const entry = map.findEntry(Number(line) - 1, Number(column) - 1);
    if (!('originalSource' in entry)) return place;
    const source = relative(root, resolve(folder, entry.originalSource));
    return `${source}:${entry.originalLine + 1}:${entry.originalColumn + 1}`;
  });
}
