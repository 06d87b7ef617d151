import { factsNamed, widthsOf } from '../../tasks/network-facts.ts';
import type { LabOutcome } from '../../worker/lab-outcome.ts';
import { byId } from '../dom.ts';
import { type Measure, measureOf } from '../measure.ts';
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
  /** Asks the worker. @param hold starts paused */
  readonly train: (hold: boolean) => Promise<LabOutcome>;
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

  /** Begins with a file's weights. @throws DataError if it is no file of weights */
  takeWeights(file: File): Promise<void> {
    return this.from.take(file, (bytes) => this.#remote.call('needWeights', [bytes]));
  }

  /** @param first the number of the first run. @throws OptionError if the settings are wrong */
  begin(first: number): Beginning {
    const { query } = this.form;
    const values = this.form.read();
    const runs = newRuns(first, titleOf(values.model, values.layers), query, values);
    return {
      runs,
      epochs: Number(values.epochs),
      train: async (hold) => {
        await this.giveText();
        return this.#remote.call('train', [query, this.from.bytes, hold, runs[0].key]);
      },
    };
  }
}

/** What a run is called: by its network, or by its widths if they are others. */
function titleOf(model: string, layers: string): string {
  const known = layers.replace(/\s/g, '');
  const network = factsNamed(model);
  const [{ title }, widths] = [network, widthsOf(network)];
  return !widths || known === widths.join(',') ? title : known.replaceAll(',', '–');
}
