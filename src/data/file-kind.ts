/** The sizes in the header of an IDX file of bytes; undefined for any other file, and for a part of a header. */
export function idxDims(head: Uint8Array): readonly number[] | undefined {
  const rank = head[3];
  const whole = rank >= 1 && rank <= 8 && head.length >= 4 + 4 * rank;
  if (!whole || head[0] !== 0 || head[1] !== 0 || head[2] !== 8) return undefined;
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  return Array.from({ length: rank }, (_, i) => view.getUint32(4 + 4 * i));
}

/**
 * Describes a file in a few words for a message.
 *
 * @param head its first bytes, unpacked if it was packed by gzip
 * @param size all of its bytes, unpacked, if that is known
 */
export function kindOfFile(head: Uint8Array, size?: number): string {
  if (head.length === 0) return 'empty';
  if (head[0] === 0x50 && head[1] === 0x4b) return 'a zip archive: unpack it';
  const dims = idxDims(head);
  if (!dims) return 'not an IDX file of bytes';
  const [count, ...rest] = dims;
  const what = dims.length === 1 ? 'labels' : dims.length === 3 ? 'images' : 'items';
  const needed = 4 + 4 * dims.length + dims.reduce((a, b) => a * b);
  const text = `${count} ${what}${rest.length > 0 ? ` of ${rest.join(' × ')}` : ''}`;
  if (size === undefined || size === needed) return text;
  return `${text}, but ${size} bytes instead of ${needed}`;
}

/** Whether two lists of sizes are the same. */
export function sameDims(a: readonly number[] | undefined, b: readonly number[]): boolean {
  return a?.join() === b.join();
}
