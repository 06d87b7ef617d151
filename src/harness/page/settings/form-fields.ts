import { say } from '../words/words.ts';
import { canHold, quoted, tidied } from './field-rules.ts';
import { defaultsOf, type Values } from './settings-values.ts';

/** A field of the form that is a setting. */
export type Control = HTMLInputElement | HTMLSelectElement;

/** What is odd about fields, in words, by their names. */
export type Odd = Map<string, () => string>;

export const controlsOf = (form: HTMLFormElement): Control[] =>
  [...form.elements].filter(
    (control): control is Control =>
      (control instanceof HTMLInputElement || control instanceof HTMLSelectElement) &&
      control.name !== '',
  );

const isBox = (control: Control): control is HTMLInputElement & { readonly type: 'checkbox' } =>
  control.type === 'checkbox';

export const readFields = (form: HTMLFormElement): Values =>
  Object.fromEntries(
    controlsOf(form).map((control) => {
      if (isBox(control)) {
        return [control.name, control.checked ? control.value : ''] as const;
      }
      return [control.name, tidied(control.name, control.value)] as const;
    }),
  );

/**
 * Sets all fields.
 *
 * @returns what fields were given that they cannot hold
 */
export function writeFields(form: HTMLFormElement, values: Values): Odd {
  const odd: Odd = new Map();
  for (const control of controlsOf(form)) {
    const value = values[control.name] ?? '';
    if (isBox(control)) {
      const isRight = canHold(control.name, value);
      if (!isRight) odd.set(control.name, () => noValue(value));
      control.checked = isRight && value !== '' && value !== 'false';
      // The address may have other numbers for standardising pixels than the form.
      if (control.checked) control.value = value;
    } else if (control instanceof HTMLSelectElement) {
      choose(control, value, odd);
    } else {
      control.value = value;
    }
  }
  return odd;
}

/** What is said of a box that it cannot be as the address has it. */
const noValue = (value: string): string =>
  say('The address asks for {value}, which cannot be. It is left out.', { value: quoted(value) });

function choose(list: HTMLSelectElement, value: string, odd: Odd): void {
  const known = [...list.options].some((option) => option.value === value);
  // A network of texts has no augmentation: nothing is chosen then.
  const shown = known || value === '' ? value : (defaultsOf('2')[list.name] ?? '');
  list.value = shown;
  if (known || value === '') return;
  odd.set(list.name, () =>
    say('The address asks for {value}, which is no choice. Shown is {shown}.', {
      value: quoted(value),
      shown: list.selectedOptions[0]?.text ?? shown,
    }),
  );
}
