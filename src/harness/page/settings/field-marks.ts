import { make } from '../dom.ts';

/** What a message can stand under. */
type Field = HTMLInputElement | HTMLSelectElement;

/**
 * Shows under a field what is wrong with it.
 *
 * @param why undefined if nothing is
 * @param id of the message
 */
export function mark(field: Field, why: string | undefined, id = `wrong-${field.name}`): void {
  const place = document.getElementById(id);
  if (why === undefined) {
    place?.remove();
    field.removeAttribute('aria-invalid');
    return;
  }
  field.setAttribute('aria-invalid', 'true');
  if (place) {
    place.textContent = why;
    return;
  }
  const message = make('span', { class: 'wrong', id }, why);
  // A box stands beside its name.
  const label = field.type === 'checkbox' ? field.closest('label') : null;
  (label ?? field).after(message);
}
