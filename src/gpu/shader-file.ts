/** A WGSL file under `shaders/`, as the build stores it, or a caller's WGSL. */
export interface ShaderFile<Name extends string = string> {
  /** Its path under `shaders/`, without the extension. */
  readonly name: Name;
  /** Its text, with the same lines, without comments and with indentation of one space. */
  readonly source: string;
  /** Files that are linked with it: each is the only one to declare a name that it uses. */
  readonly requires?: () => readonly ShaderFile[];
  /** Names that it uses and that several files declare, separated by spaces: the caller of the linker chooses one. */
  readonly open?: string;
  /** Whether it is a caller's WGSL, which is linked as it is written. */
  readonly given?: boolean;
  /** The number of each line in the caller's text, from 1. Default: numbered in order. */
  readonly lines?: readonly number[];
}
