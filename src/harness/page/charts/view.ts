/** How charts show runs. All charts of the page share it. */
export interface View {
  /** Whether the loss is on a logarithmic scale. */
  readonly log: boolean;
  /** Width of the moving mean in epochs; 0 for none. */
  readonly window: number;
  /** Whether runs that differ in their seeds alone are one. */
  readonly grouped: boolean;
  /** The epochs that are seen; undefined for all. */
  readonly zoom: readonly [number, number] | undefined;
  /** The run that stands out, by its key. */
  readonly lit: string | undefined;
}

/** All epochs of every run, as measured. */
export const PLAIN: View = {
  log: false,
  window: 0,
  grouped: false,
  zoom: undefined,
  lit: undefined,
};
