/** The package's version, which files name. A test holds it against package.json. */
export const VERSION = '0.1.0';
