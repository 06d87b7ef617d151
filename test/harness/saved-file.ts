import { readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** Of the names, the one of a file that has its bytes. Before it moves a download to its place, Chromium makes an empty file there, to learn its permissions (`components/download/public/common/base_file_posix.cc`); the move is one rename. */
async function wholeAmong(folder: string, names: readonly string[]): Promise<string | undefined> {
  for (const name of names) {
    const found = await stat(join(folder, name)).catch(() => undefined);
    if (found && found.size > 0) return name;
  }
}

/** Calls `save`, which has a browser save a file with this end in the folder; gives the file's bytes, and removes it. Throws if there is none after ten seconds. */
export async function savedFile(
  folder: string,
  end: string,
  save: () => Promise<unknown>,
): Promise<Buffer> {
  const before = new Set(await readdir(folder));
  await save();
  for (let i = 0; i < 200; i++) {
    const names = await readdir(folder);
    const name = await wholeAmong(
      folder,
      names.filter((one) => !before.has(one) && one.endsWith(end)),
    );
    if (name !== undefined) {
      const path = join(folder, name);
      const bytes = await readFile(path);
      await rm(path);
      return bytes;
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`no file that ends with ${end} was saved`);
}
