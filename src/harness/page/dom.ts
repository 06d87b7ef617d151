/** The element with an id. A missing one is a bug: the markup is our harness.html. */
export function byId(id: string): HTMLElement;
export function byId<T extends Element>(id: string, kind: abstract new () => T): T;
export function byId(id: string, kind: abstract new () => Element = HTMLElement): Element {
  const found = document.getElementById(id);
  if (!(found instanceof kind)) throw new Error(`harness.html has no #${id}`);
  return found;
}

/** The first element in another that matches. */
export function find<T extends Element = HTMLElement>(root: ParentNode, selector: string): T {
  const found = root.querySelector<T>(selector);
  if (!found) throw new Error(`harness.html has no ${selector}`);
  return found;
}

type Attributes = Readonly<Record<string, string | boolean | ((event: Event) => void)>>;

/** Creates an element: attributes by name, functions as listeners (`click`), texts and elements inside. */
export function make<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: readonly (Node | string)[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'function') element.addEventListener(name, value);
    else if (typeof value === 'boolean') element.toggleAttribute(name, value);
    else element.setAttribute(name, value);
  }
  element.append(...children);
  return element;
}

/** Offers bytes or text as a file. */
export function save(name: string, type: string, contents: BlobPart): void {
  const url = URL.createObjectURL(new Blob([contents], { type }));
  make('a', { href: url, download: name }).click();
  // A download that has started keeps the blob.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

let query: MediaQueryList | undefined;

function dark(): MediaQueryList {
  query ??= matchMedia('(prefers-color-scheme: dark)');
  return query;
}

/** Values of CSS variables, in light and in dark: to ask for one makes the browser compute the style of what has changed. */
const values = { light: new Map<string, string>(), dark: new Map<string, string>() };

/** Whether the page is drawn for paper, which is light. */
let paper = false;

/** The value of a CSS variable of the page, as the system is light or dark. */
export function cssValue(name: string): string {
  const known = values[dark().matches && !paper ? 'dark' : 'light'];
  let value = known.get(name);
  if (value === undefined) {
    value = getComputedStyle(document.documentElement).getPropertyValue(name).trim();
    // A style that is yet to be loaded has none.
    if (value !== '') known.set(name, value);
  }
  return value;
}

/** Calls back when the system changes between light and dark. */
export function onScheme(changed: () => void): void {
  dark().addEventListener('change', changed);
}

/** Calls back when canvases are to be drawn for paper, and again for the screen. */
export function onPaper(redraw: (isPaper: boolean) => void): void {
  for (const [type, isPaper] of [
    ['beforeprint', true],
    ['afterprint', false],
  ] as const) {
    addEventListener(type, () => {
      paper = isPaper;
      document.documentElement.toggleAttribute('data-paper', isPaper);
      redraw(isPaper);
    });
  }
}
