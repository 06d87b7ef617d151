import { factsNamed, widthsOf } from '../../tasks/network-facts.ts';
import { groupsIn } from '../../tasks/run-groups.ts';
import type { LabOutcome } from '../../worker/lab-outcome.ts';
import { byId } from '../dom.ts';
import { type Measure, measureOf } from '../measure.ts';
import type { KeptRuns } from '../notebook/kept-runs.ts';
import type { RunRecord } from '../notebook/run-store.ts';
import { fiveSeeds } from '../notebook/seeds.ts';
import type { Remote } from '../remote.ts';
import { SettingsForm } from '../settings/settings-form.ts';
import { newRuns } from './new-runs.ts';
import { StartingWeights } from './starting-weights.ts';
import { TextField } from './text-field.ts';

/** Runs that are about to be trained. */
interface Beginning {
  readonly runs: readonly RunRecord[];
  readonly epochs: number;
  /** Imported weights whose place in the list the first one takes. */
  readonly place: RunRecord | undefined;
  /** Asks the worker. */
  readonly train: () => Promise<LabOutcome>;
}

/** What the next run trains with: the form's settings, the text, and the weights that it starts from. */
export class NextRun {
  readonly #remote: Remote;
  readonly #text: TextField;
  readonly form: SettingsForm;
  readonly from: StartingWeights;

  constructor(
    remote: Remote,
    search: string,
    on: {
      readonly query: (query: string) => void;
      /** A file of weights is given. */
      readonly weights: (file: File) => void;
      readonly fail: (error: Error) => void;
      readonly share: (query: string) => void;
    },
  ) {
    this.#remote = remote;
    const share = byId('share', HTMLAnchorElement);
    this.form = new SettingsForm(
      byId('settings', HTMLFormElement),
      search,
      (query) => {
        share.href = `?${query}`;
        on.query(query);
      },
      (query) => remote.call('networksIn', [query]),
    );
    share.href = `?${this.form.query}`;
    this.from = new StartingWeights(on.weights);
    this.#text = new TextField(on.fail);
    share.addEventListener('click', (event) => {
      event.preventDefault();
      on.share(this.form.query);
    });
    byId('more-seeds').addEventListener('click', () => this.form.load(fiveSeeds(this.form.query)));
  }

  /** What a run of these settings, and of the data that there are, is measured in. */
  get measure(): Measure {
    const { model, data } = this.form.read();
    const isNumber = data === 'own' && byId('settings').dataset.number === 'yes';
    return measureOf(model, isNumber);
  }

  /** Gives the worker the text to learn from. */
  giveText(): Promise<unknown> {
    return this.#remote.call('useText', [this.#text.given]);
  }

  /** A run of weights that are imported; of the first network if the settings are of several. @throws OptionError if the settings are wrong */
  imported(kept: KeptRuns): RunRecord {
    const { query } = this.form;
    const [[{ options }, ...others], ...groups] = groupsIn(query);
    const isOne = others.length + groups.length === 0;
    const [run] = this.#runs(kept, isOne ? query : options.toString());
    return run;
  }

  /** @throws OptionError if the settings are wrong */
  begin(kept: KeptRuns): Beginning {
    const { query } = this.form;
    const { from } = this;
    const place = from.placeIn(kept.runs);
    const runs = this.#runs(kept, query);
    return {
      runs,
      place,
      epochs: Number(this.form.read().epochs),
      train: async () => {
        await this.giveText();
        try {
          return await this.#remote.call('train', [query, from.bytes, runs[0].key]);
        } catch (error) {
          throw from.named(error);
        }
      },
    };
  }

  /** New runs: the first one takes the place of weights that were imported and are chosen. */
  #runs(kept: KeptRuns, query: string): RunRecord[] {
    const values = this.form.read();
    const { model, layers } = values;
    const place = this.from.placeIn(kept.runs);
    const first = place ? kept.next - 1 : kept.next;
    const [run, ...others] = newRuns(first, titleOf(model, layers), query, values);
    if (!place) return [run, ...others];
    const { id, key, name, pinned } = place;
    return [{ ...run, id, key, name, pinned }, ...others];
  }
}

/** What a run is called: by its network, or by its widths if they are others. */
function titleOf(model: string, layers: string): string {
  const known = layers.replace(/\s/g, '');
  const network = factsNamed(model);
  const [{ title }, widths] = [network, widthsOf(network)];
  return !widths || known === widths.join(',') ? title : known.replaceAll(',', '–');
}
