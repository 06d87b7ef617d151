// positiveWeightAt: a weight for each output.

@group(0) @binding(0) var<storage, read> positiveWeights: array<vec4f>;

fn positiveWeightAt(column4: u32) -> vec4f {
  return positiveWeights[column4];
}
