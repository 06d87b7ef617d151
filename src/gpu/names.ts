/** What a shader file declares, and what it takes from others. */
export interface FileNames<File extends string = string> {
  readonly declares: readonly string[];
  /** Files that come with it: each alone declares a name that it uses. */
  readonly requires: readonly File[];
  /** Names that it uses and several files declare: a choice that whoever links it makes. */
  readonly open: readonly string[];
}

/** A declaration in a module's scope, which stands at the start of a line; captures the name. */
const DECLARATION =
  /^(?:@\w+(?:\([^)]*\))?\s*)*(?:fn|struct|const|override|alias|var(?:<[^>]*>)?)\s+(\w+)/gm;

/** What functions declare inside: variables, parameters and members. */
const LOCAL = /\b(?:let|var)\s+(\w+)|[(,{]\s*(?:@\w+\([^)]*\)\s*)?(\w+)\s*:/g;

/** The names in the module's scope that a file declares. */
export function declaredIn(source: string): string[] {
  return [...source.matchAll(DECLARATION)].map(([, name]) => name);
}

/**
 * Reads the names of shader files that may be linked with each other, without their comments. For the
 * build, which writes them down.
 */
export function namesOf<File extends string>(
  sources: Readonly<Record<File, string>>,
): Map<File, FileNames<File>> {
  const files = (Object.entries(sources) as [File, string][]).map(([file, source]) => ({
    file,
    source,
    declares: declaredIn(source),
  }));
  const providers = new Map<string, File[]>();
  for (const { file, declares } of files) {
    if (declares.includes('main')) continue;
    for (const name of declares) providers.set(name, [...(providers.get(name) ?? []), file]);
  }
  return new Map(
    files.map(({ file, source, declares }) => {
      // Members after a dot are of no scope.
      const words = new Set(source.replace(/\.[A-Za-z_]\w*/g, '').match(/[A-Za-z_]\w*/g));
      for (const [, variable, other] of source.matchAll(LOCAL)) words.delete(variable ?? other);
      for (const name of declares) words.delete(name);
      const requires = new Set<File>();
      const open: string[] = [];
      for (const word of words) {
        const from = providers.get(word) ?? [];
        if (from.length === 1) requires.add(from[0]);
        if (from.length > 1) open.push(word);
      }
      return [file, { declares, requires: [...requires], open }];
    }),
  );
}
