/** A constant of a kernel whose value each network has of its own. */
export interface Varying {
  readonly name: string;
  readonly type: string;
  /** Its place in the network's numbers. */
  readonly at: number;
  /** As WGSL, in each variant. */
  readonly literals: readonly string[];
}
