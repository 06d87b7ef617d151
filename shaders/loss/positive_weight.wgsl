// positiveWeightAt: one weight for all outputs.

override POSITIVE_WEIGHT: f32;

fn positiveWeightAt(column4: u32) -> vec4f {
  return vec4f(POSITIVE_WEIGHT);
}
