import { FAMILIES } from '../../../gpu/family.ts';
import { PRECISIONS } from '../../../train/session-options.ts';
import { ACTIVATIONS, LOSSES, OPTIMIZERS } from '../../tasks/choice-facts.ts';
import { FACTS, factsNamed, NETWORK_NAMES } from '../../tasks/network-facts.ts';
import { SCHEDULE_FACTS } from '../../tasks/schedule-facts.ts';
import { make } from '../dom.ts';
import { say, sayOf } from '../words/words.ts';

/** Of which epoch the weights are that stay. */
export const KEPT = { last: 'last epoch', best: 'best epoch' } as const;

export const AUGMENTED = { none: 'none', 'flip-shift': 'flip, shift' } as const;

/** The choices of the form's lists: what stands in the address, and its label. */
export const CHOICES: Readonly<Record<string, readonly (readonly [string, string])[]>> = {
  model: NETWORK_NAMES.map((name) => [name, FACTS[name].label]),
  schedule: Object.entries(SCHEDULE_FACTS).map(([name, { label }]) => [name, label]),
  keep: Object.entries(KEPT),
  augment: Object.entries(AUGMENTED),
  activation: ACTIVATIONS.map((name) => [name, name]),
  loss: Object.entries(LOSSES).map(([name, { label }]) => [name, label]),
  optimizer: Object.entries(OPTIMIZERS).map(([name, { label }]) => [name, label]),
  family: ['auto', ...FAMILIES].map((name) => [name, name]),
  precision: PRECISIONS.map((name) => [name, name]),
};

/** The networks of a list in groups, by what they learn from. */
function groupsOf(list: HTMLSelectElement): HTMLOptGroupElement[] {
  return (['images', 'text'] as const).map((data) => {
    const options = [...list.options].filter(({ value }) => factsNamed(value).data === data);
    const label = data === 'images' ? say('Learns from images') : say('Learns from a text');
    return make('optgroup', { label }, ...options);
  });
}

/** Gives the form's lists their choices, in the page's language. What is chosen stays. */
export function fillLists(form: HTMLFormElement): void {
  for (const [name, choices] of Object.entries(CHOICES)) {
    const list = form.elements.namedItem(name);
    if (!(list instanceof HTMLSelectElement)) continue;
    const { value: chosen, length: before } = list;
    list.replaceChildren(...choices.map(([value, label]) => new Option(sayOf(label), value)));
    if (name === 'model') list.replaceChildren(...groupsOf(list));
    // Nothing may be chosen: a text has no augmentation.
    if (before > 0) list.value = chosen;
  }
}
