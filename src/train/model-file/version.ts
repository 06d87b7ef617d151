/** The version of the format; see docs/model-file.md. */
export const VERSION = 1;

/** The texts of the file's metadata that are this format's. */
export const KEY = 'gradweave.model';
export const RESERVED = ['format', KEY] as const;
