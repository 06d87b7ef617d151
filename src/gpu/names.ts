/** The names that a shader file declares, and those it needs from other files. */
export interface FileNames<File extends string = string> {
  readonly declares: readonly string[];
  /** Files that are linked with it: each is the only one to declare a name that it uses. */
  readonly requires: readonly File[];
  /** Names that it uses and that several files declare: the caller of the linker chooses one. */
  readonly open: readonly string[];
}

/** A declaration of a module, at the start of a line. Captures the name. */
const DECLARATION =
  /^(?:@\w+(?:\([^)]*\))?\s*)*(?:fn|struct|const|override|alias|var(?:<[^>]*>)?)\s+(\w+)/gm;

/** Names that are local: variables, parameters and members. */
const LOCAL = /\b(?:let|var)\s+(\w+)|[(,{]\s*(?:@\w+\([^)]*\)\s*)?(\w+)\s*:/g;

/** The names that a file declares in the module's scope. */
export function declaredIn(source: string): string[] {
  return [...source.matchAll(DECLARATION)].map(([, name]) => name);
}

/**
 * Finds the names of shader files that may be linked with each other. Takes their text without comments. The build
 * calls this and stores the result.
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
      // Names of members, after a dot, need no declaration.
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
