/** Runs publint, Are The Types Wrong and size-limit on a tarball. */
export function checkTarball(
  tarball: string,
): Promise<{ readonly name: string; readonly ok: boolean; readonly output: string }[]>;
