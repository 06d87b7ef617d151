/** A line of WGSL and its place in the source, for the compiler's messages. */
export interface Line {
  readonly text: string;
  /** Shader file under `shaders/`, without its ending. */
  readonly file: string;
  /** From 1; 0 for a line that the linker made. */
  readonly line: number;
}

/** The place of a line, for messages. */
export const where = (line: Line): string => `shaders/${line.file}.wgsl:${line.line}`;
