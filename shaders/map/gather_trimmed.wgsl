// The samples of the batch [R,C], gathered through indices[R], after trimFeatures.

fn elementAt(i: u32, row: u32, column4: u32) -> vec4f {
  return trimFeatures(featuresAt(indices[row / 4u][row % 4u] * COLUMN4_COUNT + column4), column4);
}
