/** The version of the package that files of models name as their writer: that of package.json. */
export const WRITER = '0.1.0';

/** The version of the format; see docs/model-file.md. */
export const VERSION = 1;

/** The texts of the file's metadata that are this format's. */
export const KEY = 'gradweave.model';
export const RESERVED = ['format', KEY] as const;
