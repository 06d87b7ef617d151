import { sayOf } from './words.ts';

/** Attributes that people read or hear. */
const ATTRIBUTES = [
  ...['aria-label', 'aria-roledescription', 'placeholder', 'title', 'alt', 'label'],
] as const;

/** What is no text of the page's, or is drawn again by itself, with all that is in it. */
const LEFT = '[translate=no], script, style, noscript, [data-said=whole]';

/** A text of the markup, and where it stands. */
interface Place {
  readonly english: string;
  /** What it was set to last: what has another text by now, is somebody else's. */
  set: string;
}

const nodes = new WeakMap<Text, Place>();
const attributes = new WeakMap<Element, Map<string, Place>>();

const tidy = (text: string): string => text.replace(/\s+/g, ' ').trim();

/** Translates a text, and keeps the space around it. */
function translated(text: string): string {
  const key = tidy(text);
  return key === '' ? text : text.replace(/\S[\s\S]*\S|\S/, sayOf(key));
}

/** What the page said in the language before, and its English. */
export type Before = ReadonlyMap<string, string>;

/** The English of what the page said by itself, in the language before. */
const inEnglish = (text: string, before: Before): string =>
  text.replace(/\S[\s\S]*\S|\S/, (inner) => before.get(tidy(inner)) ?? inner);

function placed(place: Place | undefined, now: string, before: Before): Place {
  const known = place && place.set === now ? place : { english: inEnglish(now, before), set: now };
  known.set = translated(known.english);
  return known;
}

function sayText(node: Text, parent: Element, before: Before): void {
  if (tidy(node.data) === '') return;
  // Without a value of its own, an option's value is its text.
  if (parent instanceof HTMLOptionElement) parent.setAttribute('value', parent.value);
  const place = placed(nodes.get(node), node.data, before);
  nodes.set(node, place);
  if (node.data !== place.set) node.data = place.set;
}

function sayAttributes(element: Element, before: Before): void {
  for (const name of ATTRIBUTES) {
    const now = element.getAttribute(name);
    if (now === null || now === '') continue;
    const own = attributes.get(element) ?? new Map<string, Place>();
    attributes.set(element, own);
    const place = placed(own.get(name), now, before);
    own.set(name, place);
    if (now !== place.set) element.setAttribute(name, place.set);
  }
}

/** Says the markup below an element in the page's language: text nodes, and attributes that are read. */
export function sayMarkup(root: Element, before: Before = new Map()): void {
  if (root.matches(LEFT)) return;
  sayAttributes(root, before);
  // The text of one that is said by itself is not the markup's.
  const isSaid = root.hasAttribute('data-said');
  for (const child of root.childNodes) {
    if (child instanceof Element) sayMarkup(child, before);
    else if (child instanceof Text && !isSaid) sayText(child, root, before);
  }
}
