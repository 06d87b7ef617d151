// A product whose steps along k are divided among the layers (z) of the grid, PART4 blocks of 4 each. The layers' results are
// stored one below the other, see gemm/partial_sums.

override PART4: u32;

fn firstDepth(layer: u32) -> u32 {
  return layer * PART4;
}

fn endDepth(layer: u32) -> u32 {
  return min(K4, (layer + 1u) * PART4);
}

fn firstRow(layer: u32) -> u32 {
  return 4u * M4 * layer;
}
