import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import type { Host } from '../bench/host.ts';
import { GradweaveError } from '../errors.ts';

/**
 * Keeps what single runs of a long command gave in a file, so that the command, started again after it
 * was ended, goes on with the run that it had not finished.
 */
export class KeptRuns {
  readonly #file: string;
  readonly #runs: Map<string, unknown>;

  private constructor(file: string, runs: Map<string, unknown>) {
    this.#file = file;
    this.#runs = runs;
  }

  /** @throws {GradweaveError} where the file is there and is not what this class writes. */
  static async open(file: string): Promise<KeptRuns> {
    let text: string;
    try {
      text = await readFile(file, 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return new KeptRuns(file, new Map());
      throw error;
    }
    try {
      const runs: unknown = JSON.parse(text);
      if (typeof runs !== 'object' || runs === null || Array.isArray(runs))
        throw new Error('no object');
      return new KeptRuns(file, new Map(Object.entries(runs)));
    } catch (error) {
      throw new GradweaveError(
        `'${file}' should hold the runs of an earlier start, but cannot be read (${(error as Error).message}). Delete it to begin anew.`,
      );
    }
  }

  /** How many runs an earlier start has left. */
  get count(): number {
    return this.#runs.size;
  }

  /** Answers the page's requests `kept` and `keep`. */
  readonly host: Host = async (request) => {
    if (request.kind === 'kept') return this.#runs.get(request.run) ?? null;
    if (request.kind !== 'keep') throw new GradweaveError(`${request.kind} is not answered here`);
    this.#runs.set(request.run, request.value);
    // Whole or not at all, whenever the command is ended.
    await writeFile(`${this.#file}.new`, JSON.stringify(Object.fromEntries(this.#runs)));
    await rename(`${this.#file}.new`, this.#file);
    return null;
  };

  /** When all is done and written elsewhere. */
  async forget(): Promise<void> {
    await rm(this.#file, { force: true });
  }
}
