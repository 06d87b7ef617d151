// The batch's images [R,C] as floats, gathered through indices[R] from bytes.

fn elementAt(i: u32, row: u32, column4: u32) -> vec4f {
  return pixelsAt(indices[row / 4u][row % 4u] * COLUMN4_COUNT + column4);
}
