// A product whose steps along k are all in one layer of the grid.

fn firstDepth(layer: u32) -> u32 {
  return 0u;
}

fn endDepth(layer: u32) -> u32 {
  return K4;
}

fn firstRow(layer: u32) -> u32 {
  return 0u;
}
