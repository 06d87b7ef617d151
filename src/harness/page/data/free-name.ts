/** The first numbered name that none has yet: after one was removed, a count would give a name twice. */
export function freeName(taken: readonly string[], nameOf: (number: number) => string): string {
  let number = 1;
  while (taken.includes(nameOf(number))) number++;
  return nameOf(number);
}
