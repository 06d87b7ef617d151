import { byId } from './dom.ts';
import { contentsOf, dropped, listed, type NamedFile } from './given-files.ts';
import type { Remote } from './remote.ts';

/** Takes files of images that are chosen or dropped. */
export function takeData(
  remote: Remote,
  onTaken: () => void,
  onError: (error: Error) => void,
): void {
  const input = byId('data-files', HTMLInputElement);
  const drop = byId('drop-data');
  const take = async (given: Promise<readonly NamedFile[]>): Promise<void> => {
    const text = byId('drop-data-text');
    try {
      const list = await given;
      if (list.length === 0) return;
      text.textContent = 'Reading…';
      const name = await remote.call('useFiles', [await contentsOf(list)]);
      onTaken();
      text.textContent = `From the next run on: ${name} from your files`;
    } catch (error) {
      text.textContent = 'Drop the four files of Fashion-MNIST here, or choose them';
      if (error instanceof Error) onError(error);
    }
  };
  input.addEventListener('change', () => {
    void take(Promise.resolve(listed(input.files))).then(() => {
      input.value = '';
    });
  });
  for (const kind of ['dragover', 'dragleave', 'drop'] as const) {
    drop.addEventListener(kind, (event) => {
      event.preventDefault();
      drop.classList.toggle('over', kind === 'dragover');
      if (kind === 'drop') void take(dropped(event.dataTransfer));
    });
  }
}
