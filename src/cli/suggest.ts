/**
 * The name that was probably meant, as ` Did you mean 'x'?`; empty when none is near enough.
 */
export function suggestion(got: string, names: readonly string[], prefix = ''): string {
  const ranked = names
    .map((name) => ({ name, distance: distanceOf(got.toLowerCase(), name) }))
    .sort((a, b) => a.distance - b.distance);
  const [best] = ranked;
  if (best === undefined) return '';
  // A third of the letters may be wrong, or the beginning may have been typed.
  const near = best.distance <= Math.max(1, Math.floor(best.name.length / 3));
  if (near) return ` Did you mean '${prefix}${best.name}'?`;
  const begun = got.length >= 2 ? names.filter((name) => name.startsWith(got)) : [];
  return begun.length === 1 ? ` Did you mean '${prefix}${begun[0]}'?` : '';
}

/** Edits (insert, delete, replace, swap neighbours) that turn `a` into `b`. */
export function distanceOf(a: string, b: string): number {
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      let cost = Math.min(last[j] + 1, row[j - 1] + 1, last[j - 1] + same);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        cost = Math.min(cost, before[j - 2] + 1);
      }
      row.push(cost);
    }
    before = last;
    last = row;
  }
  return last[b.length];
}
