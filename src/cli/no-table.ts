/** What a file that is no table is. */
import { idxDims, kindOfFile } from '../data/file-kind.ts';
import { isGzip } from '../data/gzip.ts';
import { imageHead } from '../harness/own/image-size.ts';
import { isJpeg, isNpy } from './sample-files.ts';

/** What a file is by its first bytes; undefined if it may be a table. */
export function otherThanTable(head: Uint8Array): string | undefined {
  if (isGzip(head)) return 'packed by gzip';
  if (idxDims(head)) return `one IDX file, ${kindOfFile(head)}`;
  if (isNpy(head)) return 'an npy file';
  if (head[0] === 0x50 && head[1] === 0x4b) return 'a zip archive, as spreadsheets are';
  const kind = imageHead(head)?.kind ?? (isJpeg(head) ? 'JPEG' : undefined);
  return kind && `one image, a ${kind}`;
}
