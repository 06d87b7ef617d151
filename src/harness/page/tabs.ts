import { byId, find } from './dom.ts';

export const TABS = ['train', 'inside', 'verify', 'bench'] as const;
export type Tab = (typeof TABS)[number];

/** Closes what stands over the page: left open over another panel, a dialog would keep everybody out of it. */
function closeDialogs(): void {
  for (const dialog of document.querySelectorAll<HTMLDialogElement>('dialog[open]')) dialog.close();
}

/** The page's four panels, one of which is shown. Mouse, and arrow keys as ARIA describes. */
export class Tabs {
  readonly #shown: (tab: Tab) => void;
  #now: Tab = 'train';

  constructor(shown: (tab: Tab) => void) {
    this.#shown = shown;
    for (const tab of TABS) {
      byId(`tab-${tab}`).addEventListener('click', () => this.show(tab));
    }
    find(document, '[role=tablist]').addEventListener('keydown', (event) => {
      if (!(event instanceof KeyboardEvent)) return;
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (!step) return;
      const next = TABS[(TABS.indexOf(this.#now) + step + TABS.length) % TABS.length];
      this.show(next);
      byId(`tab-${next}`).focus();
    });
  }

  get now(): Tab {
    return this.#now;
  }

  show(tab: Tab): void {
    if (tab !== this.#now) closeDialogs();
    this.#now = tab;
    for (const one of TABS) {
      const button = byId(`tab-${one}`);
      button.setAttribute('aria-selected', String(one === tab));
      button.tabIndex = one === tab ? 0 : -1;
      byId(`panel-${one}`).hidden = one !== tab;
    }
    this.#shown(tab);
  }
}
