import { dropped, type NamedFile } from './given-files.ts';

declare global {
  interface Window {
    /** Files that were dropped before the page was ready for them; undefined once it is. */
    earlyDrops?: Promise<readonly NamedFile[]>[] | undefined;
  }
}

/** Keeps files that are dropped before the page's script has come: a browser would leave the page to show them. */
export function keepEarlyDrops(): void {
  window.earlyDrops = [];
  // Of the window, and so after whoever takes files later.
  for (const kind of ['dragover', 'drop'] as const) {
    window.addEventListener(kind, (event) => {
      const { dataTransfer } = event;
      if (event.defaultPrevented || !dataTransfer?.types.includes('Files')) return;
      event.preventDefault();
      if (kind === 'drop') window.earlyDrops?.push(dropped(dataTransfer));
    });
  }
}

/** What was dropped until now. From now on somebody else takes files. */
export function takeEarlyDrops(): readonly Promise<readonly NamedFile[]>[] {
  const early = window.earlyDrops ?? [];
  window.earlyDrops = undefined;
  return early;
}
