import { byId } from '../dom.ts';
import { put, say } from '../words/words.ts';
import { asks } from './asked-files.ts';
import { takeEarlyDrops } from './early-drops.ts';
import { dropped, listed, type NamedFile } from './given-files.ts';
import type { OwnHost, OwnPanel } from './own-panel.ts';

/** Who takes files that are dropped. */
export interface DropTakers extends OwnHost {
  /** Takes weights, one file. */
  weights(file: File): void;
  /** Takes runs that were saved as JSON. */
  runs(files: readonly File[]): void;
}

/**
 * Takes files that are chosen, or dropped anywhere on the page: a browser would leave the page to show them. What reads data is
 * loaded with the first ones.
 *
 * @returns what has the visitor's data, once some were given or asked for
 */
export function takeDrops({
  weights,
  runs,
  ...host
}: DropTakers): () => Promise<OwnPanel> | undefined {
  const target = byId('drop-data');
  put(byId('drop-data-text'), asks);
  let loaded: Promise<OwnPanel> | undefined;
  /** Without a network the code may not come: the next try asks for it again. */
  const panel = async (): Promise<OwnPanel | undefined> => {
    loaded ??= import('./own-panel.ts').then(({ OwnPanel }) => new OwnPanel(host));
    const mine = loaded;
    try {
      return await mine;
    } catch (error) {
      if (loaded === mine) loaded = undefined;
      host.fail(error as Error);
      return undefined;
    }
  };
  const takeData = async (files: readonly NamedFile[]): Promise<void> => {
    if (files.length > 0) await (await panel())?.take(files);
  };
  for (const id of ['data-files', 'data-folder']) {
    const input = byId(id, HTMLInputElement);
    input.addEventListener('change', () => {
      // The list is emptied with the field.
      const files = listed(input.files);
      input.value = '';
      void takeData(files);
    });
  }
  byId('data-camera').addEventListener('click', () => void panel().then((own) => own?.camera()));
  const data = byId('settings', HTMLFormElement).elements.namedItem('data');
  let chosen = false;
  const choose = (): void => {
    const isOwn = data instanceof HTMLSelectElement && data.value === 'own';
    if (isOwn === chosen) return;
    chosen = isOwn;
    if (loaded || isOwn) void panel().then((own) => own?.chosen(isOwn));
  };
  // Of the whole form: settings of a run may be loaded into it.
  byId('settings').addEventListener('change', choose);
  choose();
  /** Refuses all weights but the first. */
  const refuse = async (files: readonly NamedFile[]): Promise<void> => {
    const { refusal } = await import('./given-words.ts');
    host.fail(refusal(files.map(({ name }) => [name, say('one file at a time')])));
  };
  const take = (files: readonly NamedFile[]): void => {
    const of = (end: string) => files.filter(({ name }) => name.toLowerCase().endsWith(end));
    const [networks, lists] = [of('.safetensors'), of('.json')];
    if (networks.length > 0) weights(networks[0].file);
    if (networks.length > 1) void refuse(networks.slice(1));
    if (lists.length > 0) runs(lists.map(({ file }) => file));
    void takeData(files.filter((one) => !networks.includes(one) && !lists.includes(one)));
  };
  const takeAll = (files: Promise<readonly NamedFile[]>): void => void files.then(take, host.fail);
  for (const kind of ['dragover', 'dragleave', 'drop'] as const) {
    document.addEventListener(kind, (event) => {
      const { dataTransfer } = event;
      // Others may have taken it: the drawing pad, the field for a text.
      if (event.defaultPrevented || !dataTransfer?.types.includes('Files')) return;
      event.preventDefault();
      target.classList.toggle('over', kind === 'dragover');
      if (kind === 'drop') takeAll(dropped(dataTransfer));
    });
  }
  for (const files of takeEarlyDrops()) takeAll(files);
  return () => loaded;
}

/** Keeps a page that takes no files from being left for one that is dropped. */
export function refuseDrops(): void {
  for (const kind of ['dragover', 'drop'] as const) {
    document.addEventListener(kind, (event) => {
      if (!event.dataTransfer?.types.includes('Files')) return;
      event.preventDefault();
      event.dataTransfer.dropEffect = 'none';
    });
  }
}
