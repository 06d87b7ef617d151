import { make } from '../dom.ts';
import { language, onLanguage, say } from '../words/words.ts';
import { PLACES, TERMS, type TermName } from './terms.ts';

/** Pixels between a button and its explanation, and between that and the edge of the window. */
const GAP = 6;

const controls = 'input, select, textarea';

/** The one popover that explains terms, and the buttons that open it. */
class Terms {
  readonly #box = make('div', {
    popover: 'auto',
    id: 'term',
    class: 'term',
    role: 'dialog',
    tabindex: '-1',
    'aria-labelledby': 'term-title',
    translate: 'no',
  });
  readonly #buttons = new Map<HTMLElement, TermName>();
  #from: HTMLElement | undefined;

  constructor() {
    document.body.append(this.#box);
    this.#box.addEventListener('toggle', (event) => {
      if (!(event instanceof ToggleEvent)) return;
      const open = event.newState === 'open';
      this.#from?.setAttribute('aria-expanded', String(open));
      if (!open) this.#from = undefined;
    });
    onLanguage(() => {
      for (const [button, name] of this.#buttons) this.#label(button, name);
      if (this.#from) this.#fill(this.#buttons.get(this.#from));
    });
  }

  #label(button: HTMLElement, name: TermName): void {
    button.setAttribute(
      'aria-label',
      say('What is: {term}?', { term: TERMS[name][language()].title }),
    );
  }

  #fill(name: TermName | undefined): void {
    if (!name) return;
    const entry: (typeof TERMS)[TermName] & { readonly formula?: string } = TERMS[name];
    const { title, text } = entry[language()];
    const { formula } = entry;
    this.#box.replaceChildren(
      make('strong', { id: 'term-title' }, title),
      make('p', {}, text),
      ...(formula ? [make('p', { class: 'formula' }, formula)] : []),
    );
  }

  /** Beside its button, or where there is room. */
  #place(button: HTMLElement): void {
    const at = button.getBoundingClientRect();
    const { offsetWidth: width, offsetHeight: height } = this.#box;
    const { clientWidth, clientHeight } = document.documentElement;
    const left = Math.max(GAP, Math.min(at.left, clientWidth - width - GAP));
    const below = at.bottom + GAP;
    const top = below + height <= clientHeight ? below : Math.max(GAP, at.top - height - GAP);
    this.#box.style.left = `${left}px`;
    this.#box.style.top = `${top}px`;
  }

  /** A button that explains a term. */
  button(name: TermName): HTMLButtonElement {
    const button = make(
      'button',
      { type: 'button', class: 'what', 'aria-haspopup': 'dialog', 'aria-expanded': 'false' },
      make('span', { 'aria-hidden': 'true' }, '?'),
    );
    button.addEventListener('click', (event) => {
      // In a label, a click would go on to the field.
      event.preventDefault();
      const again = this.#from === button;
      this.#box.hidePopover();
      if (again) return;
      this.#from = button;
      this.#fill(name);
      this.#box.showPopover();
      this.#place(button);
      this.#box.focus({ preventScroll: true });
    });
    this.#buttons.set(button, name);
    button.setAttribute('translate', 'no');
    this.#label(button, name);
    return button;
  }

  /** Puts a button beside a heading, or into a label after its field, whose name it must not become. */
  put(place: Element, name: TermName): void {
    const button = this.button(name);
    const label = place.matches(controls) ? place.closest('label') : undefined;
    if (!label) {
      place.append(button);
      return;
    }
    const text = [...label.childNodes].find(
      (node) => node instanceof Text && node.data.trim() !== '',
    );
    if (text) {
      const named = make('span', { id: `label-${name}` });
      text.replaceWith(named);
      named.append(text);
      place.setAttribute('aria-labelledby', named.id);
    }
    label.classList.add('explained');
    label.append(button);
  }
}

let terms: Terms | undefined;

/** A button that explains a term, for views that are made later. */
export function termButton(name: TermName): HTMLButtonElement {
  terms ??= new Terms();
  return terms.button(name);
}

/** Explains the terms that stand on the page. */
export function explainTerms(): void {
  terms ??= new Terms();
  for (const [selector, name] of PLACES) {
    const place = document.querySelector(selector);
    if (place) terms.put(place, name);
  }
}
