// labelOfRow(row): the class of the row's sample, from labels[samples] through indices.

@group(0) @binding(0) var<storage, read> labels: array<u32>;

fn labelOfRow(row: u32) -> u32 {
  return labels[indices[row / 4u][row % 4u]];
}
