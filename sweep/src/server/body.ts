import type { IncomingMessage } from 'node:http';
import { MOST_MESSAGE_BYTES } from '../../../src/trial/protocol.ts';
import { RefusedError, wrongMessage } from './refusal.ts';

/** A message must have arrived after so long. */
const MESSAGE_MS = 20_000;

export const tooLarge = (most: number): RefusedError =>
  new RefusedError(413, 'SizeError', `the body is larger than ${most} bytes, which are allowed`);

/**
 * A JSON body.
 *
 * @throws {RefusedError} 413 if it is larger than {@link MOST_MESSAGE_BYTES}, 408 if it does not come to an end, 400 if it is not
 *   JSON
 */
export async function readJson(
  request: IncomingMessage,
  limit = MOST_MESSAGE_BYTES,
  milliseconds = MESSAGE_MS,
): Promise<unknown> {
  const type = request.headers['content-type'] ?? '';
  if (!/^application\/json *(;.*)?$/i.test(type)) {
    throw new RefusedError(415, 'MessageError', 'send Content-Type: application/json');
  }
  const bytes = await readBytes(request, limit, milliseconds);
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw wrongMessage('the body is not JSON in UTF-8');
  }
}

async function readBytes(
  request: IncomingMessage,
  limit: number,
  milliseconds: number,
): Promise<Buffer> {
  checkLength(request, limit);
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    request.destroy();
  }, milliseconds);
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > limit) throw tooLarge(limit);
      chunks.push(chunk);
    }
  } catch (error) {
    if (error instanceof RefusedError) throw error;
    throw new RefusedError(
      408,
      'MessageError',
      late ? `the body did not arrive within ${milliseconds / 1000} s` : 'the body ended too early',
    );
  } finally {
    clearTimeout(timer);
  }
  return Buffer.concat(chunks);
}

/** Refuses what says itself that it is too large, before it is read. */
export function checkLength({ headers }: IncomingMessage, limit: number): void {
  const length = headers['content-length'];
  if (length !== undefined && Number(length) > limit) throw tooLarge(limit);
}
