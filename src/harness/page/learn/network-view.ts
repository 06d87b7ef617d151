import type { LayerFacts } from '../../../nn/layer-table.ts';
import { factsNamed, type NetworkFacts, widthsOf } from '../../tasks/network-facts.ts';
import type { LabState } from '../../worker/lab-event.ts';
import { byId, find, make } from '../dom.ts';
import { whole } from '../numbers.ts';
import { tidied } from '../settings/field-rules.ts';
import { onLanguage, say, sayOf } from '../words/words.ts';
import { flopText } from './figures-text.ts';
import { type LayerRow, layersTable, rowsOfLayers, rowsOfWidths, sumOf } from './layer-rows.ts';
import type { Learner } from './learner.ts';
import { lesson } from './lessons.ts';
import { NetworkPicture } from './network-picture.ts';
import { PulseView } from './pulse-view.ts';
import { textOfWidths, timesOf, widthsIn } from './widths.ts';

/** The card with the network of the form: its layers as a picture or as a list, and what each has and costs. */
export class NetworkView {
  readonly #learner: Learner;
  readonly #card = byId('network', HTMLDetailsElement);
  readonly #note = make('p', { class: 'help', role: 'status' });
  readonly #cost = make('p', { class: 'help net-cost', role: 'status' });
  readonly #figures = make('div', { class: 'figures' });
  readonly #scroll = make('div', { class: 'scroll' });
  readonly #picture = new NetworkPicture((widths) => this.#edit(widths));
  readonly #pulse: PulseView;
  #state: LabState = 'ended';
  /** Those of the perceptron that is shown. */
  #widths: readonly number[] = [];
  /** What was asked last, so that it is not asked again. */
  #listed: { query: string; layers?: Promise<readonly LayerFacts[]> } = { query: '' };

  constructor(learner: Learner) {
    this.#learner = learner;
    this.#pulse = new PulseView(learner);
    this.#scroll.append(this.#picture.element);
    byId('network-body').append(
      this.#scroll,
      this.#note,
      this.#cost,
      this.#figures,
      this.#pulse.element,
    );
    this.#card.addEventListener('toggle', () => {
      this.settings();
      if (!this.#card.open) this.#pulse.open(false, 0);
    });
    onLanguage(() => {
      this.#pulse.speak();
      this.#picture.speak();
      this.settings();
    });
    this.settings();
  }

  get #field(): HTMLInputElement {
    return find<HTMLInputElement>(byId('settings'), '[name=layers]');
  }

  /** Shows the network of the form, if it is another one. */
  settings(): void {
    const query = this.#learner.query();
    const values = new URLSearchParams(query);
    const facts = factsNamed(values.get('model') ?? '2');
    const own = widthsOf(facts);
    const batch = Number(values.get('batch-size') ?? facts.batchSize) || facts.batchSize;
    const given = values.get('data') === 'own';
    this.#scroll.hidden = !own;
    this.#cost.hidden = !own;
    if (own) {
      const widths = widthsIn(tidied('layers', this.#field.value) || textOfWidths(own));
      if (widths) this.#perceptron(widths, batch, facts);
      else this.#unknown();
      if (given) this.#fit(query, batch, facts).catch(() => {});
      return;
    }
    // The data may be others, with the same settings.
    if (given) this.#listed = { query: '' };
    this.#list(query, batch).catch(() => {
      if (this.#learner.wrong().length > 0) this.#unknown();
    });
  }

  /** What is wrong with settings, their fields say; what is drawn are the last ones that were right. */
  #unknown(): void {
    byId('network-facts').textContent = say('Not known while settings are wrong.');
  }

  #perceptron(widths: readonly number[], batch: number, facts: NetworkFacts): void {
    this.#widths = widths;
    this.#show(rowsOfWidths(widths), batch, widths);
    const times = Math.round(timesOf(widths, widthsOf(facts) ?? widths));
    this.#cost.textContent =
      times < 2
        ? ''
        : say(
            'A step takes about {times} times the operations of {network}: training takes longer.',
            { times: whole(times), network: sayOf(facts.title) },
          );
  }

  /** Shows the ends that the visitor's own data give a perceptron. Without the data, it stays as the field has it. */
  async #fit(query: string, batch: number, facts: NetworkFacts): Promise<void> {
    const widths = await lesson(this.#learner.remote, 'widths', query);
    if (!widths || this.#learner.query() !== query) return;
    if (widths.join() !== this.#widths.join()) this.#perceptron(widths, batch, facts);
  }

  async #list(query: string, batch: number): Promise<void> {
    if (this.#listed.query !== query) {
      this.#listed = { query, layers: lesson(this.#learner.remote, 'layers', query) };
    }
    const { layers: asked } = this.#listed;
    const layers = await asked;
    // Or somebody has chosen another one meanwhile.
    if (layers && this.#listed.layers === asked && this.#learner.query() === query) {
      this.#show(rowsOfLayers(layers), batch);
    }
  }

  #show(rows: readonly LayerRow[], batch: number, widths?: readonly number[]): void {
    const { parameters, flop } = sumOf(rows);
    const shape = widths ? `${widths.map(whole).join(' → ')} · ` : '';
    byId('network-facts').textContent =
      shape +
      say('{parameters} parameters · {flop} a sample', {
        parameters: whole(parameters),
        flop: flopText(flop),
      });
    if (!this.#card.open) return;
    if (widths) this.#picture.show(widths);
    this.#figures.replaceChildren(...layersTable(rows, batch));
    this.#say(widths !== undefined);
    this.#pulse.open(true, widths ? rows.length : 0);
  }

  #say(editable: boolean): void {
    const text = editable
      ? say(
          'Drag a hidden layer to make it wider or narrower, or use the arrow keys. + adds a layer, − removes one.',
        )
      : say('The layers of this network are given: only those of perceptrons can be edited.');
    const next =
      editable && this.#state !== 'ended'
        ? ` ${say('Changes apply to the next run; the one in progress keeps its layers.')}`
        : '';
    if (this.#note.textContent !== text + next) this.#note.textContent = text + next;
  }

  #edit(widths: readonly number[]): void {
    const field = this.#field;
    field.value = textOfWidths(widths);
    // As if somebody had typed it: the form checks it, and the address follows.
    for (const type of ['input', 'change']) field.dispatchEvent(new Event(type, { bubbles: true }));
    this.settings();
  }

  state(state: LabState): void {
    this.#state = state;
    this.#pulse.state(state);
    if (this.#card.open) this.#say(!this.#scroll.hidden);
  }
}
