import { readFile } from 'node:fs/promises';

/**
 * A `fetch` that reads a fixed table of files, as the local server would send them, and
 * passes everything else on.
 *
 * @param files path from the root, e.g. `/data/labels.gz` → file
 */
export function fetchFrom(
  files: ReadonlyMap<string, string>,
  otherwise: typeof fetch,
): typeof fetch {
  return async (input, init) => {
    const path = String(input instanceof Request ? input.url : input);
    if (/^[a-z]+:/i.test(path)) return otherwise(input, init);
    const file = files.get(path.startsWith('/') ? path : `/${path}`);
    if (file === undefined) return new Response(null, { status: 404 });
    return new Response(new Uint8Array(await readFile(file)));
  };
}
