/** A WGSL file under `shaders/`, as the build has read it, or one of the caller's. */
export interface ShaderFile<Name extends string = string> {
  /** Its path under `shaders/`, without its ending. */
  readonly name: Name;
  /** Line by line as written, without comments and inner indentation. */
  readonly source: string;
  /** Files that come with it: each alone declares a name that it uses. */
  readonly requires?: () => readonly ShaderFile[];
  /** Names that it uses and several files declare: a choice that whoever links it makes. */
  readonly open?: readonly string[];
  /** Of the caller's: linked as it is written. */
  readonly given?: boolean;
  /** The number of each line as it was written, from 1; absent if they are numbered as they stand. */
  readonly lines?: readonly number[];
}
