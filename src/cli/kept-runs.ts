import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import type { Host } from '../bench/host.ts';
import { GradweaveError } from '../errors.ts';

/**
 * Keeps the results of single runs of a long command in a file. If the command is ended and started
 * again, it resumes with the first run that is not in the file.
 */
export class KeptRuns {
  readonly #file: string;
  readonly #runs: Map<string, unknown>;

  private constructor(file: string, runs: Map<string, unknown>) {
    this.#file = file;
    this.#runs = runs;
  }

  /** @throws {GradweaveError} if the file exists and is not one of this class. */
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
        `'${file}' should hold the runs of an earlier start, but cannot be read (${(error as Error).message}). Delete it to start over.`,
      );
    }
  }

  /** How many runs an earlier start has finished. */
  get count(): number {
    return this.#runs.size;
  }

  /** Answers the page's requests `kept` and `keep`. */
  readonly host: Host = async (request) => {
    if (request.kind === 'kept') return this.#runs.get(request.run) ?? null;
    if (request.kind !== 'keep') throw new GradweaveError(`${request.kind} is not answered here`);
    this.#runs.set(request.run, request.value);
    // Atomic: the command can be ended at any time.
    await writeFile(`${this.#file}.new`, JSON.stringify(Object.fromEntries(this.#runs)));
    await rename(`${this.#file}.new`, this.#file);
    return null;
  };

  /** Deletes the file, once everything is written elsewhere. */
  async forget(): Promise<void> {
    await rm(this.#file, { force: true });
  }
}
