import { DataError } from '../../errors.ts';
import { readTrialMark } from '../../harness/tasks/trial-checkpoint.ts';
import { agree, DigestAlarm } from '../../trial/agree.ts';
import type { TrialResult } from '../../trial/result.ts';
import { isSha256 } from '../../trial/sha256.ts';
import type { CheckpointPlace } from '../places/place.ts';

/** A result in its place. */
export interface KeptResult {
  /** Where it is. */
  readonly at: string;
  /** It differs from the first result, on the same kind of adapter. Both are kept. */
  readonly alarm?: DigestAlarm;
}

/** A trial's files in the place of its checkpoint: `ID.safetensors` and `ID.result.json`. */
export class KeptTrial {
  readonly #place: CheckpointPlace;
  readonly #id: string;

  constructor(place: CheckpointPlace, id: string) {
    this.#place = place;
    this.#id = id;
  }

  /** @param again whether a trial that has a result is trained again */
  checkpointName(again: boolean): string {
    return `${this.#id}${again ? '.again' : ''}.safetensors`;
  }

  /**
   * The bytes of a checkpoint; undefined if there is none.
   *
   * @throws DataError if it is damaged, or of another trial
   */
  async checkpoint(name: string): Promise<Uint8Array | undefined> {
    const bytes = await this.#place.load(name);
    if (bytes === undefined) return undefined;
    await readTrialMark(bytes, this.#id).catch((error: unknown) => {
      if (!(error instanceof DataError)) throw error;
      throw new DataError(`${this.#place.at(name)}: ${error.message}`);
    });
    return bytes;
  }

  /** The first result; undefined if there is none. @throws DataError if it is damaged, or of another trial */
  async result(): Promise<TrialResult | undefined> {
    const name = this.#resultName();
    const bytes = await this.#place.load(name);
    return bytes && this.#read(bytes, name);
  }

  /** Keeps a result, and compares it with the first one if there is one. */
  async keep(result: TrialResult): Promise<KeptResult> {
    const bytes = new TextEncoder().encode(`${JSON.stringify(result, null, 2)}\n`);
    const name = this.#resultName();
    if (await this.#place.create(name, bytes)) return { at: this.#place.at(name) };
    const first = await this.result();
    const agrees = first && agree(first, result);
    // Another one was about to put it there, and did not.
    if (first === undefined) await this.#place.save(name, bytes);
    if (first === undefined || agrees === true) return { at: this.#place.at(name) };
    const other = this.#resultName(`-${result.digest.slice(0, 8)}`);
    await this.#place.save(other, bytes);
    const at = this.#place.at(other);
    return agrees === false ? { at, alarm: new DigestAlarm(first, result) } : { at };
  }

  #resultName(more = ''): string {
    return `${this.#id}.result${more}.json`;
  }

  #read(bytes: Uint8Array, name: string): TrialResult {
    try {
      const result = JSON.parse(new TextDecoder().decode(bytes)) as TrialResult;
      // What is compared; the rest is shown as it is.
      const { adapter, runtime, family } = result.place;
      const texts = [adapter.vendor, runtime, family];
      if (
        result.id === this.#id &&
        isSha256(result.digest) &&
        Array.isArray(result.history) &&
        texts.every((text) => typeof text === 'string')
      ) {
        return result;
      }
    } catch {
      // Reported below.
    }
    throw new DataError(
      `${this.#place.at(name)} is no result of the trial ${this.#id}. Take it away, and start the trial again: it goes on from its checkpoint`,
    );
  }
}
