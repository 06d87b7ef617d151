import { byId } from '../dom.ts';
import { sayMarkup } from './markup.ts';
import { type Language, language, speak } from './words.ts';

/** Where the reader's choice is kept. */
const KEY = 'gradweave language';

const known = (name: string | null | undefined): Language | undefined =>
  ['en', 'es'].find((one): one is Language => one === name);

function stored(): string | null {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null;
  }
}

/** The reader's language: that of the address (`lang=es`), else the one chosen before, else the browser's. */
export function languageOf(query: URLSearchParams, browser: readonly string[]): Language {
  const asked = known(query.get('lang')) ?? known(stored());
  if (asked) return asked;
  const [first] = browser.flatMap((tag) => known(tag.split('-')[0].toLowerCase()) ?? []);
  return first ?? 'en';
}

/** Speaks a language: loads its table, and says the markup in it. */
async function use(wanted: Language): Promise<void> {
  const table = wanted === 'es' ? (await import('./es/index.ts')).spanish : {};
  // It styles and arranges the whole page anew: in a task of its own, before texts do.
  document.documentElement.lang = wanted;
  const before = await speak(wanted, table);
  sayMarkup(document.body, new Map(Object.entries(before).map(([key, text]) => [text, key])));
}

/** The language of the address, if it has one. */
export function languageAsked(): string | undefined {
  return known(new URLSearchParams(location.search).get('lang'));
}

/** A choice on the page is newer than the address. */
function forgetAddress(): void {
  const address = new URL(location.href);
  if (!address.searchParams.has('lang')) return;
  address.searchParams.delete('lang');
  history.replaceState(null, '', address);
}

/** Speaks the reader's language, and lets another be chosen. */
export async function openLanguage(query: URLSearchParams): Promise<void> {
  const list = byId('language', HTMLSelectElement);
  list.addEventListener('change', () => {
    const wanted = known(list.value) ?? 'en';
    forgetAddress();
    try {
      localStorage.setItem(KEY, wanted);
    } catch {
      // Without storage, the choice is that of this visit.
    }
    void use(wanted).catch(() => {
      list.value = language();
    });
  });
  const wanted = languageOf(query, navigator.languages);
  if (wanted !== 'en') await use(wanted).catch(() => {});
  list.value = language();
}
