/** Checkpoints of trials, one for each, in the sweep's folder: the one before stays until another is complete. */
import { randomUUID } from 'node:crypto';
import { type FileHandle, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { isSha256 } from '../../../src/trial/sha256.ts';
import { checkLength, tooLarge } from './body.ts';
import { RefusedError } from './refusal.ts';

/** Nothing may be missing for so long while a checkpoint arrives or leaves. */
const STALL_MS = 30_000;

export interface CheckpointLimits {
  /** Of one checkpoint. */
  readonly bytes: number;
  /** Of all of a sweep. */
  readonly totalBytes: number;
  /** Uploads at the same time. */
  readonly uploads: number;
}

export class Checkpoints {
  readonly #folder: string;
  readonly #limits: CheckpointLimits;
  /** The size of each that is stored. */
  readonly #sizes = new Map<string, number>();
  #uploads = 0;
  /** Bytes of uploads that are not complete. */
  #arriving = 0;
  readonly #received = new WeakMap<IncomingMessage, number>();

  private constructor(folder: string, limits: CheckpointLimits) {
    this.#folder = folder;
    this.#limits = limits;
  }

  /**
   * Opens the folder, and removes what is of no use.
   *
   * @param wanted whether a trial's checkpoint may be needed still
   */
  static async open(
    folder: string,
    limits: CheckpointLimits,
    wanted: (id: string) => boolean,
  ): Promise<Checkpoints> {
    await mkdir(folder, { recursive: true });
    const checkpoints = new Checkpoints(folder, limits);
    for (const name of await readdir(folder)) {
      const file = join(folder, name);
      const id = /^([0-9a-f]{64})\.checkpoint$/.exec(name)?.[1];
      if (id !== undefined && wanted(id)) checkpoints.#sizes.set(id, (await stat(file)).size);
      // Only what this class has written.
      else if (id !== undefined || /^[0-9a-f]{64}\.[0-9a-f-]{36}\.part$/.test(name)) {
        await rm(file, { force: true });
      }
    }
    return checkpoints;
  }

  has(id: string): boolean {
    return this.#sizes.has(id);
  }

  #path(id: string): string {
    // Whatever else goes wrong: no other name becomes a path.
    if (!isSha256(id)) throw new RefusedError(404, 'PathError', 'there is no such trial');
    return join(this.#folder, `${id}.checkpoint`);
  }

  /**
   * Stores the body of a request.
   *
   * @param holds whether the sender may still do so, asked before the one before is replaced
   */
  async store(id: string, request: IncomingMessage, holds: () => void): Promise<void> {
    checkLength(request, this.#limits.bytes);
    if (this.#uploads >= this.#limits.uploads) {
      throw new RefusedError(
        503,
        'BusyError',
        'too many checkpoints arrive at the moment; send it again',
      );
    }
    const path = this.#path(id);
    const part = join(this.#folder, `${id}.${randomUUID()}.part`);
    this.#uploads++;
    let size = 0;
    try {
      const file = await open(part, 'wx', 0o600);
      try {
        size = await this.#receive(request, file);
        await file.sync();
      } finally {
        await file.close();
      }
      holds();
      await rename(part, path);
      this.#sizes.set(id, size);
    } finally {
      this.#uploads--;
      this.#arriving -= this.#received.get(request) ?? 0;
      await rm(part, { force: true });
    }
  }

  async #receive(request: IncomingMessage, file: FileHandle): Promise<number> {
    let size = 0;
    const stall = () => request.destroy(new Error('stalled'));
    let timer = setTimeout(stall, STALL_MS);
    try {
      for await (const chunk of request as AsyncIterable<Buffer>) {
        clearTimeout(timer);
        timer = setTimeout(stall, STALL_MS);
        size += chunk.length;
        this.#arriving += chunk.length;
        this.#received.set(request, size);
        if (size > this.#limits.bytes) throw tooLarge(this.#limits.bytes);
        if (this.#total() > this.#limits.totalBytes) {
          throw new RefusedError(
            413,
            'SizeError',
            'the checkpoints of all trials are as large as allowed',
          );
        }
        await file.write(chunk);
      }
    } catch (error) {
      if (error instanceof RefusedError) throw error;
      if ((error as NodeJS.ErrnoException).code === 'ENOSPC') {
        throw new RefusedError(413, 'SizeError', 'the server has no space left for checkpoints');
      }
      throw new RefusedError(408, 'MessageError', 'the checkpoint ended too early');
    } finally {
      clearTimeout(timer);
    }
    if (size === 0) throw new RefusedError(400, 'MessageError', 'the checkpoint is empty');
    return size;
  }

  #total(): number {
    let total = this.#arriving;
    for (const size of this.#sizes.values()) total += size;
    return total;
  }

  /** @throws {RefusedError} 404 if there is none */
  async send(id: string, response: ServerResponse): Promise<void> {
    const file = await open(this.#path(id)).catch(() => null);
    if (file === null || !this.has(id)) {
      await file?.close();
      throw new RefusedError(404, 'MissingError', 'no checkpoint of this trial is stored');
    }
    const { size } = await file.stat();
    response.writeHead(200, {
      'Content-Type': 'application/octet-stream',
      'Content-Length': size,
    });
    response.setTimeout(STALL_MS, () => response.destroy());
    // A newer one may replace it meanwhile: what is open stays what it was.
    await pipeline(file.createReadStream(), response);
  }

  async remove(id: string): Promise<void> {
    this.#sizes.delete(id);
    await rm(this.#path(id), { force: true });
  }
}
