/** A file that was chosen or dropped, with its path. */
export interface NamedFile {
  readonly name: string;
  readonly file: File;
}

/** Most files of folders: one more than images are read, which then says so. */
const MOST_FILES = 100_001;

/** Files that were chosen. */
export function listed(files: FileList | null | undefined): NamedFile[] {
  return [...(files ?? [])].map((file) => ({ name: file.webkitRelativePath || file.name, file }));
}

/** Files that were dropped, and files in dropped folders. */
export async function dropped(transfer: DataTransfer | null): Promise<NamedFile[]> {
  // Entries only exist while the event is handled, so get them before any await.
  const entries = [...(transfer?.items ?? [])].map((item) => item.webkitGetAsEntry?.() ?? null);
  if (!entries.some((entry) => entry?.isDirectory)) return listed(transfer?.files);
  const found: NamedFile[] = [];
  const open = entries.filter((entry) => entry !== null);
  for (let entry = open.shift(); entry && found.length < MOST_FILES; entry = open.shift()) {
    if (isFolder(entry)) open.push(...(await entriesOf(entry)));
    else if (isFile(entry))
      found.push({ name: entry.fullPath.slice(1), file: await fileOf(entry) });
  }
  return found;
}

/** Files by their names, without those that are too large for a data set. */
export const filesByName = (files: readonly NamedFile[]): Readonly<Record<string, Blob>> =>
  Object.fromEntries(files.slice(0, MOST_FILES).map(({ name, file }) => [name, file]));

const isFolder = (entry: FileSystemEntry): entry is FileSystemDirectoryEntry => entry.isDirectory;
const isFile = (entry: FileSystemEntry): entry is FileSystemFileEntry => entry.isFile;

const fileOf = (entry: FileSystemFileEntry): Promise<File> =>
  new Promise((resolve, reject) => entry.file(resolve, reject));

async function entriesOf(folder: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = folder.createReader();
  const all: FileSystemEntry[] = [];
  // It returns some entries at a time, and none at the end.
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject),
    );
    if (some.length === 0 || all.length > MOST_FILES) return all;
    all.push(...some);
  }
}
