// weightOfRow(row): the weight of the row's sample, from sampleWeights[samples] through indices.

@group(0) @binding(0) var<storage, read> sampleWeights: array<f32>;

fn weightOfRow(row: u32) -> f32 {
  return sampleWeights[indices[row / 4u][row % 4u]];
}
