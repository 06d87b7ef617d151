/** What data are called that are none of the known sets: never as one of those. */
export const ownName = (name: string): string => `${name.slice(0, 60)} (own data)`;
