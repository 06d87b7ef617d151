/** Path from the repository's root → text. */
export function reports(): Promise<Record<string, string>>;
