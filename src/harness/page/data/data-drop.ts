import { DataError } from '../../../errors.ts';
import { byId } from '../dom.ts';
import { counted } from '../numbers.ts';
import type { Remote } from '../remote.ts';
import { dropped, filesByName, listed, type NamedFile } from './given-files.ts';

const ASKS = 'Drop the four files of Fashion-MNIST here, or choose them';

/** Files in a message. */
const LISTED = 5;

/** Who takes files that are dropped. */
export interface DropTakers {
  readonly remote: Remote;
  /** Takes weights, one file. */
  weights(file: File): void;
  /** Takes runs that were saved as JSON. */
  runs(files: readonly File[]): void;
  /** Something was taken. */
  taken(): void;
  fail(error: Error): void;
}

/** Takes files that are chosen, or dropped anywhere on the page: a browser would leave the page to show them. */
export function takeDrops({ remote, weights, runs, taken, fail }: DropTakers): void {
  const input = byId('data-files', HTMLInputElement);
  const target = byId('drop-data');
  const text = byId('drop-data-text');
  const takeData = async (files: readonly NamedFile[]): Promise<void> => {
    if (files.length === 0) return;
    text.textContent = 'Reading…';
    try {
      const { name, have, missing, odd } = await remote.call('useFiles', [filesByName(files)]);
      taken();
      text.textContent =
        name === undefined
          ? have === 0
            ? ASKS
            : `${counted(have, 'file')}; still missing: ${missing.join(', ')}`
          : `From the next run on: ${name} from your files`;
      const refused = Object.entries(odd);
      if (refused.length > 0) fail(refusal(refused));
    } catch (error) {
      text.textContent = ASKS;
      if (error instanceof Error) fail(error);
    }
  };
  input.addEventListener('change', () => {
    void takeData(listed(input.files)).then(() => {
      input.value = '';
    });
  });
  for (const kind of ['dragover', 'dragleave', 'drop'] as const) {
    document.addEventListener(kind, (event) => {
      const { dataTransfer } = event;
      // Others may have taken it: the drawing pad, the field for a text.
      if (event.defaultPrevented || !dataTransfer?.types.includes('Files')) return;
      event.preventDefault();
      target.classList.toggle('over', kind === 'dragover');
      if (kind !== 'drop') return;
      void dropped(dataTransfer).then((files) => {
        const of = (end: string) => files.filter(({ name }) => name.endsWith(end));
        const [networks, lists] = [of('.safetensors'), of('.json')];
        if (networks.length > 0) weights(networks[0].file);
        if (lists.length > 0) runs(lists.map(({ file }) => file));
        void takeData(files.filter((one) => !networks.includes(one) && !lists.includes(one)));
      });
    });
  }
}

function refusal(refused: readonly (readonly [string, string])[]): DataError {
  const said = refused.slice(0, LISTED).map(([name, kind]) => `${name}: ${kind}`);
  if (refused.length > LISTED) said.push(`and ${refused.length - LISTED} more`);
  return new DataError(
    `${counted(refused.length, 'file')} could not be used. ${said.join('; ')}. The page takes the four files of Fashion-MNIST, or others of the same sizes, packed by gzip or not; weights (.safetensors); and runs that it saved (.json)`,
  );
}
