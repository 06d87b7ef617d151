/** Names of layers: those of a network of PyTorch's, as far as the file has kept them. */
export class Namer {
  readonly #taken = new Set<string>();
  readonly #counts = new Map<string, number>();

  /**
   * A name that no other layer has.
   *
   * @param origins names of the layer's constants: `fc1.weight`
   * @param node the name of its node: PyTorch writes `/layer1/layer1.0/conv1/Conv`
   */
  name(origins: readonly string[], node: string): string {
    const ofWeights = origins.flatMap((one) => /^([\w.]+)\.\w+$/.exec(one)?.[1] ?? []);
    const base = [ofWeights[0], scopeOf(node)].find(
      (one) => one !== undefined && /^\w+(\.\w+)*$/.test(one) && one.length <= 100,
    );
    const wanted = base ?? 'layer';
    let name = wanted;
    while (this.#taken.has(name)) {
      const count = (this.#counts.get(wanted) ?? 1) + 1;
      this.#counts.set(wanted, count);
      name = `${wanted}_${count}`;
    }
    this.#taken.add(name);
    return name;
  }
}

/** The module of a node: what stands before its operator, with each part that the next one repeats left out. */
function scopeOf(node: string): string {
  const parts = node.split('/').filter((one) => one !== '');
  if (parts.length === 1) return parts[0];
  return parts
    .slice(0, -1)
    .reduce(
      (outer, part) => (outer === '' || part.startsWith(`${outer}.`) ? part : `${outer}.${part}`),
      '',
    );
}
