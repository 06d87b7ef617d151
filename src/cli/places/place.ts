/** Where checkpoints and results are kept: a folder, or a server under a prefix. Names are of one level. */
export interface CheckpointPlace {
  /** Where a file is, for messages; without secrets. */
  at(name: string): string;
  /** @returns undefined if there is no such file. @throws GradweaveError if it cannot be read */
  load(name: string): Promise<Uint8Array | undefined>;
  /**
   * Puts a file in its place, whole: until then the one before stays.
   *
   * @throws GradweaveError if it cannot be written
   */
  save(name: string, bytes: Uint8Array): Promise<void>;
  /**
   * Puts a file in its place unless there is one, whoever else tries at the same time.
   *
   * @returns whether it did. A server that does not know `If-None-Match: *` always does
   */
  create(name: string, bytes: Uint8Array): Promise<boolean>;
  /** Removes a file, if it is there. */
  remove(name: string): Promise<void>;
}
