// The weight of each column of a norm, in its gradient.

@group(0) @binding(0) var<storage, read> normWeight: array<vec4f>;

fn slopeWeight(column4: u32) -> vec4f {
  return normWeight[column4];
}
