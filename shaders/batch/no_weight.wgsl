// The gradient of a norm without weight.

fn slopeWeight(column4: u32) -> vec4f {
  return vec4f(1.0);
}
