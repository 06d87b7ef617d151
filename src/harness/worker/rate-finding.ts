import { OptionError } from '../../errors.ts';
import { type GivenData, openJob } from '../tasks/job.ts';
import { runsOf } from '../tasks/many-runs.ts';
import { findRate } from '../tasks/rate-finder.ts';
import type { RateSearch } from '../tasks/rate-search.ts';
import { withWarmStart } from '../tasks/run-trainer.ts';
import { settingsOf } from '../tasks/settings.ts';
import type { LabDevice } from './lab-device.ts';

/** What a {@link RateFinding} asks of the lab. */
interface FindingHost {
  readonly device: LabDevice;
  /** Data from the user. */
  readonly given: () => GivenData;
  /** @throws OptionError while a run is trained */
  readonly needRest: () => void;
}

/** Looks for a learning rate, one at a time. */
export class RateFinding {
  readonly #host: FindingHost;
  /** The search that goes on. */
  #search: object | undefined;

  constructor(host: FindingHost) {
    this.#host = host;
  }

  /** Whether a rate is being looked for. */
  get isOpen(): boolean {
    return this.#search !== undefined;
  }

  /**
   * Looks for a learning rate of settings, with a network of its own: the run stays as it is. Of several networks, the first one's
   * settings count.
   *
   * @throws OptionError while a run is trained, or another search goes on
   */
  async find(query: string): Promise<RateSearch> {
    const { device, given, needRest } = this.#host;
    needRest();
    if (this.#search) {
      throw new OptionError('a learning rate is being looked for; close its window first');
    }
    const search = {};
    this.#search = search;
    try {
      const { options } = runsOf(new URLSearchParams(query))[0];
      const engine = await device.open();
      const job = await openJob(options, settingsOf(options), () => {}, given());
      return await findRate(engine, withWarmStart(engine, job), () => this.#search !== search);
    } finally {
      if (this.#search === search) this.#search = undefined;
    }
  }

  /** Ends what {@link find} is doing. */
  end(): void {
    this.#search = undefined;
  }
}
