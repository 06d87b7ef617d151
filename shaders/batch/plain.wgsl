// A norm without weight and bias.

fn affine(x: vec4f, column4: u32) -> vec4f {
  return x;
}
