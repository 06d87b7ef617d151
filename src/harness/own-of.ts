/** What a table has by a name that an address or a file gives: nothing that all objects have, such as `toString`. */
export const ownOf = <T>(table: Readonly<Record<string, T>>, name: string): T | undefined =>
  Object.hasOwn(table, name) ? table[name] : undefined;
