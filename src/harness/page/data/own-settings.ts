import type { ColourWish, Making } from '../../own/colours.ts';
import type { OwnFacts } from '../../worker/own-facts.ts';
import { byId } from '../dom.ts';
import { tidied } from '../settings/field-rules.ts';

/** The networks that learn from a table. */
const PERCEPTRONS = ['1', '2', '3'];

/** Numbers of an image, and its classes: those of the data that are not the visitor's own. */
const USUAL = { inputs: 784, outputs: 10 };
/** Rows and columns of a picture, if nobody chose others. */
const USUAL_SIDE = 28;

/**
 * Lets the widths of a perceptron begin and end as its data do.
 *
 * @param facts undefined for other data than the visitor's own
 */
export function fitWidths(facts: OwnFacts | undefined): void {
  const field = byId('settings', HTMLFormElement).elements.namedItem('layers');
  if (!(field instanceof HTMLInputElement) || !PERCEPTRONS.includes(value('model'))) return;
  const widths = tidied('layers', field.value).split(',');
  if (widths.length < 2) return;
  const { inputs, outputs } = facts
    ? { inputs: facts.table?.inputs.length ?? numbersOf(facts), outputs: facts.classes.length || 1 }
    : USUAL;
  const wanted = [inputs, ...widths.slice(1, -1), outputs].join(',');
  if (wanted === field.value.replace(/\s/g, '')) return;
  type(field, wanted);
}

/** Batches that an epoch has at least, of data that few samples are of. */
const FEWEST_BATCHES = 4;

/** Lets an epoch have some batches: the presets' batches are larger than small data. */
export function fitBatch({ train }: OwnFacts): void {
  const field = byId('settings', HTMLFormElement).elements.namedItem('batch-size');
  if (!(field instanceof HTMLInputElement)) return;
  const most = 2 ** Math.floor(Math.log2(Math.max(1, train / FEWEST_BATCHES)));
  if (Number(field.value) * FEWEST_BATCHES > train) type(field, String(most));
}

/** As a person would type it. */
function type(field: HTMLInputElement, text: string): void {
  if (field.value === text) return;
  field.value = text;
  field.dispatchEvent(new Event('input', { bubbles: true }));
  field.dispatchEvent(new Event('change', { bubbles: true }));
}

const numbersOf = ({ size: [height, width, channels] = [28, 28, 1] }: OwnFacts): number =>
  height * width * channels;

/** Whether the form learns from the visitor's own data. */
export const isOwnChosen = (): boolean => value('data') === 'own';

/** How pictures are made, as the form says. */
export const chosenMaking = (): Making => ({
  side: Number(value('side')) || USUAL_SIDE,
  colour: value('colour') as ColourWish,
});

/** Sets the form to what was made. */
export function setMaking({ side, colour }: Making): void {
  set('side', side === USUAL_SIDE ? '' : String(side));
  set('colour', colour);
}

/** Sets the form to learn from data that were given: the network and the loss, if others cannot. */
export function useOwn({ of, name, classes }: OwnFacts): void {
  const model = value('model');
  if (of === 'rows' && !PERCEPTRONS.includes(model)) set('model', '2');
  if (of === 'images' && model === 'transformer') set('model', '2');
  fitLoss(of === 'rows' && classes.length === 0);
  set('data', name === 'Fashion-MNIST' ? 'auto' : 'own');
}

/** The loss that a number to learn took the place of. */
let replaced: string | undefined;

/** Learns a number with a loss of numbers; what is given later has the loss of before, if nobody chose another. */
function fitLoss(isNumber: boolean): void {
  if (isNumber && value('loss') !== 'mse') {
    replaced = value('loss');
    set('loss', 'mse');
  } else if (!isNumber && replaced !== undefined) {
    if (value('loss') === 'mse') set('loss', replaced);
    replaced = undefined;
  }
}

function control(name: string): HTMLSelectElement {
  const found = byId('settings', HTMLFormElement).elements.namedItem(name);
  if (found instanceof HTMLSelectElement) return found;
  throw new Error(`harness.html has no list ${name}`);
}

const value = (name: string): string => control(name).value;

/** As a person would choose it. */
function set(name: string, wanted: string): void {
  const list = control(name);
  if (list.value === wanted) return;
  list.value = wanted;
  list.dispatchEvent(new Event('change', { bubbles: true }));
}
