/** The package's version, which files name as their writer's. A test holds it against package.json. */
export const PACKAGE_VERSION = '0.1.0';
